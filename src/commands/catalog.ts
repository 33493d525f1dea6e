import { configureCatalog } from '../airbyte/catalog.js'
import { configError } from '../airbyte/errors.js'
import type { SyncMode } from '../airbyte/messages.js'
import type { CommandContext, ExitCode } from './command.js'
import { discover } from './discover.js'

export interface CatalogArguments {
  config: string
  /** All, when none are named. */
  streams: readonly string[]
  syncMode: SyncMode
}

/** Prints a configured catalog, ready to be given to `read`: for people and scripts, not for the platform. */
export async function runCatalog(args: CatalogArguments, context: CommandContext): Promise<ExitCode> {
  const offered = await discover(args.config, context)
  const unknown = args.streams.filter((name) => !offered.some((stream) => stream.name === name))
  if (unknown.length > 0) {
    throw configError(
      `There is no stream ${unknown.join(', ')}. There are: ${offered.map(({ name }) => name).join(', ')}.`,
    )
  }
  const selected = offered.filter(({ name }) => args.streams.length === 0 || args.streams.includes(name))
  await context.print(JSON.stringify(configureCatalog(selected, args.syncMode), null, 2))
  return 0
}
