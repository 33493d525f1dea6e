import type { Time } from '../../common/time.js'
import { secondOf } from '../../pipedrive/lists/pagers/pager.js'
import type { Coverage } from '../state/coverage.js'

/**
 * When a slice is split. A split costs a request where no row lies behind it, else half a page that is read twice. The
 * numbers are those that waste at most 3 % of the requests in test/sync/readers/slice-pool.test.ts.
 */
const POLICY = {
  /** Short lists stay whole: before so many pages of the list have been read, nothing is known of it. */
  firstPages: 3,
  /** With fewer pages left, a slice stays whole. */
  leastPages: 12,
  /** A new part starts so many pages ahead, or in the middle of what is left: there, rows are about as dense. */
  pagesAhead: 60,
  /** Splits that are always allowed, and one more for so many pages of the list. */
  freeSplits: 2,
  pagesPerSplit: 10,
  /** Pages that may bring nothing new, and one more for so many pages that were read. */
  freeWaste: 1,
  pagesPerWaste: 40,
  /** Parts whose first page has not come may lie beyond all rows. */
  mostUnproved: 2,
} satisfies Record<string, number>

const SECOND_MS = 1_000

/** A slice while it is read. */
export class SliceReading {
  /** All rows before this time have been read. */
  reached: Time
  pages = 0
  /** How much time the rows of a page span, by the latest page; undefined where that is not known. */
  pageSpanMs: number | undefined

  constructor(
    readonly from: Time,
    /** What its requests ask for stays, also when the slice is split. */
    readonly requestedUntil: Time | null,
    private end: Time | null = requestedUntil,
  ) {
    this.reached = from
  }

  get until(): Time | null {
    return this.end
  }

  /** Whether all rows before the end have been read; rows of one second may come in any order. */
  get isOver(): boolean {
    return this.end !== null && this.reached >= this.end
  }

  endAt(time: Time): void {
    this.end = time
  }

  /** About so many pages are left before that time, if rows stay as dense as they are. */
  pagesBefore(time: Time): number {
    return this.pageSpanMs === undefined ? 0 : Math.max(0, time - this.reached) / this.pageSpanMs
  }
}

/** What a page of a slice brought. */
export interface PageOfSlice {
  /** Of the rows in the slice, as they came. */
  readonly times: readonly Time[]
  /** All rows before this time have been read; undefined where rows came out of order. */
  readonly reached: Time | undefined
  /** Whether the server has no more rows of the slice. */
  readonly isLast: boolean
}

/**
 * Deals out the slices of one list to readers that work side by side: oldest first, then parts of slices that are being
 * read, the open end last. A slice is split where rows are dense; its reader stops there, as its filter cannot change.
 */
export class SlicePool {
  private readonly unread: SliceReading[]
  private readonly active = new Set<SliceReading>()
  private openEnd: SliceReading | undefined
  private pages = 0
  /** The most rows that a page has had. */
  private pageSize = 1
  private splits = 0
  private wasted = 0

  /** `horizon`: rows that are newer than this are left to the open end. */
  constructor(
    slices: Coverage,
    private readonly horizon: () => Time,
  ) {
    this.unread = slices.map(([from, until]) => new SliceReading(from, until))
    if (this.unread.length > 1 && this.unread.at(-1)?.until === null) this.openEnd = this.unread.pop()
  }

  /** What an idle reader reads next; undefined where there is nothing for now. */
  take(): SliceReading | undefined {
    const slice = this.unread.shift() ?? this.split() ?? this.lastSlice()
    if (slice) this.active.add(slice)
    return slice
  }

  /** Whether a further reader would find something to read. */
  get hasWork(): boolean {
    return this.unread.length > 0 || this.splitPoint() !== undefined
  }

  /** A page of the slice has come. */
  advance(slice: SliceReading, { times, reached, isLast }: PageOfSlice): void {
    this.pages += 1
    this.pageSize = Math.max(this.pageSize, times.length)
    slice.pages += 1
    slice.reached = reached ?? slice.reached
    slice.pageSpanMs = reached === undefined ? undefined : (spanOf(times, this.pageSize) ?? slice.pageSpanMs)
    if (isLast) this.active.delete(slice)
    if (!isLast && !slice.isOver) return
    const { until } = slice
    const inSlice = until === null ? times.length : times.filter((time) => time < until).length
    this.wasted += 1 - inSlice / this.pageSize
  }

  /** The slice is not read any further. */
  finish(slice: SliceReading): void {
    this.active.delete(slice)
  }

  private lastSlice(): SliceReading | undefined {
    if (this.active.size > 0) return undefined
    const { openEnd } = this
    this.openEnd = undefined
    return openEnd
  }

  private split(): SliceReading | undefined {
    const point = this.splitPoint()
    if (!point) return undefined
    const { slice, at } = point
    const end = this.endOf(slice)
    if (slice.until === null) this.openEnd = new SliceReading(end, null)
    slice.endAt(at)
    this.splits += 1
    return new SliceReading(at, end)
  }

  /** Where the slice with the most rows left is split; undefined where that is not worth its requests. */
  private splitPoint(): { slice: SliceReading; at: Time } | undefined {
    const [slice] = [...this.active].sort((a, b) => this.pagesLeft(b) - this.pagesLeft(a))
    if (slice?.pageSpanMs === undefined || !this.maySplit()) return undefined
    const left = this.pagesLeft(slice)
    if (left < POLICY.leastPages) return undefined
    // Whole pages: the last page of the slice is then a full one, if rows stay as dense as they are.
    const ahead = Math.round(Math.min(POLICY.pagesAhead, left / 2)) * slice.pageSpanMs
    const at = secondOf(slice.reached + Math.max(ahead, 2 * SECOND_MS))
    return at < this.endOf(slice) ? { slice, at } : undefined
  }

  private maySplit(): boolean {
    const active = [...this.active]
    const unproved = active.filter(({ pages }) => pages === 0).length
    const left = active.reduce((sum, slice) => sum + this.pagesLeft(slice), 0)
    const mostSplits = POLICY.freeSplits + (this.pages + left) / POLICY.pagesPerSplit
    const mostWasted = POLICY.freeWaste + this.pages / POLICY.pagesPerWaste
    // Every slice that is being read costs at its end what others have cost on average.
    const costOfSplit = (this.wasted + 0.5) / (this.splits + 1)
    const expectedWaste = this.wasted + (active.length + 1) * costOfSplit
    return (
      this.pages >= POLICY.firstPages &&
      unproved < Math.min(POLICY.mostUnproved, active.length - unproved) &&
      this.splits < mostSplits &&
      expectedWaste <= mostWasted
    )
  }

  private pagesLeft(slice: SliceReading): number {
    return slice.pagesBefore(this.endOf(slice))
  }

  /** The open end of a list is not split: what changes meanwhile enters it. */
  private endOf({ until }: SliceReading): Time {
    return until ?? this.horizon()
  }
}

/**
 * Of a full page, by its later half: before the first rows may lie a long time without any. A page begins with the last
 * row of the page before.
 */
function spanOf(times: readonly Time[], pageSize: number): number | undefined {
  const middle = (times.length - 1) >> 1
  const gaps = times.length - 1 - middle
  const [from, until] = [times[middle], times.at(-1)]
  if (from === undefined || until === undefined || gaps === 0) return undefined
  return Math.max(SECOND_MS, ((until - from) / gaps) * (pageSize - 1))
}
