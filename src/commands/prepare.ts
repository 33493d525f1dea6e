import { readCatalog, type ConfiguredStream } from '../airbyte/catalog.js'
import { configError } from '../airbyte/errors.js'
import { log, type SyncMode } from '../airbyte/messages.js'
import { readState } from '../airbyte/state-file.js'
import type { Writer } from '../airbyte/writer.js'
import type { Settings } from '../config/settings.js'
import { manifest, findStream } from '../manifest/manifest.js'
import type { Client, ClientOptions } from '../pipedrive/client.js'
import { readAccount, type Account } from '../sync/account.js'
import { explain } from '../sync/error-messages.js'
import { planSync, type Plan } from '../sync/plan.js'
import { openClient, readSettings, type CommandContext } from './command.js'

/** What is to be read, and from where on. */
export interface Selection {
  config: string
  catalog: string | undefined
  state: string | undefined
  /** Streams to read without a catalog file. */
  streams: readonly string[]
  /** How, without a catalog file. */
  syncMode: SyncMode
}

export interface Prepared {
  settings: Settings
  client: Client
  account: Account
  plan: Plan
}

/** From the files that the user named to a plan of the sync, for two tokens. */
export async function prepare(
  selection: Selection,
  context: CommandContext,
  clientOptions: (settings: Settings) => Partial<ClientOptions> = () => ({}),
): Promise<Prepared> {
  const { writer } = context
  const settings = await readSettings(selection.config, context)
  const configured = await configuredStreams(selection)
  const states = await readState(
    selection.state,
    manifest.map(({ name }) => name),
  )
  if (selection.state !== undefined && states.size === 0) {
    await writer.write(
      log('INFO', `The state ${selection.state} holds nothing: everything is read from the start.`),
    )
  }
  await warnOfStatesOfOtherStreams([...states.keys()], writer)

  const client = openClient(settings, context, clientOptions(settings))
  const account = await readAccount(client).catch((error: unknown) => {
    throw explain(error)
  })
  const plan = planSync(configured, { ...settings, client, account, manifest, states })
  return { settings, client, account, plan }
}

async function configuredStreams({ catalog, streams, syncMode }: Selection): Promise<ConfiguredStream[]> {
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
