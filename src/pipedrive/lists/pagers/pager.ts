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

/** The seconds of the first and the last row that have a time; undefined where none has. */
export function secondsOf(rows: readonly Row[], { timeOf }: TimeOf): { first: Time; last: Time } | undefined {
  const times = rows.map(timeOf).filter((time) => time !== null)
  const [first, last] = [times[0], times.at(-1)]
  return first === undefined || last === undefined
    ? undefined
    : { first: secondOf(first), last: secondOf(last) }
}

/** How many rows at the end of a page have the second of its last row. */
export function tailLength(rows: readonly Row[], { timeOf }: TimeOf): number {
  const seconds = rows.map((row) => {
    const time = timeOf(row)
    return time === null ? null : secondOf(time)
  })
  const other = seconds.findLastIndex((second) => second !== seconds.at(-1))
  return rows.length - other - 1
}

/** Whether a new query from the page's last second on moves ahead and brings less than a page again. */
export function leadsOn({ first, last }: { first: Time; last: Time }, since: Time): boolean {
  return last > since && first < last - 1000
}
