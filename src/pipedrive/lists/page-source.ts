import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import { isDoubtful, isTooMuch, type PageRequests, type PageResponse } from './page-requests.js'
import { UnstatedEnd } from './paging-error.js'
import type { Position } from './position.js'
import type { WalkMemory } from './walk-memory.js'

/** Pages of one walk that can be relied on: in time, not empty by mistake, and in the order requested. */
export class PageSource {
  private tieBreak = true
  private currentLimit: number

  constructor(
    private readonly requests: PageRequests,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly query: ListQuery,
    private readonly memory: Pick<WalkMemory, 'largestPage' | 'haveSameTimes' | 'areInOrder'>,
    from: Position | undefined,
  ) {
    this.currentLimit = Math.min(list.pageSize, facts.get('pageSize') ?? Infinity, from?.limit ?? Infinity)
  }

  /** Rows to ask for. */
  get limit(): number {
    return this.currentLimit
  }

  /**
   * A server that ignores a sort by two fields returns rows in an order of its own, of which a time filter would lose
   * some: the first page is compared with one that is sorted by one field.
   */
  async page(position: Position, mayEnd: boolean): Promise<PageResponse> {
    const page = await this.stated(position, mayEnd)
    const isSettled =
      !this.tieBreak || this.facts.get('tieBreakHonoured') === true || !this.requests.asksTieBreak(this.query)
    if (position.kind !== 'seek' || isSettled || page.more === false || page.rows.length <= 1) return page
    this.tieBreak = false
    const plain = await this.stated(position, mayEnd)
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
  private async stated(position: Position, mayEnd: boolean): Promise<PageResponse> {
    const page = await this.sized(position)
    const isUsual = this.query.emptyIsUsual === true && this.list.paging === 'none'
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
        return page
      } catch (error) {
        if (!isTooMuch(error) || limit === undefined || limit <= this.smallestPage) throw error
        const { largestPage } = this.memory
        // Where the server delivers less than the limit, half the limit would change nothing.
        const served = Math.min(limit, largestPage > 0 ? largestPage : limit)
        this.currentLimit = Math.max(this.smallestPage, Math.floor(served / 2))
        isReduced = true
      }
    }
  }

  /** Pages by offset have to overlap by a row. */
  private get smallestPage(): number {
    return this.list.paging === 'offset' ? 2 : 1
  }
}
