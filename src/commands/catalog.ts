import { configureCatalog } from '../airbyte/catalog.js'
import type { SyncMode } from '../airbyte/messages.js'
import { affordableStreams } from './affordable-streams.js'
import { assertStreamsExist } from './assert-streams-exist.js'
import type { CommandContext, ExitCode } from './context.js'
import { discover } from './discover.js'

export interface CatalogArguments {
  /** Path of the config file. */
  config: string
  /** If empty: all that cost no request per parent. */
  streams: readonly string[]
  syncMode: SyncMode
}

/** Prints a configured catalog for `read`. For people and scripts, not for the platform. */
export async function runCatalog(args: CatalogArguments, context: CommandContext): Promise<ExitCode> {
  const available = await discover(args.config, context)
  assertStreamsExist(
    args.streams,
    available.map(({ name }) => name),
  )
  const names = args.streams.length > 0 ? args.streams : affordableStreams()
  const selected = available.filter(({ name }) => names.includes(name))
  await context.printJson(configureCatalog(selected, args.syncMode))
  return 0
}
