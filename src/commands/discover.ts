import type { AirbyteStream } from '../airbyte/messages.js'
import { manifest } from '../manifest/manifest.js'
import { toAirbyteStream } from '../sync/records/airbyte-stream.js'
import type { CommandContext, ExitCode } from './context.js'
import { loadConfig } from './load-config.js'

/** Prints the available streams with their schemas, primary keys and cursors. */
export async function runDiscover(args: { config: string }, context: CommandContext): Promise<ExitCode> {
  await context.writer.write({ type: 'CATALOG', catalog: { streams: await discover(args.config, context) } })
  return 0
}

export async function discover(configPath: string, context: CommandContext): Promise<AirbyteStream[]> {
  await loadConfig(configPath, context)
  return manifest.map(toAirbyteStream)
}
