import { parseTime, type Time } from '../../common/time.js'
import type { List } from './list.js'
import { isTimeOrder, type ListOrder } from './list-query.js'
import { PagingError } from './paging-error.js'
import { secondOf, type Step } from './pagers/pager.js'
import type { Position } from './position.js'
import { identityOf, type Row } from './row.js'
import { RowVersions } from './row-versions.js'

/** More pages in a row without an unseen row, although more is announced, are an endless chain. */
const MAX_BARREN_PAGES = 5

/** Steps back in a row; doubling, 25 reach across any list. */
const MAX_STEPS_BACK = 64

/** The first rows of a walk are never forgotten, so that a list that starts over is recognised: five large pages. */
const FIRST_ROWS = 2_500

/** Of the rows after them, at least so many are remembered; where cursors mark places, pages hardly overlap. */
const RECENT_ROWS = { cursor: 2_500, offset: 10_000, none: 0 } satisfies Record<List['paging'], number>

/** Pairs of rows of one time, in order of their ids; so many are not a coincidence. */
const SURE_PAIRS = 10

/** What one walk over a list has seen, as far as it helps to recognise overlaps, ends and endless chains. */
export class WalkMemory {
  /** Whether the rows of every page were in the order by time that was requested. */
  inOrder = true
  largestPage = 0
  /** Identities of the rows of the last second that was read, as they came. */
  served: string[] = []
  private servedSecond: Time | null = null
  private readonly first = new RowVersions()
  private recent = new RowVersions()
  private older = new RowVersions()
  private readonly cursors = new Set<string>()
  private barrenPages = 0
  private stepsBack = 0
  private tiePairs = 0

  constructor(
    private readonly list: Pick<List, 'timeFields' | 'paging'>,
    private readonly order: ListOrder | undefined,
  ) {}

  get stableTies(): boolean {
    return this.tiePairs >= SURE_PAIRS
  }

  /** The time that the server sorts by. */
  readonly timeOf = (row: Row): Time | null => {
    const { timeFields } = this.list
    return timeFields.length > 1 ? parseTime(row.data[timeFields[0] ?? '']) : row.time
  }

  readonly isKnown = (row: Row): boolean => this.first.has(row) || this.recent.has(row) || this.older.has(row)

  know(row: Pick<Row, 'key' | 'time'>): void {
    if (this.first.size < FIRST_ROWS) {
      this.first.add(row)
      return
    }
    this.recent.add(row)
    if (this.recent.size < RECENT_ROWS[this.list.paging]) return
    this.older = this.recent
    this.recent = new RowVersions()
  }

  /** Notes what a page says about the list, before its rows are judged. */
  inspect(rows: readonly Row[]): void {
    this.largestPage = Math.max(this.largestPage, rows.length)
    if (!isTimeOrder(this.order)) return
    const sign = this.order === 'oldest-first' ? 1 : -1
    let before: Row | undefined
    for (const row of rows) {
      if (before) this.compare(before, row, sign)
      before = row
    }
  }

  /** Notes the rows of a page that was used. Throws PagingError when the walk does not get anywhere. */
  remember(rows: readonly Row[], { fresh, next }: Step, limit: number): void {
    for (const row of fresh) this.know(row)
    const steppedBack = next !== undefined && next.kind !== 'cursor' && next.back !== undefined
    if (!steppedBack) this.serve(rows)
    this.countBarren(fresh, next, steppedBack, limit)
    if (next?.kind !== 'cursor') return
    if (next.cursor === undefined) this.cursors.clear()
    else if (this.cursors.has(next.cursor))
      throw new PagingError('The cursors of the list repeat themselves.')
    else this.cursors.add(next.cursor)
  }

  /** Whether rows are in the order by time that was requested. */
  areInOrder(rows: readonly Row[]): boolean {
    const judge = new WalkMemory(this.list, this.order)
    judge.inspect(rows)
    return judge.inOrder
  }

  /** Whether two responses show the same seconds in the same order. */
  haveSameTimes(some: readonly Row[], others: readonly Row[]): boolean {
    const seconds = (rows: readonly Row[]) => rows.map((row) => this.secondIn(row)).join()
    return seconds(some) === seconds(others)
  }

  private secondIn(row: Row): Time | null {
    const time = this.timeOf(row)
    return time === null ? null : secondOf(time)
  }

  private compare(before: Row, row: Row, sign: 1 | -1): void {
    const [earlier, later] = [this.timeOf(before), this.timeOf(row)]
    if (earlier === null || later === null) return
    if ((secondOf(later) - secondOf(earlier)) * sign < 0) this.inOrder = false
    if (earlier !== later) return
    this.tiePairs = compareKeys(before.key, row.key) * sign < 0 ? this.tiePairs + 1 : -Infinity
  }

  private serve(rows: readonly Row[]): void {
    const [first, lastRow] = [rows[0], rows.at(-1)]
    if (!first || !lastRow) return
    const last = this.secondIn(lastRow)
    const group: string[] = []
    for (const row of rows) if (this.secondIn(row) === last) group.push(identityOf(row))
    const goesOn = last !== null && last === this.servedSecond && this.secondIn(first) === last
    const place = goesOn ? this.served.indexOf(group[0] ?? '') : 0
    this.served = [...this.served.slice(0, place === -1 ? undefined : place), ...group]
    this.servedSecond = last
  }

  private countBarren(
    fresh: readonly Row[],
    next: Position | undefined,
    steppedBack: boolean,
    limit: number,
  ): void {
    if (fresh.length > 0 || !next) {
      this.barrenPages = 0
      this.stepsBack = 0
      return
    }
    if (steppedBack) this.stepsBack += 1
    else if (next.kind === 'cursor' || next.steppedBackFrom === undefined) this.barrenPages += 1
    // After the page size was reduced, several pages cover what one page brought before.
    const smaller = Math.ceil((2 * this.largestPage) / limit)
    const most = limit < this.largestPage ? MAX_BARREN_PAGES + smaller : MAX_BARREN_PAGES
    if (this.barrenPages >= most || this.stepsBack > MAX_STEPS_BACK) {
      throw new PagingError('Page after page brings no new row, although the list announces more.')
    }
  }
}

/** Numbers by value, other keys by their characters. */
function compareKeys(a: string, b: string): number {
  const numeric = /^\d+$/.test(a) && /^\d+$/.test(b)
  if (numeric && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
