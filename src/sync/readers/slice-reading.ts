import type { Time } from '../../common/time.js'

const SECOND_MS = 1_000

/** What a page of a slice brought. */
export interface PageOfSlice {
  /** Of the rows in the slice, as they came. */
  readonly times: readonly Time[]
  /** All rows before this time have been read; undefined where rows came out of order. */
  readonly reached: Time | undefined
  /** Whether the server has no more rows of the slice. */
  readonly isLast: boolean
}

/** A slice while it is read. */
export class SliceReading {
  private hasPages = false
  private readUntil: Time
  private end: Time | null

  constructor(
    readonly from: Time,
    /** What its requests ask for stays, also when the slice is split. */
    readonly requestedUntil: Time | null,
    /**
     * How much time the rows of a page span, by the latest page, and before the first one by the slice that this was
     * part of; undefined where that is not known.
     */
    private pageSpanMs?: number,
  ) {
    this.readUntil = from
    this.end = requestedUntil
  }

  /** All rows before this time have been read. */
  get reached(): Time {
    return this.readUntil
  }

  get until(): Time | null {
    return this.end
  }

  get pageSpan(): number | undefined {
    return this.pageSpanMs
  }

  /** Whether its first page has come. Before that, it may lie behind all rows. */
  get isProved(): boolean {
    return this.hasPages
  }

  /** Whether all rows before the end have been read; rows of one second may come in any order. */
  get isOver(): boolean {
    return this.end !== null && this.readUntil >= this.end
  }

  /** `pageSize`: the most rows that a page of the list has had. */
  advance({ times, reached }: PageOfSlice, pageSize: number): void {
    this.hasPages = true
    this.readUntil = reached ?? this.readUntil
    this.pageSpanMs = reached === undefined ? undefined : (spanOf(times, pageSize) ?? this.pageSpanMs)
  }

  endAt(time: Time): void {
    this.end = time
  }

  /** About so many pages are left before that time, if rows stay as dense as they are. */
  pagesBefore(time: Time): number {
    return this.pageSpanMs === undefined ? 0 : Math.max(0, time - this.readUntil) / this.pageSpanMs
  }
}

/**
 * How much time the rows of a full page span, by its later half: before the first rows may lie a long time without any.
 * A page begins with the last row of the page before.
 */
export function spanOf(times: readonly Time[], pageSize: number): number | undefined {
  const middle = (times.length - 1) >> 1
  const gaps = times.length - 1 - middle
  const [from, until] = [times[middle], times.at(-1)]
  if (from === undefined || until === undefined || gaps === 0) return undefined
  return Math.max(SECOND_MS, ((until - from) / gaps) * (pageSize - 1))
}
