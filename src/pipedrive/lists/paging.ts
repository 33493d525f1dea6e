import { PagingError, type PageFacts, type RawRow } from './page.js'

/** Where to ask next; plain data, so that a pass that was cut off can go on there. */
export interface Position {
  /** v2. */
  cursor?: string
  /** v1: how many rows to skip. */
  start?: number
  /** v1: a row that was accepted already and has to stand on the page, else the list has moved. */
  anchor?: string
  /** v1: how far the last step back went. */
  back?: number
  /** v1: how often stepping back led to the start of the list. */
  returns?: number
  /** v1: pages in a row that brought nothing new although there is said to be more. */
  barren?: number
  /** v1 by seeking: overrides the time from which on rows are asked for; milliseconds since the epoch. */
  since?: number
  /** v1 by seeking: whether `since` is the time of a row that was seen. */
  sought?: boolean
}

export interface Step {
  /** The rows that this page adds. */
  fresh: RawRow[]
  /** Absent at the end of the list. */
  next?: Position
}

export interface RowTraits {
  /** The same for the same version of the same row only. */
  identity(row: RawRow): string
  /** Milliseconds since the epoch; null where the row has none. */
  time(row: RawRow): number | null
}

const BARREN_PAGES = 3
const RETURNS = 12

/** v2: the cursor marks a place in the order, not a page number; edits and deletions do not shift it. */
export function cursorStep(at: Position, { rows, nextCursor }: PageFacts): Step {
  if (nextCursor === undefined) return { fresh: rows }
  if (nextCursor === at.cursor) throw new PagingError('The cursor of the next page is the one of this page.')
  return { fresh: rows, next: { cursor: nextCursor } }
}

/**
 * v1: `start` counts rows of the list as it is now, so a deletion before it moves unread rows out of reach. Pages
 * overlap by a row: if the page does not begin with a row that was seen, nor has the last one, step back, further each
 * time, until it does.
 */
export function offsetStep(
  at: Position,
  page: PageFacts,
  pageSize: number,
  traits: Pick<RowTraits, 'identity'>,
  isKnown: (identity: string) => boolean,
): Step {
  const start = at.start ?? 0
  const identities = page.rows.map((row) => traits.identity(row))
  const joined = isKnown(identities[0] ?? '') || identities.includes(at.anchor ?? '')
  if (start > 0 && !joined) return { fresh: [], next: stepBack(at, start) }
  // A list that had rows and has none any more is asked for twice: an answer may be empty by mistake.
  if (at.back !== undefined && identities.length === 0 && !at.barren)
    return { fresh: [], next: { ...at, barren: 1 } }
  const fresh = page.rows.filter((_, index) => !isKnown(identities[index] ?? ''))
  if (isLast(page, pageSize)) return { fresh }
  const barren = fresh.length > 0 ? 0 : (at.barren ?? 0) + 1
  if (barren >= BARREN_PAGES)
    throw new PagingError('Page after page brings nothing new, yet there is said to be more.')
  const anchor = identities.at(-1)
  const next: Position = { start: Math.max(0, start + page.rows.length - 1), barren, ...returnsOf(at) }
  return { fresh, next: { ...next, ...(anchor !== undefined && { anchor }), ...sinceOf(at) } }
}

/**
 * v1 lists with a time filter, oldest first: ask again from the last time seen. Nothing can shift there; an offset is
 * needed only while rows of one and the same second fill whole pages.
 */
export function seekStep(
  at: Position,
  page: PageFacts,
  pageSize: number,
  traits: RowTraits,
  isKnown: (identity: string) => boolean,
): Step {
  assertOldestFirst(page.rows, traits)
  // `updated_since` is inclusive, so that the last row seen comes again unless it moved: nothing at all is asked for twice.
  if (page.rows.length === 0 && at.sought && !at.barren) return { fresh: [], next: { ...at, barren: 1 } }
  const step = offsetStep(at, page, pageSize, traits, isKnown)
  const last = page.rows.at(-1)
  const time = last && traits.time(last)
  if (!step.next || step.next.back !== undefined || typeof time !== 'number') return step
  const since = Math.floor(time / 1000) * 1000
  return since > (at.since ?? -Infinity) ? { fresh: step.fresh, next: { since, sought: true } } : step
}

function assertOldestFirst(rows: readonly RawRow[], traits: RowTraits): void {
  const times = rows.map((row) => traits.time(row)).filter((time) => time !== null)
  if (times.some((time, index) => time < (times[index - 1] ?? -Infinity))) {
    throw new PagingError('A list that was asked for oldest first is not in that order.')
  }
}

function stepBack(at: Position, start: number): Position {
  const back = (at.back ?? 1) * 2
  const from = Math.max(0, start - back)
  const returns = (at.returns ?? 0) + (from === 0 ? 1 : 0)
  if (returns > RETURNS) throw new PagingError('No row of the list stays the same between two requests.')
  return { ...at, start: from, back, ...(returns > 0 && { returns }) }
}

function returnsOf({ returns }: Position): Pick<Position, 'returns'> {
  return returns === undefined ? {} : { returns }
}

/** A short page without a marker is the last; a full one without a marker is not. */
function isLast({ more, rows }: PageFacts, pageSize: number): boolean {
  return more === undefined ? rows.length < pageSize : !more
}

function sinceOf({ since, sought }: Position): Pick<Position, 'since' | 'sought'> {
  return { ...(since !== undefined && { since }), ...(sought && { sought }) }
}
