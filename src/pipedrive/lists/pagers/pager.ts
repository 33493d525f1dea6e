import type { Time } from '../../../common/time.js'
import type { ListOrder } from '../list-query.js'
import type { Position } from '../position.js'
import type { Row } from '../row.js'

/** What one response holds. */
export interface Page {
  rows: readonly Row[]
  /** Null: explicitly the end; absent: no statement. */
  nextCursor?: string | null
  more?: boolean
}

/** What a walk over a list knows when a page arrives; that page is counted already. */
export interface PageContext {
  order?: ListOrder | undefined
  /** The query's. */
  since?: Time | undefined
  /** The time that the server sorts and filters by. */
  timeOf: (row: Row) => Time | null
  /** A page with as many rows counts as full. */
  fullPage: number
  /** Whether an earlier page of this walk had the row. */
  isKnown: (row: Row) => boolean
  /** Whether the rows of every page were in the order by time that was requested. */
  inOrder: boolean
  /** Whether rows of one time were seen in the order of their ids, often enough to rely on it. */
  stableTies: boolean
  /** Identities of the rows of the last second that was read, in the order in which they came. */
  served: readonly string[]
  /** Whether a cursor returns the rest of a second at which a page ended; absent: not known. */
  cursorTies?: 'kept' | 'skipped' | undefined
  /** Whether the list takes `updated_until`. */
  filtersUntil: boolean
}

export interface Step {
  /** The rows that this page adds. */
  fresh: Row[]
  /** Absent at the end of the list. */
  next?: Position
  /** A second that has been passed by cursor, to compare with what the list has of it. */
  checkTies?: { second: Time; straddled: boolean }
}

/** Times are compared by whole seconds: that is what the API filters by, and most of it sorts by. */
export function secondOf(time: Time): Time {
  return Math.floor(time / 1000) * 1000
}

type TimeOf = Pick<PageContext, 'timeOf'>

/** The rows that no earlier page of the walk had. */
export function freshRows(rows: readonly Row[], context: Pick<PageContext, 'isKnown'>): Row[] {
  const fresh: Row[] = []
  for (const row of rows) if (!context.isKnown(row)) fresh.push(row)
  return fresh
}

/** The seconds of the first and the last row that have a time; undefined where none has. */
export function secondsOf(rows: readonly Row[], { timeOf }: TimeOf): { first: Time; last: Time } | undefined {
  const isDated = (row: Row) => timeOf(row) !== null
  const [first, last] = [rows.find(isDated), rows.findLast(isDated)].map((row) => row && timeOf(row))
  const areKnown = typeof first === 'number' && typeof last === 'number'
  return areKnown ? { first: secondOf(first), last: secondOf(last) } : undefined
}

/** How many rows at the end of a page have the second of its last row. */
export function tailLength(rows: readonly Row[], { timeOf }: TimeOf): number {
  let length = 0
  let last: Time | null | undefined
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at]
    const time = row ? timeOf(row) : null
    const second = time === null ? null : secondOf(time)
    if (last !== undefined && second !== last) return length
    last = second
    length += 1
  }
  return length
}

/** Whether a new query from the page's last second on moves ahead and brings less than a page again. */
export function leadsOn({ first, last }: { first: Time; last: Time }, since: Time): boolean {
  return last > since && first < last - 1000
}
