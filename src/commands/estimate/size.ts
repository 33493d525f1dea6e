import { BEGINNING, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { SyncPlan } from '../../sync/plan.js'
import type { ListScan } from '../../sync/readers/list-scan.js'
import type { Subscription } from '../../sync/streams/subscription.js'
import { endsToRead } from '../../sync/readers/undated.js'
import { isReadWhole, type Unit } from '../../sync/readers/units.js'

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
  /** Rows whose children wait for the allowance of streams that cost a request per parent. */
  waiting?: Range
}

/** A list of a plan, for an estimate. */
export interface SizableList {
  list: StreamSpec
  /** The streams that the list is read for. */
  streams: StreamSpec[]
  /** Costs at most two requests of the list. Throws what the request throws. */
  size(): Promise<ListSize>
}

/** All that an estimate needs to know of the lists of a plan. */
export function sizableLists({ units }: SyncPlan): SizableList[] {
  const scans = [...new Set(units.filter(({ kind }) => kind !== 'postponed').map(({ scan }) => scan))]
  return scans.map((scan) => ({
    list: scan.stream,
    streams: scan.subscriptions.map(({ emitter }) => emitter.stream),
    size: async () => {
      // Before the request, whose rows already answer what the sync would have to find out.
      const extra = extraRequests(scan, units)
      const since = sinceOf(scan, units)
      const rows = await rowsOf(scan, since)
      const waiting = await waitingIn(scan, rows, since)
      // A list that fits one page shows both ends of its order at once.
      const fitsOnePage = rows.atMost !== undefined && rows.atMost < scan.stream.pageSize
      return { rows, extraRequests: fitsOnePage ? Math.min(1, extra) : extra, ...(waiting && { waiting }) }
    },
  }))
}

/** The ends of the order where rows without a time are looked for, and a walk that verifies an archive. */
function extraRequests(scan: ListScan, units: readonly Unit[]): number {
  const looksForUndated = units.some((unit) => unit.scan === scan && unit.kind === 'undated')
  return looksForUndated ? endsToRead(scan).length : 0
}

/** From which time on rows are read; undefined: all of them. */
function sinceOf(scan: ListScan, units: readonly Unit[]): Time | undefined {
  const isWhole =
    units.some((unit) => unit.scan === scan && unit.kind === 'verification') || isReadWhole(scan)
  return isWhole ? undefined : oldestOf(scan.prompt.length > 0 ? scan.prompt : scan.active)
}

/** Undefined: everything. */
function oldestOf(subscriptions: readonly Subscription[]): Time | undefined {
  const oldest = Math.min(...subscriptions.map(({ cursor }) => cursor.oldest))
  return oldest <= BEGINNING ? undefined : oldest
}

/** Parents that have not been read yet, or have changed since. */
async function waitingIn(scan: ListScan, rows: Range, since: Time | undefined): Promise<Range | undefined> {
  const patient = scan.active.filter(({ backlog }) => backlog !== undefined)
  if (patient.length === 0) return undefined
  // The children of rows that are compared one by one are not read again.
  if (scan.stream.strategy.kind === 'full-scan')
    return patient.some(({ cursor }) => cursor.isNew) ? { atLeast: 0 } : { atLeast: 0, atMost: 0 }
  const from = oldestOf(patient)
  return from === since ? rows : rowsOf(scan, from)
}

async function rowsOf(scan: ListScan, since: Time | undefined): Promise<Range> {
  const { kind } = scan.stream.strategy
  if (kind === 'full-scan') return { atLeast: 0 }
  const isFiltered = kind === 'by-update-time' && since !== undefined
  const order = kind === 'newest-first' && since !== undefined ? 'newest-first' : 'highest-id-first'
  for await (const { rows, next } of scan.pages({ order, mayBeEmpty: true, ...(isFiltered && { since }) })) {
    const wanted = rows.filter(({ time }) => since === undefined || time === null || time >= since)
    if (next === undefined || wanted.length < rows.length) return exactly(wanted.length)
    const ids = order === 'highest-id-first' ? rows.map(({ data }) => data.id) : []
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
