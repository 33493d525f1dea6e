import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import { isDoubtful, isTooMuch, type PageRequests, type PageResponse } from './page-requests.js'
import { UnstatedEnd } from './paging-error.js'
import type { Position } from './position.js'
import type { WalkMemory } from './walk-memory.js'

/** So many pages that came in time allow one of double the size; if that is too much, twice as many the next time. */
const PAGES_BEFORE_GROWTH = 20

/** Pages of one walk that can be relied on: in time, not empty by mistake, and in the order requested. */
export class PageSource {
  private tieBreak = true
  private currentLimit: number
  private patience = PAGES_BEFORE_GROWTH
  private pagesInTime = 0
  /** The size before it was doubled, until a page of the new size has come. */
  private grownFrom: number | undefined

  constructor(
    private readonly requests: PageRequests,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly query: ListQuery,
    private readonly memory: Pick<WalkMemory, 'largestPage' | 'haveSameTimes' | 'areInOrder'>,
  ) {
    this.currentLimit = Math.min(list.pageSize, facts.get('pageSize') ?? Infinity)
  }

  /** Rows to ask for. */
  get limit(): number {
    return this.currentLimit
  }

  /**
   * A server that ignores a sort by two fields returns rows in an order of its own, of which a time filter would lose
   * some: the first page is compared with one that is sorted by one field.
   */
  async page(position: Position, mayEnd: boolean, isFirst: boolean): Promise<PageResponse> {
    const page = await this.stated(position, mayEnd, isFirst)
    const isSettled =
      !this.tieBreak || this.facts.get('tieBreakHonoured') === true || !this.requests.asksTieBreak(this.query)
    if (position.kind !== 'seek' || isSettled || page.more === false || page.rows.length <= 1) return page
    this.tieBreak = false
    const plain = await this.stated(position, mayEnd, isFirst)
    const both = { ...plain, textLength: page.textLength + plain.textLength }
    if (this.memory.haveSameTimes(page.rows, plain.rows)) {
      this.facts.learn('tieBreakHonoured', true)
      this.tieBreak = true
      return { ...page, textLength: both.textLength }
    }
    if (!this.memory.areInOrder(page.rows) && this.memory.areInOrder(plain.rows)) {
      this.facts.learn('tieBreakRefused', true)
    }
    return both
  }

  /** An empty response without a marker may be a mistake: it is requested a second time. */
  private async stated(position: Position, mayEnd: boolean, isFirst: boolean): Promise<PageResponse> {
    const page = await this.sized(position)
    const { emptyIsUsual, neverMarksEnd } = this.query
    const isUsual =
      (emptyIsUsual === true && this.list.paging === 'none') || (neverMarksEnd === true && isFirst)
    if (!isDoubtful(page) || isUsual) return page
    const again = await this.sized(position)
    if (isDoubtful(again) && !(mayEnd && this.facts.get('marksEnd') === undefined)) throw new UnstatedEnd()
    return { ...again, textLength: page.textLength + again.textLength }
  }

  /** A page that takes too long, or is too large, is requested again at half the size. */
  private async sized(position: Position): Promise<PageResponse> {
    let isReduced = false
    for (;;) {
      const limit = this.list.paging === 'none' ? undefined : this.currentLimit
      try {
        const options = { tieBreak: this.tieBreak, isReduced }
        const page = await this.requests.page(this.query, position, limit, options)
        if (isReduced) this.facts.learn('pageSize', this.currentLimit)
        this.growAfterPagesInTime()
        return page
      } catch (error) {
        if (!isTooMuch(error) || limit === undefined || limit <= this.smallestPage) throw error
        this.currentLimit = this.smallerThan(limit)
        isReduced = true
      }
    }
  }

  private smallerThan(limit: number): number {
    const { grownFrom } = this
    this.pagesInTime = 0
    this.grownFrom = undefined
    if (grownFrom !== undefined) {
      this.patience *= 2
      return grownFrom
    }
    const { largestPage } = this.memory
    // Where the server delivers less than the limit, half the limit would change nothing.
    const served = Math.min(limit, largestPage > 0 ? largestPage : limit)
    return Math.max(this.smallestPage, Math.floor(served / 2))
  }

  /** A few slow minutes must not make a long walk cost a multiple of its tokens. */
  private growAfterPagesInTime(): void {
    if (this.grownFrom !== undefined) this.facts.learn('pageSize', this.currentLimit)
    this.grownFrom = undefined
    if (this.currentLimit >= this.list.pageSize) return
    this.pagesInTime += 1
    if (this.pagesInTime < this.patience) return
    this.pagesInTime = 0
    this.grownFrom = this.currentLimit
    this.currentLimit = Math.min(this.list.pageSize, this.currentLimit * 2)
  }

  /** Pages by offset have to overlap by a row. */
  private get smallestPage(): number {
    return this.list.paging === 'offset' ? 2 : 1
  }
}
