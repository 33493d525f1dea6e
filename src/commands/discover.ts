import { log, type AirbyteStream } from '../airbyte/messages.js'
import { manifest } from '../manifest/manifest.js'
import { toUserError } from '../sync/error-messages.js'
import { toAirbyteStream } from '../sync/records/airbyte-stream.js'
import { readStreamColumns, type StreamColumns } from '../sync/records/custom-fields/stream-columns.js'
import type { CommandContext, ExitCode } from './context.js'
import { loadConfig } from './load-config.js'
import { openClient } from './open-client.js'

/** A person waits for the streams; the platform waits ten minutes and more. */
const DISCOVER_LIMITS = { attemptTimeoutMs: 30_000, totalTimeoutMs: 180_000, onLimit: () => undefined }

const NO_COLUMNS: StreamColumns = { columns: new Map(), warnings: [] }

/** Prints the available streams with their schemas, primary keys and cursors. */
export async function runDiscover(args: { config: string }, context: CommandContext): Promise<ExitCode> {
  await context.writer.write({ type: 'CATALOG', catalog: { streams: await discover(args.config, context) } })
  return 0
}

/**
 * All streams, with the columns of custom fields if the config asks for them: one request per entity (20 tokens).
 * Throws the error for the user if Pipedrive cannot be read: a catalog without columns would drop them from the tables.
 */
export async function discover(configPath: string, context: CommandContext): Promise<AirbyteStream[]> {
  const settings = await loadConfig(configPath, context)
  const { columns, warnings } =
    settings.customFields === 'raw'
      ? NO_COLUMNS
      : await readStreamColumns(manifest, openClient(settings, context, DISCOVER_LIMITS).request).catch(
          (error: unknown) => {
            context.signal.throwIfAborted()
            throw toUserError(error)
          },
        )
  for (const warning of warnings) await context.writer.write(log('WARN', warning))
  return manifest.map((stream) => toAirbyteStream(stream, columns.get(stream.name), settings))
}
