import { readCatalog, type ConfiguredStream } from '../airbyte/catalog.js'
import { configError } from '../airbyte/errors.js'
import { log, type SyncMode } from '../airbyte/messages.js'
import { assertStreamsExist } from './assert-streams-exist.js'
import { readState, type InputState } from '../airbyte/state-file.js'
import { readStateFile } from '../airbyte/state-store.js'
import type { Writer } from '../airbyte/writer.js'
import { findStream, manifest } from '../manifest/manifest.js'

/** Which streams to read and where to continue, as the command line names it. */
export interface Selection {
  catalog: string | undefined
  state: string | undefined
  /** Like state, but may not exist yet; read replaces it with the states that it emits. */
  stateFile?: string | undefined
  /** Streams to read without a catalog file. */
  streams: readonly string[]
  /** Their sync mode. */
  syncMode: SyncMode
}

export interface LoadedSelection {
  configured: ConfiguredStream[]
  states: InputState
}

/** Reads the files of a selection. Throws a config error that names the file and what is wrong with it. */
export async function loadSelection(selection: Selection, writer: Writer): Promise<LoadedSelection> {
  const configured = await configuredStreams(selection)
  const states = await savedStates(selection)
  const path = selection.state ?? selection.stateFile
  if (path !== undefined && states.size === 0)
    await writer.write(log('INFO', `The state ${path} is empty. The sync reads everything from the start.`))
  await warnOfUnknownStreams([...states.keys()], writer)
  return { configured, states }
}

async function savedStates({ state, stateFile }: Selection): Promise<InputState> {
  if (state !== undefined && stateFile !== undefined)
    throw configError('Specify either --state or --state-file, not both.')
  const names = manifest.map(({ name }) => name)
  return stateFile === undefined ? readState(state, names) : readStateFile(stateFile, names)
}

async function configuredStreams({ catalog, streams, syncMode }: Selection): Promise<ConfiguredStream[]> {
  if (streams.length > 0 && catalog !== undefined)
    throw configError('Specify either --catalog or --stream, not both.')
  assertStreamsExist(
    streams,
    manifest.map(({ name }) => name),
  )
  if (streams.length > 0) return [...new Set(streams)].map((name) => ({ name, syncMode, properties: {} }))
  if (catalog === undefined) throw configError('Specify what to read with --catalog FILE or --stream NAME.')
  return readCatalog(catalog)
}

async function warnOfUnknownStreams(names: readonly string[], writer: Writer): Promise<void> {
  const unknown = names.filter((name) => !findStream(name))
  if (unknown.length > 0) {
    await writer.write(
      log(
        'WARN',
        `The state has streams that this connector does not have: ${unknown.join(', ')}. They are ignored.`,
      ),
    )
  }
}
