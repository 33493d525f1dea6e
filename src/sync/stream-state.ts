import { configError } from '../airbyte/errors.js'
import { isObject } from '../common/is-object.js'
import type { JsonObject } from '../airbyte/messages.js'
import type { Position } from '../pipedrive/lists/paging.js'
import type { Viewer } from './account.js'
import { KeySet } from './key-set.js'
import type { Order } from './row.js'
import { BEGINNING, union, type Span } from './spans.js'
import { formatTime, timeOrNull as parseTime, type Time } from '../common/time.js'

/** Key of a row → fingerprint of the version that was sent. */
export type Versions = ReadonlyMap<string, string>

/** A walk over a list that was cut off: it goes on there, and counts as of when it began. */
export interface Pass {
  began: Time
  at: Position
}

/** What a stream still has to read, and what it has sent of that already. */
export interface StreamState {
  /** In order; the last one is open. */
  pending: readonly Span[]
  /** Rows in `pending` that were sent; of lists that are read whole, all rows. Absent: another connector's state. */
  recent?: Versions
  /** Rows without a time that were sent. */
  undated?: Versions
  /** When rows without a time were last looked for. */
  probed?: Time
  pass?: Pass
  /** Of lists whose rows have two times: whether Pipedrive's order by the first holds for the later of both. */
  order?: Order
  /** Whose data it describes. */
  company?: number
}

/** A whole stream's state: its part in its first list, in further lists, and what it shares among them. */
export interface SavedState extends StreamState {
  lists?: Readonly<Record<string, StreamState>>
  /** Rows that were sent as archived. */
  archived?: KeySet
  /** Who read it. */
  viewer?: Viewer
}

export type StateMode = 'full_refresh' | 'incremental'

/** What the platform keeps when a full refresh is over; ours and those of Airbyte's Python sources. */
const FULL_REFRESH_OVER = '__ab_full_refresh_sync_complete'
const MARKERS = [FULL_REFRESH_OVER, '__ab_no_cursor_state_message']

export const fullRefreshOver: JsonObject = { [FULL_REFRESH_OVER]: true }

/** The state of a stream that has read nothing yet. */
export function initialState(startDate: Time = BEGINNING): StreamState {
  return { pending: [[startDate, null]], recent: new Map() }
}

/**
 * A saved state; undefined where there is nothing to go on from: none, the end of a full refresh, the other mode's.
 * Throws a config error for a state that is there but not understood: starting over silently would be expensive.
 */
export function parseState(
  saved: Readonly<Record<string, unknown>> | undefined,
  stream: { name: string; cursorField: string },
  mode: StateMode,
): SavedState | undefined {
  if (!saved || isFullRefreshOver(saved)) return undefined
  if ((saved.full_refresh === true) !== (mode === 'full_refresh')) return undefined
  const lists = isObject(saved.lists) ? saved.lists : {}
  const parts = Object.entries(lists).map(([list, part]) => [
    list,
    parsePart(isObject(part) ? part : {}, stream),
  ])
  return {
    ...parsePart(saved, stream),
    ...(parts.length > 0 && { lists: Object.fromEntries(parts) as Record<string, StreamState> }),
    ...(typeof saved.archived === 'string' && { archived: archivedIn(saved.archived, stream.name) }),
    ...(isObject(saved.viewer) && {
      viewer: { user: Number(saved.viewer.user), admin: saved.viewer.admin === true },
    }),
  }
}

/** A marker, or one for each partition that the list was read in. */
function isFullRefreshOver(saved: Readonly<Record<string, unknown>>): boolean {
  if (MARKERS.some((marker) => marker in saved)) return true
  const { states } = saved
  const parts: unknown[] = Array.isArray(states) ? states : []
  return (
    parts.length > 0 &&
    parts.every((part) => isObject(part) && isObject(part.cursor) && isFullRefreshOver(part.cursor))
  )
}

function parsePart(
  saved: Readonly<Record<string, unknown>>,
  stream: { name: string; cursorField: string },
): StreamState {
  const cursor = parseTime(saved[stream.cursorField])
  if (cursor === null) throw notUnderstood(stream.name)
  const pending = 'pending' in saved ? spans(saved.pending) : [[cursor, null] as const]
  if (!pending) throw notUnderstood(stream.name)
  const recent = versions(saved.recent)
  const undated = versions(saved.undated)
  const probed = parseTime(saved.probed)
  const pass = passOf(saved.pass)
  return {
    pending,
    ...(recent && { recent }),
    ...(undated && { undated }),
    ...(probed !== null && { probed }),
    ...(pass && { pass }),
    ...((saved.order === 'kept' || saved.order === 'broken') && { order: saved.order }),
    ...(typeof saved.company === 'number' && { company: saved.company }),
  }
}

export function serializeState(state: StreamState, cursorField: string, mode: StateMode): JsonObject {
  const { pending, recent, undated, probed, pass, order, company } = state
  const [first] = pending
  const cursor = first?.[0] ?? BEGINNING
  const simple = pending.length === 1 && first?.[1] === null
  return {
    [cursorField]: formatTime(cursor),
    ...(!simple && {
      pending: pending.map(([from, until]) => [formatTime(from), until === null ? null : formatTime(until)]),
    }),
    ...(recent && { recent: Object.fromEntries(recent) }),
    ...(undated && undated.size > 0 && { undated: Object.fromEntries(undated) }),
    ...(probed !== undefined && { probed: formatTime(probed) }),
    ...(pass && { pass: { began: formatTime(pass.began), at: { ...pass.at } } }),
    ...(order && { order }),
    ...(mode === 'full_refresh' && { full_refresh: true }),
    ...(company !== undefined && { company }),
  }
}

/** The parts of a stream in one state: that of its first list on top, the others by their lists' names. */
export function joinStates(
  parts: ReadonlyMap<string, JsonObject>,
  viewer: Viewer,
  archived?: KeySet,
): JsonObject {
  const [[, main] = ['', {}], ...others] = parts
  return {
    ...main,
    ...(others.length > 0 && { lists: Object.fromEntries(others) }),
    ...(archived && archived.size > 0 && { archived: archived.encode() }),
    viewer: { ...viewer },
  }
}

function archivedIn(text: string, stream: string): KeySet {
  try {
    return KeySet.decode(text)
  } catch {
    throw notUnderstood(stream)
  }
}

function spans(value: unknown): Span[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  const parsed = value.map((span: unknown): Span | undefined => {
    if (!Array.isArray(span)) return undefined
    const [from, until] = [parseTime(span[0]), span[1] === null ? null : parseTime(span[1])]
    return from === null || (until === null && span[1] !== null) ? undefined : [from, until]
  })
  const all = parsed.filter((span) => span !== undefined)
  const merged = union(all)
  // Without an open end, nothing that comes later would ever be read.
  return all.length === parsed.length && merged.at(-1)?.[1] === null ? merged : undefined
}

function versions(value: unknown): Map<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return new Map(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

function passOf(value: unknown): Pass | undefined {
  if (typeof value !== 'object' || value === null || !('began' in value) || !('at' in value)) return undefined
  const began = parseTime(value.began)
  return began === null || !isObject(value.at) ? undefined : { began, at: value.at }
}

function notUnderstood(stream: string): Error {
  return configError(
    `The saved state of "${stream}" has a form this connector does not know. Clear the stream's data in the connection to read it from the start.`,
    { stream },
  )
}
