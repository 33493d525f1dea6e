import type { Time } from '../../../common/time.js'
import { isTimeOrder } from '../list-query.js'
import { PagingError } from '../paging-error.js'
import type { CursorPosition } from '../position.js'
import type { Row } from '../row.js'
import { freshRows, leadsOn, secondsOf, tailLength, type Page, type PageContext, type Step } from './pager.js'

/**
 * v2: a cursor marks a place in the order, which edits and deletions do not shift. Whether it also marks a place among
 * the rows of one second is not documented. Until that is known, a page that ends at a single row of a second is
 * followed by a new query from that second on, and one that ends inside a group by the cursor and a comparison.
 */
export function nextCursor(position: CursorPosition, page: Page, context: PageContext): Step {
  const fresh = freshRows(page.rows, context)
  const cursor = cursorOf(position, page, context)
  const seconds = isTimeOrder(context.order) ? secondsOf(page.rows, context) : undefined
  const passed = tiePassed(position, seconds?.last, cursor === undefined)
  const step: Step = {
    fresh,
    ...(passed !== undefined && { checkTies: { second: passed, straddled: seconds?.first === passed } }),
  }
  if (cursor === undefined) return step
  const tie = passed === undefined ? position.tie : undefined
  return { ...step, next: { kind: 'cursor', ...placeAfter(position, page, context, cursor, tie) } }
}

/** Undefined at the end of the list, which has to be stated: by a marker or by a page that is not full. */
function cursorOf({ cursor }: CursorPosition, page: Page, { fullPage }: PageContext): string | undefined {
  const { nextCursor: next, more, rows } = page
  if (typeof next === 'string') {
    if (next === cursor) throw new PagingError('The cursor of the next page is the one of this page.')
    return next
  }
  if (more) throw new PagingError('The list announces more rows without a cursor to them.')
  if (next === undefined && more === undefined && rows.length >= fullPage) {
    throw new PagingError('A full page does not say whether the list ends with it.')
  }
  return undefined
}

/** A second is passed when a page ends at another one, or the list ends. */
function tiePassed({ tie }: CursorPosition, last: Time | undefined, isEnd: boolean): Time | undefined {
  return tie !== undefined && (isEnd || (last !== undefined && last !== tie)) ? tie : undefined
}

function placeAfter(
  { since }: CursorPosition,
  { rows }: Page,
  context: PageContext,
  cursor: string,
  tie: Time | undefined,
): Omit<CursorPosition, 'kind'> {
  const byCursor = { cursor, ...(since !== undefined && { since }), ...(tie !== undefined && { tie }) }
  const seconds = secondsOf(rows, context)
  const lastRow = rows.at(-1)
  // Among rows without a time there is nothing to compare by.
  const endsUndated = !seconds || !lastRow || context.timeOf(lastRow) === null
  if (!isTimeOrder(context.order) || context.cursorTies === 'kept' || endsUndated) return byCursor
  if (tie === undefined && prefersNewQuery(rows, context) && canAskAgain(seconds, since, context)) {
    return { since: seconds.last }
  }
  return { ...byCursor, tie: tie ?? seconds.last }
}

/** A group of rows is worth a comparison, which settles the question; a single row is not. */
function prefersNewQuery(rows: readonly Row[], context: PageContext): boolean {
  const isGroup = tailLength(rows, context) > 1
  return context.cursorTies === 'skipped' || !context.filtersUntil || !isGroup
}

function canAskAgain(
  seconds: { first: Time; last: Time },
  since: Time | undefined,
  context: PageContext,
): boolean {
  const from = since ?? context.since
  if (context.order !== 'oldest-first' || from === undefined || !context.inOrder) return false
  return leadsOn(seconds, from)
}
