import type { AirbyteMessage } from '../airbyte/messages.js'
import type { Row } from './row.js'
import type { Scan } from './scan.js'
import { union, type Span } from './spans.js'
import type { Time } from '../common/time.js'

/**
 * Reads a list that the server filters by update time, oldest first: a row that is edited meanwhile moves ahead of the
 * reader and is met again. The open span comes last, so that rows which an edit moved out of an unread span are in it.
 */
export async function* readSpans(scan: Scan, filter: { until: boolean }): AsyncGenerator<AirbyteMessage> {
  let readers: number
  do {
    readers = scan.active.length
    yield* readPending(scan, filter)
    if (scan.order === 'broken') return
    // One that failed may have been further behind than the others: only what they owe is left to read.
  } while (scan.active.length > 0 && scan.active.length < readers)
  yield* scan.give([], (progress) => {
    progress.finished(scan.horizon(), true)
  })
}

/** What the list's consumers owe, until the end or until one of them fails. */
async function* readPending(scan: Scan, filter: { until: boolean }): AsyncGenerator<AirbyteMessage> {
  const readers = scan.active.length
  const pending = union(scan.active.flatMap(({ progress }) => progress.spans))
  const spans: Span[] = filter.until ? pending : [[pending[0]?.[0] ?? 0, null]]
  for (const span of spans) {
    yield* readSpan(scan, span)
    if (scan.order === 'broken' || scan.active.length < readers) return
  }
}

async function* readSpan(scan: Scan, [from, until]: Span): AsyncGenerator<AirbyteMessage> {
  const readers = scan.active.length
  const query = { since: from, order: 'oldest-first' as const, ...(until !== null && { until }) }
  let reached: Time = from
  let inOrder = true
  for await (const page of scan.reader.pages(query)) {
    scan.startedBy(page.answer)
    const rows = scan.rows(page)
    if (scan.order === 'broken') return
    const last = lastTime(rows, reached)
    // Should the order ever be broken, older rows may still come: the cursor waits for the end of the span.
    inOrder &&= last !== undefined
    reached = last ?? reached
    const safe = page.next === undefined ? (until ?? Infinity) : inOrder ? reached : from
    yield* scan.give(rows, (progress) => {
      progress.covered(from, Math.min(safe, scan.horizon()))
    })
    if (scan.active.length < readers) return
  }
}

/** The time of the last row, at least `reached`; undefined when the rows are not in order. */
function lastTime(rows: readonly Row[], reached: Time): Time | undefined {
  let last = reached
  for (const { time } of rows) {
    if (time === null) continue
    if (time < last) return undefined
    last = time
  }
  return last
}
