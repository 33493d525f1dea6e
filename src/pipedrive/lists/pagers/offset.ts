import { isTimeOrder } from '../list-query.js'
import { PagingError } from '../paging-error.js'
import type { OffsetPosition, SeekPosition } from '../position.js'
import { identityOf, type Row } from '../row.js'
import { freshRows, secondOf, tailLength, type Page, type PageContext, type Step } from './pager.js'

type ByOffset = OffsetPosition | SeekPosition

/** More often, no row of the list stays the same between two requests. */
const MAX_RETURNS = 12

/** So many rows in the same order as before are not a coincidence of a list that changes its order. */
const SURE_ROWS = 3

/**
 * v1: `start` counts rows of the list as it is at that moment, so that a deletion moves unread rows before `start`.
 * Pages overlap; a page that does not begin among rows that were read is asked for again from further back.
 */
export function nextOffset(position: ByOffset, page: Page, context: PageContext): Step {
  const { rows } = page
  if (typeof page.nextCursor === 'string') throw new PagingError('A list with offsets now has cursors.')
  const isFollowUp = position.apart && rows.length === 0
  if ((position.start ?? 0) > 0 && !isFollowUp && !isJoined(position, rows, context)) {
    return { fresh: [], next: stepBack(position) }
  }
  const fresh = freshRows(rows, context)
  return isEnd(page, fresh, context) ? { fresh } : { fresh, next: onward(position, rows, context) }
}

/** Without a marker, the list ends when a further request brings nothing new, though there was room for it. */
function isEnd({ more, nextCursor, rows }: Page, fresh: readonly Row[], context: PageContext): boolean {
  if (more !== undefined) return !more
  if (nextCursor === null || rows.length === 0) return true
  return fresh.length === 0 && rows.length < context.fullPage
}

/** Whether every row before this page has been read. */
function isJoined({ anchor }: ByOffset, rows: readonly Row[], context: PageContext): boolean {
  const [first] = rows
  if (!first) return false
  const time = isTimeOrder(context.order) && context.inOrder ? context.timeOf(first) : null
  if (time === null || typeof anchor?.time !== 'number') {
    return context.isKnown(first) || rows.some((row) => isAnchor(row, anchor, context))
  }
  const ahead = secondOf(time) - secondOf(anchor.time)
  if (ahead === 0) return continues(rows, context)
  return ahead < 0 === (context.order === 'oldest-first')
}

/** A page that begins inside the last second that was read has to go on in the same order. */
function continues(rows: readonly Row[], { served, stableTies, fullPage }: PageContext): boolean {
  const places = new Map(served.map((identity, place) => [identity, place]))
  const found = rows.map((row) => places.get(identityOf(row)) ?? -1)
  if (found[0] === -1 || stableTies) return found[0] !== -1
  const newRow = found.indexOf(-1)
  const overlap = newRow === -1 ? found : found.slice(0, newRow)
  const isShuffled =
    overlap.some((place, index) => place <= (overlap[index - 1] ?? -1)) ||
    found.slice(overlap.length).some((place) => place !== -1)
  if (isShuffled)
    throw new PagingError('The order of rows with the same time changes from request to request.')
  return overlap.length >= Math.min(SURE_ROWS, Math.ceil(fullPage / 2))
}

/** Further each time. */
function stepBack(position: ByOffset): ByOffset {
  const { start = 0, back = 1, returns = 0, steppedBackFrom = 0 } = position
  const from = Math.max(0, start - back * 2)
  const count = returns + (from === 0 ? 1 : 0)
  if (count > MAX_RETURNS) throw new PagingError('No row of the list stays the same between two requests.')
  return {
    ...position,
    start: from,
    back: back * 2,
    steppedBackFrom: Math.max(start, steppedBackFrom),
    ...(count > 0 && { returns: count }),
  }
}

/** By rows received, never by the limit: the server may deliver fewer. */
function onward(position: ByOffset, rows: readonly Row[], context: PageContext): ByOffset {
  const { start = 0, returns, steppedBackFrom = 0 } = position
  const overlap = overlapOf(rows, context)
  const next = start + rows.length - overlap
  const place =
    position.kind === 'seek' ? { kind: position.kind, since: position.since } : { kind: position.kind }
  const last = rows.at(-1)
  const anchor = last ? { key: last.key, time: context.timeOf(last) } : position.anchor
  return {
    ...place,
    start: next,
    ...(anchor && { anchor }),
    ...(rows.length === 1 && { apart: true as const }),
    ...(returns !== undefined && { returns }),
    ...(next < steppedBackFrom && { steppedBackFrom }),
  }
}

/**
 * One row. In an order by time, rows of the last second may come in another order next time: then that whole second
 * and the row before it, and half of a page that has hardly anything else.
 */
function overlapOf(rows: readonly Row[], context: PageContext): number {
  const { order, inOrder, stableTies } = context
  if (rows.length <= 1) return 0
  if (!isTimeOrder(order) || !inOrder || stableTies) return 1
  return Math.min(tailLength(rows, context) + 1, Math.ceil(rows.length / 2))
}

function isAnchor(row: Row, anchor: ByOffset['anchor'], { timeOf }: PageContext): boolean {
  return anchor?.key === row.key && (anchor.time === undefined || anchor.time === timeOf(row))
}
