import { configError } from './errors.js'
import { isObject, readJsonIfAny } from './json-file.js'

/** The state of each stream that has one, as the stream left it. */
export type InputState = ReadonlyMap<string, Record<string, unknown>>

/**
 * Reads a --state file. No file, an empty one, `{}`, `[]` and messages full of nulls are no state. The forms that
 * callers send: a list of STREAM messages, a GLOBAL message, and the older object of stream name to state.
 * Anything else is refused: a state that is there but not understood must never start a sync from the beginning.
 */
export async function readState(
  path: string | undefined,
  knownStreams: readonly string[],
): Promise<InputState> {
  if (path === undefined) return new Map()
  const value = (await readJsonIfAny(path, 'state')) ?? []
  const states = new Map<string, Record<string, unknown>>()
  for (const message of Array.isArray(value) ? value : [value]) collect(message, states, path)
  // Other tools wrap their states in objects too ({"bookmarks": …}); their keys are no streams of ours.
  const foreign = states.size > 0 && ![...states.keys()].some((name) => knownStreams.includes(name))
  if (foreign && !Array.isArray(value)) throw notUnderstood(path)
  return states
}

function collect(message: unknown, into: Map<string, Record<string, unknown>>, path: string): void {
  if (message === null) return
  if (!isObject(message)) throw notUnderstood(path)
  const bare = withoutNulls(message)
  // A whole line of output, {"type":"STATE","state":{...}}, pasted into the file.
  if (bare.type === 'STATE') collect(bare.state ?? null, into, path)
  else if ('stream' in bare) collectStream(bare.stream, into, path)
  else if ('global' in bare || 'global_' in bare) collectGlobal(bare.global ?? bare.global_, into, path)
  else if (bare.type === 'LEGACY' || 'data' in bare) collectLegacy(bare.data ?? {}, into, path)
  else collectLegacy(withoutKey(bare, 'type'), into, path)
}

function collectStream(stream: unknown, into: Map<string, Record<string, unknown>>, path: string): void {
  const descriptor = isObject(stream) ? stream.stream_descriptor : undefined
  if (!isObject(stream) || !isObject(descriptor) || typeof descriptor.name !== 'string')
    throw notUnderstood(path)
  const state = stream.stream_state ?? {}
  if (!isObject(state)) throw notUnderstood(path)
  if (Object.keys(withoutNulls(state)).length > 0) into.set(descriptor.name, withoutNulls(state))
}

function collectGlobal(global: unknown, into: Map<string, Record<string, unknown>>, path: string): void {
  if (!isObject(global) || !Array.isArray(global.stream_states)) throw notUnderstood(path)
  for (const stream of global.stream_states) collectStream(stream, into, path)
}

function collectLegacy(data: unknown, into: Map<string, Record<string, unknown>>, path: string): void {
  if (!isObject(data)) throw notUnderstood(path)
  for (const [name, state] of Object.entries(withoutNulls(data))) {
    if (!isObject(state)) throw notUnderstood(path)
    if (Object.keys(withoutNulls(state)).length > 0) into.set(name, withoutNulls(state))
  }
}

function withoutNulls(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
}

function withoutKey(object: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

function notUnderstood(path: string): Error {
  return configError(
    `The state ${path} has a form this connector does not know. Give a JSON list of Airbyte STREAM states, or none to start over.`,
  )
}
