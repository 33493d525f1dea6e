import { readCatalog, type ConfiguredStream } from '../airbyte/catalog.js'
import { configError } from '../airbyte/errors.js'
import { log, type SyncMode } from '../airbyte/messages.js'
import { readState } from '../airbyte/state-file.js'
import type { Writer } from '../airbyte/writer.js'
import { manifest, findStream } from '../manifest/manifest.js'
import { readAccount } from '../sync/account.js'
import { explain } from '../sync/failure.js'
import { planSync } from '../sync/plan.js'
import { sync } from '../sync/sync.js'
import { openClient, readSettings, type CommandContext, type ExitCode } from './command.js'

export interface ReadArguments {
  config: string
  catalog: string | undefined
  state: string | undefined
  /** Streams to read without a catalog file. */
  streams: readonly string[]
  /** How, without a catalog file. */
  syncMode: SyncMode
}

/** Reads the configured streams from where their states say. Exit 0 only if every one of them completed. */
export async function runRead(args: ReadArguments, context: CommandContext): Promise<ExitCode> {
  const { writer, signal } = context
  const settings = await readSettings(args.config, context)
  const configured = await configuredStreams(args)
  const states = await readState(
    args.state,
    manifest.map(({ name }) => name),
  )
  if (args.state !== undefined && states.size === 0) {
    await writer.write(
      log('INFO', `The state ${args.state} holds nothing: everything is read from the start.`),
    )
  }
  await warnOfStatesOfOtherStreams([...states.keys()], writer)

  const client = openClient(settings, context)
  const account = await readAccount(client).catch((error: unknown) => {
    throw explain(error)
  })
  await writer.write(log('INFO', `Reading ${account.companyName} as ${account.userName}.`))

  const plan = planSync(configured, { ...settings, client, account, manifest, states })
  const incomplete: string[] = []
  const onIncomplete = (stream: string) => void incomplete.push(stream)
  for await (const message of sync(plan, { client, signal, onIncomplete })) await writer.write(message)

  const { requests, tokens } = client.ledger.total()
  await writer.write(log('INFO', `Done: ${requests} requests, ${tokens} tokens of the daily budget.`))
  return incomplete.length === 0 ? 0 : 1
}

async function configuredStreams({ catalog, streams, syncMode }: ReadArguments): Promise<ConfiguredStream[]> {
  if (streams.length > 0 && catalog !== undefined)
    throw configError('Give either --catalog or --stream, not both.')
  if (streams.length > 0) return [...new Set(streams)].map((name) => ({ name, syncMode }))
  if (catalog === undefined) throw configError('Tell what to read: --catalog FILE, or --stream NAME.')
  return readCatalog(catalog)
}

async function warnOfStatesOfOtherStreams(names: readonly string[], writer: Writer): Promise<void> {
  const gone = names.filter((name) => !findStream(name))
  if (gone.length > 0) {
    await writer.write(
      log(
        'WARN',
        `The state has entries for streams that this connector does not have: ${gone.join(', ')}. They are ignored.`,
      ),
    )
  }
}
