import { configError } from '../airbyte/errors.js'
import { readJson } from '../airbyte/json-file.js'
import { connectorConfig, log, type LogMessage } from '../airbyte/messages.js'
import type { Writer } from '../airbyte/writer.js'
import { secretsIn } from '../config/secrets.js'
import { parseSettings, type Settings } from '../config/settings.js'
import { withTokens } from '../config/with-tokens.js'
import { manifest } from '../manifest/manifest.js'
import { hasStartDate } from '../manifest/stream.js'
import type { Tokens } from '../pipedrive/auth/credentials.js'
import { Client, type ClientOptions } from '../pipedrive/client.js'

/** What every command gets. */
export interface CommandContext {
  writer: Writer
  /** For answers that are no protocol messages. */
  print(text: string): Promise<void>
  /** Ends the command: SIGTERM, SIGINT, or a reader that went away. */
  signal: AbortSignal
  /** Whether a platform reads the messages and stores a config that it is told; else somebody at a terminal does. */
  platform: boolean
}

/** 0 only if the command did all that was asked. */
export type ExitCode = 0 | 1

export type Command = (context: CommandContext) => Promise<ExitCode>

/**
 * Reads and validates the config; from here on its secrets are masked in all output. A config of an older shape is told
 * to the platform in today's, so that it need not be understood for ever.
 */
export async function readSettings(path: string, { writer, platform }: CommandContext): Promise<Settings> {
  const config = await readJson(path, 'config')
  writer.hide(secretsIn(config))
  const settings = parseSettings(config)
  assertStartDates(settings)
  if (settings.migrated && platform) await writer.write(connectorConfig(settings.config))
  return settings
}

export function openClient(
  settings: Settings,
  context: CommandContext,
  limits: Partial<ClientOptions> = {},
): Client {
  const { credentials, plan, burstShare, baseUrl } = settings
  return new Client({
    credentials,
    plan,
    burstShare,
    baseUrl,
    signal: context.signal,
    onRetry: (message) => {
      context.writer.post(log('INFO', message))
    },
    onLimit: (stated, ours) => {
      context.writer.post(limitLog(stated, ours, plan))
    },
    onTokens: keepTokens(settings, context),
    ...limits,
  })
}

const NEW_REFRESH_TOKEN =
  'Pipedrive replaced the refresh token, and this command does not print secrets. Should the one in the config be refused from now on, connect again.'

/** New tokens go to the platform with the whole config, and are out of the process before they are used. */
function keepTokens(settings: Settings, { writer, platform }: CommandContext) {
  let { config } = settings
  const { refreshToken } = settings.credentials.kind === 'oauth' ? settings.credentials : { refreshToken: '' }
  return async (tokens: Tokens): Promise<void> => {
    writer.hide([tokens.accessToken, tokens.refreshToken])
    config = withTokens(config, tokens)
    if (!platform) {
      if (tokens.refreshToken !== refreshToken) await writer.write(log('WARN', NEW_REFRESH_TOKEN))
      return
    }
    await writer.write(connectorConfig(config))
    await writer.flush()
  }
}

function limitLog(stated: number, ours: number, plan: Settings['plan']): LogMessage {
  const allows = `Pipedrive allows ${stated} requests in two seconds`
  if (plan === 'auto') return log('INFO', `${allows}.`)
  const contradiction = `the plan ${plan} of the config stands for ${ours}`
  if (stated < ours)
    return log('WARN', `${allows}, but ${contradiction}: the lower rate is used from here on.`)
  return log('INFO', `${allows}, but ${contradiction}: with the plan auto the sync would be faster.`)
}

/** A date for a stream that has none, or a slip of the pen, would quietly read everything. */
function assertStartDates({ startDates }: Settings): void {
  const streams = manifest.filter(hasStartDate).map(({ name }) => name)
  const strange = Object.keys(startDates).filter((name) => !streams.includes(name))
  if (strange.length === 0) return
  throw configError(
    `The config's start_dates name ${strange.join(', ')}. Streams with a start date are: ${streams.join(', ')}.`,
  )
}
