import type { StreamSpec } from '../manifest/stream.js'
import type { Plan } from './plan.js'
import { peeks } from './read-archive.js'
import { looksForUndated } from './read-undated.js'
import type { Scan } from './scan.js'
import { BEGINNING } from './spans.js'

/** Bounds of a number that Pipedrive does not report. Without `atMost` there is no upper bound. */
export interface Range {
  atLeast: number
  atMost?: number
}

/** What a sync that begins now would read of one list. */
export interface ListSize {
  rows: Range
  /** Requests beside those for the list's pages. */
  extraRequests: number
}

/** A list of a plan, for an estimate. */
export interface SizableList {
  list: StreamSpec
  /** The streams that the list is read for. */
  streams: StreamSpec[]
  /** Costs at most one request of the list. Throws what the request throws. */
  size(): Promise<ListSize>
}

/** All that an estimate needs to know of the lists of a plan. */
export function sizableLists({ groups }: Plan): SizableList[] {
  return groups.flat().map((scan) => ({
    list: scan.stream,
    streams: scan.consumers.map(({ run }) => run.stream),
    size: async () => {
      // Before the request, whose rows already answer what the sync would have to find out.
      const extraRequests = extraRequestsOf(scan)
      return { extraRequests, rows: await rowsOf(scan) }
    },
  }))
}

/** Both ends of the order for rows without a time; a first look into an archive. */
function extraRequestsOf(scan: Scan): number {
  return (looksForUndated(scan, Date.now()) ? 2 : 0) + (peeks(scan) ? 1 : 0)
}

async function rowsOf(scan: Scan): Promise<Range> {
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

/** Ids are numbers that are assigned once: a list has at most as many rows as its highest id. */
function highest(ids: readonly unknown[]): Pick<Range, 'atMost'> {
  const [first] = ids
  return typeof first === 'number' ? { atMost: first } : {}
}

function exactly(count: number): Range {
  return { atLeast: count, atMost: count }
}
