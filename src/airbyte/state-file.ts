import { isObject } from '../common/is-object.js'
import { configError } from './errors.js'
import { readJsonIfAny } from './json-file.js'

type State = Record<string, unknown>
type Entry = [stream: string, state: State]

/** The state of each stream that has one, as the stream left it. */
export type InputState = ReadonlyMap<string, State>

/** A state that is there but not understood must never start a sync from the beginning. */
class NotUnderstood extends Error {}

/**
 * Reads a --state file. No file, an empty one, `{}`, `[]` and messages full of nulls are no state. The forms that
 * callers send: a list of STREAM messages, a GLOBAL message, and the older object of stream name to state.
 * Anything else is refused with a config error.
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
    if (!(error instanceof NotUnderstood)) throw error
    throw configError(
      `The state ${path} has a form this connector does not know. Give a JSON list of Airbyte STREAM states, or none to start over.`,
    )
  }
}

function entriesOf(message: unknown, knownStreams: readonly string[]): Entry[] {
  if (message === null) return []
  const bare = withoutNulls(objectOf(message))
  // A whole line of output, {"type":"STATE","state":{...}}, pasted into the file.
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
  if (typeof name !== 'string') throw new NotUnderstood()
  return nonEmpty([name, objectOf(state ?? {})])
}

function globalEntries({ stream_states: states }: State): Entry[] {
  if (!Array.isArray(states)) throw new NotUnderstood()
  return states.flatMap(streamEntry)
}

/** Other tools wrap their states in objects too ({"bookmarks": …}); but their keys are no streams of ours. */
function legacyEntries(states: State, knownStreams: readonly string[]): Entry[] {
  const entries = Object.entries(withoutNulls(states))
  if (entries.length > 0 && !entries.some(([name]) => knownStreams.includes(name))) throw new NotUnderstood()
  return entries.flatMap(([name, state]) => nonEmpty([name, objectOf(state)]))
}

function nonEmpty([name, state]: Entry): Entry[] {
  const bare = withoutNulls(state)
  return Object.keys(bare).length > 0 ? [[name, bare]] : []
}

function objectOf(value: unknown): State {
  if (!isObject(value)) throw new NotUnderstood()
  return value
}

function withoutNulls(object: State): State {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}
