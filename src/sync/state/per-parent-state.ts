import { isObject } from '../../common/is-object.js'
import { BEGINNING, formatTime, timeOrNull, type Time } from '../../common/time.js'
import type { Saved } from './position-codec.js'

/** Whether another connector wrote the state, with a cursor for each parent and one for each list of parents. */
export function isPerParentState(saved: Saved, cursorField: string): boolean {
  return isObject(saved.parent_state) && timeOrNull(saved[cursorField]) === null && !('pending' in saved)
}

/**
 * Such a state as one of this connector's: parents before the cursor of their list have been read, with all children
 * before it. Undefined where it names no cursor of a list.
 */
export function fromPerParentState(saved: Saved, lists: readonly string[]): Saved | undefined {
  const cursors = isObject(saved.parent_state) ? saved.parent_state : {}
  const known = lists.map((list) => cursorIn(cursors[list]))
  if (known.every((cursor) => cursor === undefined)) return undefined
  const parts = known.map((cursor) => ({ pending: [[formatTime(cursor ?? BEGINNING), null]] }))
  const until = Math.min(...known.map((cursor) => cursor ?? -Infinity))
  return {
    ...parts[0],
    lists: Object.fromEntries(lists.slice(1).map((list, at) => [list, parts[at + 1]])),
    ...(Number.isFinite(until) && { children_until: formatTime(until) }),
  }
}

/** The only time in it, whatever it is called. */
function cursorIn(state: unknown): Time | undefined {
  if (!isObject(state)) return undefined
  return Object.values(state).flatMap((value) => timeOrNull(value) ?? [])[0]
}
