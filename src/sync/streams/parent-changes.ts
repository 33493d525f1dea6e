import { timeOrNull, type Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { isUnmoved } from './stays.js'

/**
 * Whether a parent's times allow that its children have changed since those that are known. One that was imported may
 * have an earlier time than its first appearance: what costs no request is worked out in any case.
 */
export function mayHaveChanged(
  { data }: Pick<Row, 'data'>,
  { movedBy, derive }: Pick<ChildStrategy, 'movedBy' | 'derive'>,
  knownUntil: Time | undefined,
): boolean {
  if (!movedBy || knownUntil === undefined) return true
  if (derive && isUnmoved(data, derive)) return true
  return movedBy.some((field) => (timeOrNull(data[field]) ?? -Infinity) >= knownUntil)
}

/**
 * Whether a parent may have children. A count of zero may be too young to be trusted. `hasKnown`: whether the warehouse
 * has children of it, which may have been removed.
 */
export function mayHaveChildren(
  { data, time }: Pick<Row, 'data' | 'time'>,
  { countedBy }: Pick<ChildStrategy, 'countedBy'>,
  settledBefore: Time,
  hasKnown = false,
): boolean {
  if (data.is_deleted === true) return false
  const isSettled = time !== null && time < settledBefore
  return hasKnown || countedBy === undefined || data[countedBy] !== 0 || !isSettled
}

/** Whether what is known of the children up to a time saves reading them. */
export function tracksTimes({ read, movedBy }: Pick<ChildStrategy, 'read' | 'movedBy'>): boolean {
  return movedBy !== undefined || (read.kind === 'path' && read.newestFirst !== undefined)
}
