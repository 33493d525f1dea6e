import { configError } from '../airbyte/errors.js'
import { readJson, readJsonStream } from '../airbyte/json-file.js'
import { connectorConfig, log } from '../airbyte/messages.js'
import { readable } from '../airbyte/readable.js'
import { didYouMean, suggestions } from '../common/did-you-mean.js'
import { ALLOW_BASE_URL } from '../config/base-url.js'
import type { Writer } from '../airbyte/writer.js'
import { migrateConfig, type Config } from '../config/migrate.js'
import { secretsIn } from '../config/secrets.js'
import { parseSettings, type Settings } from '../config/settings.js'
import { unknownKeys } from '../config/unknown-keys.js'
import { withVariables } from '../config/variables.js'
import { isObject } from '../common/is-object.js'
import { manifest } from '../manifest/manifest.js'
import { hasStartDate } from '../manifest/stream.js'
import type { CommandContext } from './context.js'

/**
 * Reads and validates the config; from then on the writer masks its secrets. A config of an older shape is sent to the
 * platform in the current shape, so that older shapes disappear over time. The path `-` stands for stdin.
 */
export async function loadConfig(path: string, context: CommandContext): Promise<Settings> {
  const { writer, platform, env } = context
  const config =
    path === '-' ? await readJsonStream(context.stdin(), 'config') : await readJson(path, 'config')
  writer.hide(secretsIn(config))
  const complete = withVariables(config, env)
  writer.hide(secretsIn(complete))
  // What the platform stores keeps the names of variables.
  const stored = isObject(config) ? migrateConfig(config).config : undefined
  try {
    const parsed = parseSettings(complete, Date.now(), env[ALLOW_BASE_URL])
    const settings = stored ? { ...parsed, config: stored } : parsed
    assertStartDates(settings)
    if (settings.migrated && platform) await writer.write(connectorConfig(settings.config))
    return settings
  } finally {
    // Also where the config is refused: what is missing may be there under another name.
    if (stored) await warnOfUnknownKeys(stored, writer)
  }
}

async function warnOfUnknownKeys(config: Config, writer: Writer): Promise<void> {
  for (const { path, key, known } of unknownKeys(config)) {
    const hint = didYouMean(key, known)
    await writer.write(
      log('WARN', `The config has the unknown setting ${readable(path)}. It is ignored.${hint}`),
    )
  }
}

/** With a misspelled stream name, or one without a start date, the sync would silently read everything. */
function assertStartDates({ startDates }: Settings): void {
  const streams = manifest.filter(hasStartDate).map(({ name }) => name)
  const unknown = Object.keys(startDates).filter((name) => !streams.includes(name))
  if (unknown.length === 0) return
  throw configError(
    `The config's start_dates name ${unknown.join(', ')}. Streams with a start date are: ${streams.join(', ')}.${suggestions(unknown, streams)}`,
  )
}
