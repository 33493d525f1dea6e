import type { ResponseTimes } from '../../common/time.js'
import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import { isDoubtful, type PageRequests, type PageResponse } from './page-requests.js'
import { PageSource } from './page-source.js'
import type { PageContext, Step } from './pagers/pager.js'
import type { CursorPosition, Position } from './position.js'
import { identityOf, type Row } from './row.js'
import { readSecond, type SecondRead } from './ties.js'
import { firstPosition, resumedPosition, stepFrom } from './steps.js'
import { WalkMemory } from './walk-memory.js'

/** One page of a walk over a list. */
export interface ListPage {
  /** Rows that no earlier page of this walk had. */
  rows: Row[]
  /** Absent on the last page. */
  next?: Position
  times: ResponseTimes
  /** Characters of the responses that the page took. */
  textLength: number
  /** The last page is empty, twice, and no response says that the list ends there: it proves nothing. */
  isDoubtful?: true
  /** The saved position was refused: this is the first page of a walk from the start. */
  restarted?: true
}

/** One walk over a list, page after page, with what it learns on the way. */
export class ListWalk {
  private readonly memory: WalkMemory
  private readonly source: PageSource
  private position: Position | undefined
  private isFirst: boolean
  /** Whether the last page announced more, or the position was saved because more was expected. */
  private announced: boolean
  /** A comparison says nothing about cursors when part of the second was read before a resumed position. */
  private learnsTies: boolean

  constructor(
    private readonly requests: PageRequests,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly query: ListQuery,
    from?: Position,
  ) {
    this.memory = new WalkMemory(list, query.order)
    this.position = from ? resumedPosition(from) : firstPosition(list, query)
    this.isFirst = from === undefined
    this.announced = from !== undefined
    this.learnsTies = from?.kind !== 'cursor' || from.tie === undefined
    this.source = new PageSource(requests, list, facts, query, this.memory)
    if (from?.kind === 'offset' && from.anchor?.time !== undefined && list.timeFields.length <= 1) {
      this.memory.know({ key: from.anchor.key, time: from.anchor.time })
    }
  }

  /** Undefined after the last page. Throws PagingError, and what the request throws. */
  async next(): Promise<ListPage | undefined> {
    const { position } = this
    if (!position) return undefined
    const page = await this.source.page(position, this.mayEndAt(position), this.isFirst)
    const isBelieved = this.query.neverMarksEnd === true && this.isFirst
    this.memory.inspect(page.rows)
    const step = stepFrom(position, page, this.list, this.context())
    const skipped = await this.skippedTies(step)
    this.memory.remember(page.rows, step, this.source.limit)
    for (const row of skipped.rows) this.memory.know(row)
    this.isFirst = false
    this.announced = announcesMore(page)
    this.position = step.next && this.settled(step.next)
    const read: ListPage = {
      rows: [...skipped.rows, ...step.fresh],
      ...(this.position && { next: this.position }),
      ...(isDoubtful(page) && !isBelieved && { isDoubtful: true }),
      times: page.times,
      textLength: page.textLength + skipped.textLength,
    }
    // As in `dropContent`.
    page.rows.length = 0
    return read
  }

  /** Whether an empty response without a marker is believed when it comes a second time. */
  private mayEndAt(position: Position): boolean {
    if (this.isFirst) return this.query.mayBeEmpty
    return position.kind !== 'cursor' && !this.announced
  }

  /** Rows of a second that was passed by cursor, and that the cursor skipped. */
  private async skippedTies({ checkTies, fresh }: Step): Promise<SecondRead> {
    if (!checkTies || this.facts.get('cursorTies') === 'kept') return { rows: [], textLength: 0 }
    const { list, query, memory } = this
    const walk = (of: ListQuery) => new ListWalk(this.requests, list, this.facts, of)
    const second = await readSecond(checkTies.second, query, list, memory.timeOf, walk)
    const here = new Set(fresh.map(identityOf))
    const rows = second.rows.filter((row) => !memory.isKnown(row) && !here.has(identityOf(row)))
    if (rows.length > 0 && this.learnsTies) this.facts.learn('cursorTies', 'skipped')
    if (rows.length === 0 && checkTies.straddled) this.facts.learn('cursorTies', 'kept')
    this.learnsTies = true
    return { ...second, rows }
  }

  private settled(position: Position): Position {
    const isKept = this.facts.get('cursorTies') === 'kept'
    return position.kind === 'cursor' && isKept ? withoutTie(position) : position
  }

  private context(): PageContext {
    const { memory, query, list } = this
    // Lists with offsets may end without a marker: what counts there is what the server is known to deliver.
    const largest = list.paging === 'cursor' ? Infinity : memory.largestPage
    return {
      order: query.order,
      since: query.since,
      timeOf: memory.timeOf,
      fullPage: Math.min(this.source.limit, largest),
      isKnown: memory.isKnown,
      inOrder: memory.inOrder,
      stableTies: memory.stableTies,
      served: memory.served,
      cursorTies: this.facts.get('cursorTies'),
      filtersUntil: list.filtersUntil ?? true,
    }
  }
}

function announcesMore({ more, nextCursor }: PageResponse): boolean {
  return more === true || typeof nextCursor === 'string'
}

function withoutTie({ kind, cursor, since }: CursorPosition): CursorPosition {
  return { kind, ...(cursor !== undefined && { cursor }), ...(since !== undefined && { since }) }
}
