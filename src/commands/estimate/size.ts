import { BEGINNING, type Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { SyncPlan } from '../../sync/plan.js'
import type { ListScan } from '../../sync/readers/list-scan.js'
import type { Subscription } from '../../sync/streams/subscription.js'
import { mayHaveChildren } from '../../sync/streams/parent-changes.js'
import { endsToRead } from '../../sync/readers/undated.js'
import { isReadWhole, type Unit } from '../../sync/readers/units.js'
import type { Range } from './range.js'

/** A parent that changed since may have children that its own count does not show yet. */
const UNSETTLED_MS = 24 * 3_600_000

/** What a sync that begins now would read of one list. */
export interface ListSize {
  rows: Range
  /** Requests beside those for the list's pages. */
  extraRequests: number
  /** How many rows are parents whose children are to be read, by the stream of the children. */
  parents: ReadonlyMap<string, Range>
}

/** What one request shows of a list: bounds, and the rows themselves. */
interface Sample {
  range: Range
  rows: readonly Row[]
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
      const sample = await sampleOf(scan, since)
      const rows = sample.range
      const parents = new Map([...batchParents(scan, sample), ...(await singleParents(scan, rows, since))])
      // A list that fits one page shows both ends of its order at once.
      const fitsOnePage = rows.atMost !== undefined && rows.atMost < scan.stream.pageSize
      return { rows, extraRequests: fitsOnePage ? Math.min(1, extra) : extra, parents }
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

/**
 * Parents whose children are read many at once. At least: those that have children by their own count, in a first
 * sync; later, the children of a row that is seen again may be known.
 */
function batchParents(scan: ListScan, { range, rows }: Sample): [string, Range][] {
  return scan.prompt.flatMap(({ emitter, cursor, role }): [string, Range][] => {
    const { name, strategy } = emitter.stream
    if (role !== 'parents' || strategy.kind !== 'children') return []
    const own = rows.filter(({ time }) => cursor.isNew || time === null || time >= cursor.oldest)
    const certain = cursor.isNew ? parentsAmong(own, strategy, Infinity) : 0
    const isComplete = range.atMost === rows.length
    const atMost = isComplete ? parentsAmong(own, strategy, Date.now() - UNSETTLED_MS) : range.atMost
    return [[name, { atLeast: certain, ...(atMost !== undefined && { atMost }) }]]
  })
}

function parentsAmong(rows: readonly Row[], strategy: ChildStrategy, settledBefore: Time): number {
  return rows.filter((row) => mayHaveChildren(row, strategy, settledBefore)).length
}

/** Parents that cost a request each, which have not been read yet or have changed since. */
async function singleParents(
  scan: ListScan,
  rows: Range,
  since: Time | undefined,
): Promise<[string, Range][]> {
  const patient = scan.active.filter(({ backlog }) => backlog !== undefined)
  if (patient.length === 0) return []
  const waiting = await waitingFor(scan, patient, rows, since)
  return patient.map(({ emitter }) => [emitter.stream.name, waiting])
}

async function waitingFor(
  scan: ListScan,
  patient: readonly Subscription[],
  rows: Range,
  since: Time | undefined,
): Promise<Range> {
  // The children of rows that are compared one by one are not read again.
  if (scan.stream.strategy.kind === 'full-scan')
    return patient.some(({ cursor }) => cursor.isNew) ? rows : { atLeast: 0, atMost: 0 }
  const from = oldestOf(patient)
  return from === since ? rows : (await sampleOf(scan, from)).range
}

async function sampleOf(scan: ListScan, since: Time | undefined): Promise<Sample> {
  const { kind } = scan.stream.strategy
  if (kind === 'full-scan') return sampleOfWhole(scan)
  const isFiltered = kind === 'by-update-time' && since !== undefined
  const order = kind === 'newest-first' && since !== undefined ? 'newest-first' : 'highest-id-first'
  for await (const page of scan.pages({ order, mayBeEmpty: true, ...(isFiltered && { since }) })) {
    const rows = page.rows.filter(({ time }) => since === undefined || time === null || time >= since)
    if (page.next === undefined || rows.length < page.rows.length)
      return { range: exactly(rows.length), rows }
    const ids = order === 'highest-id-first' ? rows.map(({ data }) => data.id) : []
    return { range: { atLeast: rows.length + 1, ...highest(ids) }, rows }
  }
  return { range: exactly(0), rows: [] }
}

/**
 * A list without filter and order: the first page of each of its parts. One without pages costs the same always, so
 * that its rows matter only as parents.
 */
async function sampleOfWhole(scan: ListScan): Promise<Sample> {
  const rows: Row[] = []
  const { stream } = scan
  const hasNewChildren = scan.active.some(({ backlog, cursor }) => backlog && cursor.isNew)
  if (stream.paging === 'none' && !hasNewChildren) return { range: { atLeast: 0 }, rows }
  let pagesLeft = stream.parts?.length ?? 1
  let hasMore = false
  const isUnmarked = neverMarksEnd(stream)
  const query = { mayBeEmpty: true, emptyIsUsual: true }
  const onePagePerPart = { neverMarksEnd: true, endsPart: () => true }
  for await (const page of scan.pages({ ...query, ...(isUnmarked && onePagePerPart) })) {
    rows.push(...page.rows)
    hasMore ||= isUnmarked && page.rows.length >= stream.pageSize
    if (page.next === undefined && !hasMore) return { range: exactly(rows.length), rows }
    pagesLeft -= 1
    if (pagesLeft === 0) break
  }
  return { range: { atLeast: rows.length + 1 }, rows }
}

/** Such a list is asked once more behind its last page. */
export function neverMarksEnd({ strategy }: StreamSpec): boolean {
  return strategy.kind === 'full-scan' && strategy.newestFirst !== undefined
}

/** Ids are numbers that are assigned once: a list has at most as many rows as its highest id. */
function highest(ids: readonly unknown[]): Pick<Range, 'atMost'> {
  const [first] = ids
  return typeof first === 'number' ? { atMost: first } : {}
}

function exactly(count: number): Range {
  return { atLeast: count, atMost: count }
}
