import { isObject } from '../common/is-object.js'
import { configError } from './errors.js'
import { readJsonOrLines } from './json-file.js'

type State = Record<string, unknown>
type Entry = [stream: string, state: State]

/** The saved state of each stream that has one, unchanged. */
export type InputState = ReadonlyMap<string, State>

/** A state in an unknown form. It must never be treated as no state, which would start the sync from the beginning. */
class UnknownForm extends Error {}

/** A message of the protocol. */
export const OUTPUT_LINE =
  /^\s*\{\s*"type"\s*:\s*"(STATE|RECORD|LOG|TRACE|CONTROL|SPEC|CATALOG|CONNECTION_STATUS)"/

/** Most lines of a run's output are records: not to be parsed. */
function mayHaveState(line: string): boolean {
  return (OUTPUT_LINE.exec(line)?.[1] ?? 'STATE') === 'STATE'
}

/**
 * Reads a --state file. Without the flag there is no state, nor in an empty file, `{}`, `[]` and messages full of
 * nulls. Accepts the forms that callers send: a list of STREAM messages, a GLOBAL message, and the older object of
 * stream name to state; and the output of an earlier run, or any file with one of these per line: the last state of
 * each stream counts. Throws a config error for anything else, and for a file that does not exist.
 */
export async function readState(
  path: string | undefined,
  knownStreams: readonly string[],
  wanted: (line: string) => boolean = mayHaveState,
): Promise<InputState> {
  const states = new Map<string, State>()
  if (path === undefined) return states
  try {
    for await (const value of readJsonOrLines(path, 'state', wanted)) {
      const messages: unknown[] = Array.isArray(value) ? value : [value ?? null]
      for (const [name, state] of messages.flatMap((message) => entriesOf(message, knownStreams)))
        states.set(name, state)
    }
    return states
  } catch (error) {
    if (!(error instanceof UnknownForm)) throw error
    throw configError(
      `The state ${path} has a form that this connector does not know. Pass a JSON list of Airbyte STREAM states, the output of an earlier run, or leave --state out to start over.`,
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
