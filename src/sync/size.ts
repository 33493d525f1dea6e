import type { Scan } from './scan.js'
import { BEGINNING } from './spans.js'

/** Where Pipedrive does not say how many, from what to what. Without an upper bound: nobody can tell. */
export interface Range {
  atLeast: number
  atMost?: number
}

/** How many rows of a list a sync that begins now has to look at. One request of the list's price at most. */
export async function sizeOf(scan: Scan): Promise<Range> {
  const { stream, reader } = scan
  if (stream.strategy.kind === 'full-scan') return { atLeast: 0 }
  const since = scan.order === 'broken' ? BEGINNING : scan.oldestCursor
  const isFiltered = stream.strategy.kind === 'by-update-time' && since > BEGINNING
  const order =
    stream.strategy.kind === 'newest-first' && since > BEGINNING ? 'newest-first' : 'highest-id-first'
  for await (const { rows, next } of reader.pages({ order, ...(isFiltered && { since }) })) {
    const wanted = scan.rows({ rows }).filter(({ time }) => time === null || time >= since)
    if (next === undefined || wanted.length < rows.length) return exactly(wanted.length)
    const ids = order === 'highest-id-first' ? rows.map(({ id }) => id) : []
    return { atLeast: rows.length + 1, ...highest(ids) }
  }
  return exactly(0)
}

/** Keys are numbers that are given out once: there are no more rows than the highest of them. */
function highest(ids: readonly unknown[]): Pick<Range, 'atMost'> {
  const [first] = ids
  return typeof first === 'number' ? { atMost: first } : {}
}

export function exactly(count: number): Range {
  return { atLeast: count, atMost: count }
}
