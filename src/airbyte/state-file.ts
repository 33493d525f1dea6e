import { isObject } from '../common/is-object.js'
import { configError } from './errors.js'
import { readJsonIfAny } from './json-file.js'

type State = Record<string, unknown>
type Entry = [stream: string, state: State]

/** The saved state of each stream that has one, unchanged. */
export type InputState = ReadonlyMap<string, State>

/** A state in an unknown form. It must never be treated as no state, which would start the sync from the beginning. */
class UnknownForm extends Error {}

/**
 * Reads a --state file. Without the flag there is no state, nor in an empty file, `{}`, `[]` and messages full of
 * nulls. Accepts the forms that callers send: a list of STREAM messages, a GLOBAL message, and the older object of
 * stream name to state. Throws a config error for anything else, and for a file that does not exist.
 */
export async function readState(
  path: string | undefined,
  knownStreams: readonly string[],
): Promise<InputState> {
  if (path === undefined) return new Map()
  const value = (await readJsonIfAny(path, 'state')) ?? []
  try {
    const messages: unknown[] = Array.isArray(value) ? value : [value]
    return new Map(messages.flatMap((message) => entriesOf(message, knownStreams)))
  } catch (error) {
    if (!(error instanceof UnknownForm)) throw error
    throw configError(
      `The state ${path} has a form that this connector does not know. Pass a JSON list of Airbyte STREAM states, or leave --state out to start over.`,
    )
  }
}

function entriesOf(message: unknown, knownStreams: readonly string[]): Entry[] {
  if (message === null) return []
  const bare = withoutNulls(objectOf(message))
  // A whole line of output, {"type":"STATE","state":{...}}, copied into the file.
  if (bare.type === 'STATE' && 'state' in bare) return entriesOf(bare.state, knownStreams)
  if ('stream' in bare) return streamEntry(bare.stream)
  const global = bare.global ?? bare.global_
  if (global !== undefined) return globalEntries(objectOf(global))
  const { type, data, ...rest } = bare
  return legacyEntries(type === 'LEGACY' || data !== undefined ? objectOf(data ?? {}) : rest, knownStreams)
}

function streamEntry(message: unknown): Entry[] {
  const { stream_descriptor: descriptor, stream_state: state } = objectOf(message)
  const { name } = objectOf(descriptor)
  if (typeof name !== 'string') throw new UnknownForm()
  return nonEmpty([name, objectOf(state ?? {})])
}

function globalEntries({ stream_states: states }: State): Entry[] {
  if (!Array.isArray(states)) throw new UnknownForm()
  return states.flatMap(streamEntry)
}

/** Other tools wrap their states in objects too ({"bookmarks": …}), but their keys are not names of our streams. */
function legacyEntries(states: State, knownStreams: readonly string[]): Entry[] {
  const entries = Object.entries(withoutNulls(states))
  if (entries.length > 0 && !entries.some(([name]) => knownStreams.includes(name))) throw new UnknownForm()
  return entries.flatMap(([name, state]) => nonEmpty([name, objectOf(state)]))
}

function nonEmpty([name, state]: Entry): Entry[] {
  const bare = withoutNulls(state)
  return Object.keys(bare).length > 0 ? [[name, bare]] : []
}

function objectOf(value: unknown): State {
  if (!isObject(value)) throw new UnknownForm()
  return value
}

function withoutNulls(object: State): State {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}
