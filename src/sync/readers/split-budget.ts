import type { Time } from '../../common/time.js'
import type { ListOutline } from './list-outline.js'
import { spanOf, type PageOfSlice, type SliceReading } from './slice-reading.js'

/**
 * A split costs a request where no row lies behind it, else half a page that is read twice. The numbers are those that
 * waste at most 3 % of the requests in test/sync/readers/slice-pool.test.ts.
 */
const POLICY = {
  /** Pages that may bring nothing new, and one more for so many pages of the list. */
  freeWaste: 1,
  pagesPerWaste: 55,
  /** What the end of a slice costs as long as none has been seen, and how many that are seen weigh as much. */
  costOfEnd: 0.5,
  endsAssumed: 5,
  /** Of a short list nothing is known before so many pages: then so many parts may lie behind all rows, */
  firstPages: 3,
  mostUnproved: 2,
  /** and one for so many pages of a list that is known to be long. */
  pagesPerUnproved: 100,
} satisfies Record<string, number>

/** Ids are given in order, and rows are deleted and merged: a list is expected to have as many for each id. */
const ROWS_PER_ID = 0.75

/** If pages at both ends and the mean page span times that differ by less, rows probably lie evenly between them. */
const MOST_UNEVEN = 2

export type SeenOfList = Pick<ListOutline, 'largestId' | 'newest'>

/** What splitting the slices of a list has cost, and what it may cost. */
export class SplitBudget {
  private pages = 0
  /** The most rows that a page has had. */
  private largestPage = 1
  private oldest: Time = Infinity
  private firstSpan: number | undefined
  /** Whether a part had no rows. */
  private hasGap = false
  private wasted = 0
  private ends = 0

  constructor(private readonly outline: SeenOfList) {}

  /** A page of the slice has come. */
  advance(slice: SliceReading, page: PageOfSlice): void {
    const { times, isLast } = page
    this.pages += 1
    this.largestPage = Math.max(this.largestPage, times.length)
    this.oldest = Math.min(this.oldest, times[0] ?? Infinity)
    slice.advance(page, this.largestPage)
    this.firstSpan ??= slice.pageSpan
    this.hasGap ||= times.length === 0
    if (!isLast && !slice.isOver) return
    const { until } = slice
    const inSlice = until === null ? times.length : times.filter((time) => time < until).length
    this.wasted += 1 - inSlice / this.largestPage
    this.ends += 1
  }

  /** How much time the rows of a page span on average, from the oldest row up to that time; 0: not known. */
  meanSpan(until: Time): number {
    return this.pagesById === 0 ? 0 : Math.max(0, until - this.oldest) / this.pagesById
  }

  /** Whether rows lie evenly up to that time, as far as pages of the oldest and the newest and the ids can tell. */
  isEven(until: Time): boolean {
    const newest = spanOf(this.outline.newest, this.largestPage)
    const spans = [this.firstSpan ?? NaN, newest ?? NaN, this.meanSpan(until)]
    return !this.hasGap && Math.max(...spans) <= MOST_UNEVEN * Math.min(...spans)
  }

  /** Whether a further slice is worth its requests. `left`: pages of the slices that are being read. */
  allows(active: readonly SliceReading[], left: number, isEven: boolean): boolean {
    const { pages, wasted, ends } = this
    // Two forecasts, of which the lower one counts: if rows stay as dense as they are, and by the ids.
    const expected = Math.max(pages, Math.min(pages + left, this.pagesById))
    const proved = active.filter(({ isProved }) => isProved).length
    const mostUnproved = Math.max(
      pages < POLICY.firstPages ? 0 : POLICY.mostUnproved,
      Math.floor(expected / POLICY.pagesPerUnproved),
    )
    // Every slice that is being read costs at its end what others have cost on average.
    const costOfEnd = (wasted + POLICY.costOfEnd * POLICY.endsAssumed) / (ends + POLICY.endsAssumed)
    const expectedWaste = wasted + (active.length + 1) * costOfEnd
    return (
      active.length - proved < Math.min(mostUnproved, isEven ? Infinity : proved) &&
      expectedWaste <= POLICY.freeWaste + expected / POLICY.pagesPerWaste
    )
  }

  private get pagesById(): number {
    return (this.outline.largestId * ROWS_PER_ID) / this.largestPage
  }
}
