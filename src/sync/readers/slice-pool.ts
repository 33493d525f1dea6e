import type { Time } from '../../common/time.js'
import { secondOf } from '../../pipedrive/lists/pagers/pager.js'
import type { Coverage } from '../state/coverage.js'
import { SliceReading, type PageOfSlice } from './slice-reading.js'
import { SplitBudget, type SeenOfList } from './split-budget.js'

/** With fewer pages left, a slice stays whole. */
const LEAST_PAGES = 4

/** A new part starts in the middle of what is left, at most so many pages ahead: there, rows are about as dense. */
const PAGES_AHEAD = 240

/** The time that a page spans is never taken for more than so many times as much. */
const MOST_STRETCH = 4

const SECOND_MS = 1_000

/**
 * Deals out the slices of one list to readers that work side by side: oldest first, then parts of slices that are being
 * read, the open end last. A slice is split where rows are dense; its reader stops there, as its filter cannot change.
 */
export class SlicePool {
  private readonly unread: SliceReading[]
  private readonly active = new Set<SliceReading>()
  private openEnd: SliceReading | undefined
  private readonly budget: SplitBudget

  /** `horizon`: rows that are newer than this are left to the open end. */
  constructor(
    slices: Coverage,
    private readonly horizon: () => Time,
    outline: SeenOfList,
  ) {
    this.budget = new SplitBudget(outline)
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
  advance(slice: SliceReading, page: PageOfSlice): void {
    this.budget.advance(slice, page)
    if (page.isLast) this.active.delete(slice)
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
    return new SliceReading(at, end, slice.pageSpan)
  }

  /** Where the slice with the most rows left is split; undefined where that is not worth its requests. */
  private splitPoint(): { slice: SliceReading; at: Time } | undefined {
    const active = [...this.active].sort((a, b) => this.pagesLeft(b) - this.pagesLeft(a))
    const isEven = this.budget.isEven(this.horizon())
    const slice = active.find(({ isProved }) => isProved || isEven)
    if (slice?.pageSpan === undefined) return undefined
    const left = this.pagesLeft(slice)
    const leftInAll = active.reduce((sum, other) => sum + this.pagesLeft(other), 0)
    if (left < LEAST_PAGES || !this.budget.allows(active, leftInAll, isEven)) return undefined
    const pagesAhead = Math.min(PAGES_AHEAD, (left / 2) * this.stretchOf(slice))
    // Whole pages: the last page of the slice is then a full one, if rows stay as dense as they are.
    const at = secondOf(slice.reached + Math.max(Math.round(pagesAhead) * slice.pageSpan, 2 * SECOND_MS))
    return at < this.endOf(slice) ? { slice, at } : undefined
  }

  private pagesLeft(slice: SliceReading): number {
    return slice.pagesBefore(this.endOf(slice)) / this.stretchOf(slice)
  }

  /** Behind a page that spans less time than most come others that span more: few rows come at night. */
  private stretchOf({ pageSpan = Infinity }: SliceReading): number {
    const stretch = this.budget.meanSpan(this.horizon()) / pageSpan
    return Math.min(Math.max(1, stretch), MOST_STRETCH)
  }

  /** The open end of a list is not split: what changes meanwhile enters it. */
  private endOf({ until }: SliceReading): Time {
    return until ?? this.horizon()
  }
}
