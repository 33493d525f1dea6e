import type { AirbyteMessage } from '../airbyte/messages.js'
import { ApiError, type ApiErrorKind } from '../pipedrive/http/api-error.js'
import type { Page } from '../pipedrive/lists/list-reader.js'
import type { Query } from '../pipedrive/lists/query.js'
import type { Row } from './row.js'
import type { Scan } from './scan.js'
import type { Pass } from './stream-state.js'

/** Reads a list that has no filter from end to end; nothing counts as read until the walk is over. */
export async function* readWhole(scan: Scan, meet?: (row: Row) => void): AsyncGenerator<AirbyteMessage> {
  yield* walk(scan, {}, () => false, meet)
}

/** Reads a list newest first until the oldest cursor: what is edited meanwhile moves to the front, for the next sync. */
export async function* readNewestFirst(scan: Scan): AsyncGenerator<AirbyteMessage> {
  const oldest = scan.oldestCursor
  yield* walk(scan, { order: 'newest-first' }, ({ time }) => time !== null && time < oldest)
}

async function* walk(
  scan: Scan,
  query: Query,
  isBeyond: (row: Row) => boolean,
  meet: (row: Row) => void = () => undefined,
): AsyncGenerator<AirbyteMessage> {
  const resumed = unfinishedPass(scan)
  let began = resumed?.began
  let inOrder = true
  for await (const page of pagesFrom(scan, query, resumed)) {
    began ??= scan.startedBy(page.answer)
    const covers = scan.horizon(began)
    const rows = scan.rows(page)
    if (query.order && scan.order === 'broken') {
      for (const { progress } of scan.active) progress.abandonPass()
      return
    }
    rows.forEach(meet)
    // A list that is not newest first, though asked for, may have new rows anywhere.
    inOrder &&= isNewestFirst(rows)
    const over = page.next === undefined || (inOrder && rows.some(isBeyond))
    const pass = !over && page.next ? { began, at: page.next } : undefined
    yield* scan.give(rows, (progress) => {
      if (pass) progress.passing(pass, covers)
      else progress.finished(covers, resumed === undefined)
    })
    if (!pass || scan.active.length === 0) return
  }
}

/** Nobody documents how an expired cursor is refused. */
const REFUSALS: ReadonlySet<ApiErrorKind> = new Set<ApiErrorKind>([
  'bad_request',
  'not_found',
  'gone',
  'unexpected_status',
])

/** An old position may not be one any more (a cursor that expired): then from the start. */
async function* pagesFrom(scan: Scan, query: Query, resumed: Pass | undefined): AsyncGenerator<Page> {
  try {
    yield* scan.reader.pages(query, resumed?.at)
  } catch (error) {
    if (!resumed || !(error instanceof ApiError) || !REFUSALS.has(error.kind)) throw error
    yield* scan.reader.pages(query)
  }
}

/** Where every consumer's last walk was cut off, if that is one place. */
export function unfinishedPass(scan: Scan): Pass | undefined {
  const [first, ...others] = scan.active.map(({ progress }) => progress.unfinishedPass)
  return others.every((pass) => JSON.stringify(pass) === JSON.stringify(first)) ? first : undefined
}

function isNewestFirst(rows: readonly Row[]): boolean {
  const times = rows.map(({ time }) => time).filter((time) => time !== null)
  return times.every((time, index) => time <= (times[index - 1] ?? Infinity))
}
