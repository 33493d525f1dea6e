import type { ResponseTimes } from '../../common/time.js'
import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import {
  isMissingParent,
  MAX_MISSING_UNANSWERED,
  MissingParents,
  type ListedParents,
} from './missing-parents.js'
import { isDoubtful, isTooMuch, PageRequests, type PageResponse } from './page-requests.js'
import { PagingError, UnstatedEnd } from './paging-error.js'
import type { CursorPosition } from './position.js'
import type { RequestFn } from '../http/request.js'
import { identityOf, rowBuilder, type Row } from './row.js'

/** v2's default page size: a server that ignores `limit` ends its pages there. */
const DEFAULT_PAGE_SIZE = 100

/** More pages in a row without a new row, although a cursor leads on, are an endless chain. */
const MAX_BARREN_PAGES = 5

export interface BatchOptions {
  /** The parameter that takes the parents' ids, joined by commas. */
  param: string
  /** The field of a child that holds its parent's id. */
  parentField: string
  /**
   * Ids that the parents' list has now. They are asked for when all parents that were requested are refused: that may
   * mean that these are gone, or that the list of children is. Absent: they are gone.
   */
  listedParents?: ListedParents
  /** Whose usage it counts as; default: the list's name. */
  label?: string
  priority?: number
}

/** All children of some parents, or the id of a parent that is missing. `isStated`: the last page says so. */
export type BatchPart =
  | { rows: Row[]; of: readonly string[]; isStated: boolean; textLength: number; times: ResponseTimes }
  | { missing: string }

/** Too much for one request, as its response shows. */
class TooMany extends Error {}

/** Reads children of many parents, with as few requests as the server answers. */
export class BatchReader {
  private readonly requests: PageRequests
  private readonly missing: MissingParents

  constructor(
    request: RequestFn,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly options: BatchOptions,
  ) {
    this.requests = new PageRequests(request, list, facts, rowBuilder(list))
    this.missing = new MissingParents(options.listedParents)
  }

  /** One batch: at most as many ids as the parameter takes. Throws PagingError, and what the request throws. */
  async *children(ids: readonly string[]): AsyncGenerator<BatchPart, void, undefined> {
    if (ids.length === 0) return
    yield* this.parts(ids)
    await this.missing.assertAnswers((id) => this.page([id], { kind: 'cursor' }))
  }

  private async *parts(ids: readonly string[]): AsyncGenerator<BatchPart, void, undefined> {
    const part = await this.part(ids)
    if (typeof part === 'object') yield part
    else for (const smaller of this.split(ids, part)) yield* this.parts(smaller)
  }

  /** Halves; but while nothing was ever answered, some single parents tell soonest whether the list is there at all. */
  private split(ids: readonly string[], why: 'too much' | 'missing'): (readonly string[])[] {
    const singles =
      this.missing.answered || why === 'too much' ? 0 : Math.min(MAX_MISSING_UNANSWERED, ids.length)
    const rest = ids.slice(singles)
    const middle = Math.ceil(rest.length / 2)
    const parts = [rest.slice(0, middle), rest.slice(middle)].filter(({ length }) => length > 0)
    return [...ids.slice(0, singles).map((id) => [id]), ...parts]
  }

  /** The batch, or why it has to be split. */
  private async part(ids: readonly string[]): Promise<BatchPart | 'too much' | 'missing'> {
    try {
      return await this.batch(ids)
    } catch (error) {
      const isMissing = isMissingParent(error)
      if (!isMissing && !isTooMuch(error) && !(error instanceof TooMany)) throw error
      if (ids.length > 1) return isMissing ? 'missing' : 'too much'
      if (!isMissing) throw error
      const [id = ''] = ids
      await this.missing.recordMissing(id, error)
      return { missing: id }
    }
  }

  /** All pages of a batch: a batch that has to be halved must not be returned in part. */
  private async batch(ids: readonly string[]): Promise<BatchPart> {
    const rows = new Map<string, Row>()
    const cursors = new Set<string>()
    const first = await this.page(ids, { kind: 'cursor' })
    let [page, textLength, barren] = [first, first.textLength, 0]
    for (;;) {
      const known = rows.size
      for (const row of page.rows) rows.set(identityOf(row), row)
      barren = rows.size > known ? 0 : barren + 1
      const cursor = this.cursorAfter(page, ids)
      if (cursor === undefined) break
      if (cursors.has(cursor) || barren >= MAX_BARREN_PAGES) {
        throw new PagingError('The cursors of a batch bring no new row, although they announce more.')
      }
      cursors.add(cursor)
      page = await this.page(ids, { kind: 'cursor', cursor })
      textLength += page.textLength
    }
    const all = [...rows.values()]
    this.assertOwn(all, ids)
    const isStated = page.nextCursor === null || page.more === false
    return { rows: all, of: ids, isStated, textLength, times: first.times }
  }

  private async page(ids: readonly string[], position: CursorPosition): Promise<PageResponse> {
    const { param, label, priority } = this.options
    const query: ListQuery = {
      params: { [param]: ids.join(',') },
      mayBeEmpty: true,
      ...(label !== undefined && { label }),
      ...(priority !== undefined && { priority }),
    }
    const page = await this.requests.page(query, position, this.limit)
    this.missing.recordAnswer()
    // An empty response without a marker may be a mistake.
    if (!isDoubtful(page)) return page
    const again = await this.requests.page(query, position, this.limit)
    const mayEnd = position.cursor === undefined && this.facts.get('marksEnd') === undefined
    if (isDoubtful(again) && !mayEnd) throw new UnstatedEnd()
    return { ...again, textLength: page.textLength + again.textLength }
  }

  private cursorAfter({ rows, nextCursor, more }: PageResponse, ids: readonly string[]): string | undefined {
    if (typeof nextCursor === 'string') return nextCursor
    if (more) throw new PagingError('The list announces more rows without a cursor to them.')
    if (nextCursor === null || more === false || this.limit === undefined) return undefined
    const isFull = rows.length >= (ids.length > 1 ? Math.min(this.limit, DEFAULT_PAGE_SIZE) : this.limit)
    if (!isFull) return undefined
    if (ids.length > 1) throw new TooMany()
    throw new PagingError('A full page of a single parent does not say whether the list ends with it.')
  }

  private assertOwn(rows: readonly Row[], ids: readonly string[]): void {
    const parents = new Set(ids)
    if (!rows.every(({ data }) => parents.has(String(data[this.options.parentField])))) {
      throw new PagingError(`${this.list.name} has children of parents that were not requested.`)
    }
  }

  private get limit(): number | undefined {
    if (this.list.paging === 'none') return undefined
    return Math.min(this.list.pageSize, this.facts.get('pageSize') ?? Infinity)
  }
}
