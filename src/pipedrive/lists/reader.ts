import type { List, ListSuccessor } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import { ListWalk, type ListPage } from './list-walk.js'
import { PageRequests } from './page-requests.js'
import { PagingError } from './paging-error.js'
import { isStartOfPart, nextInParts, partsOf } from './parts.js'
import type { Position } from './position.js'
import type { RequestFn } from '../http/request.js'
import { failureKind } from '../http/api-error.js'
import { rowBuilder, type RowBuilder } from './row.js'
import { isPositionOf } from './steps.js'

export type { ListPage } from './list-walk.js'

/** Failures that say nothing about a saved position: another request would fail in the same way. */
const ENDS_THE_RUN: ReadonlySet<string> = new Set([
  'unauthorized',
  'authorization_lost',
  'sign_in_lost',
  'client_rejected',
  'app_refused',
  'blocked',
  'proxy',
  'untrusted_certificate',
  'rate_limited',
  'daily_budget_spent',
  'reserve_reached',
])

/** Reads a list of the API page by page, whichever way it pages, without losing a row. */
export class PageReader {
  private readonly parts: readonly List[]
  private readonly toRow: RowBuilder

  constructor(
    private readonly request: RequestFn,
    private readonly list: List,
    private readonly facts: ListFacts,
  ) {
    this.parts = partsOf(list)
    this.toRow = rowBuilder(list)
  }

  /**
   * Throws PagingError where the API breaks its own rules, InvalidRow for a row without key, UnreadableTime, and what
   * the request throws. A saved position that the API refuses is dropped: the walk starts over. Where the list is gone,
   * the pages are those of its successor.
   */
  async *pages(query: ListQuery, from?: Position): AsyncGenerator<ListPage, void, undefined> {
    let hasBegun = false
    try {
      for await (const page of this.ownPages(query, from)) {
        hasBegun = true
        yield page
      }
    } catch (error) {
      if (hasBegun || !this.list.successor || !isRemoved(error)) throw error
      yield* this.successorPages(this.list.successor, query)
    }
  }

  private async *successorPages(successor: ListSuccessor, query: ListQuery): AsyncGenerator<ListPage> {
    const { asBefore, ...differing } = successor
    const { toRow } = this
    const reader = new PageReader(this.request, { ...this.list, ...differing }, this.facts)
    for await (const page of reader.ownPages(query)) {
      yield { ...page, rows: page.rows.flatMap(({ data }) => asBefore(data).map((row) => toRow(row))) }
    }
  }

  private async *ownPages(query: ListQuery, from?: Position): AsyncGenerator<ListPage> {
    const resumed = from && (await this.resume(query, from))
    let restarted = from !== undefined && !resumed
    let isEmpty = !resumed
    for (let part = resumed?.part ?? 0; part < this.parts.length; part += 1) {
      // Any part may be empty; whether all of them may is for the query to say.
      const mayBeEmpty = query.mayBeEmpty || !isEmpty || part < this.parts.length - 1
      const pages =
        part === resumed?.part ? resumed.pages : pagesOf(this.walk(part, { ...query, mayBeEmpty }))
      for await (const { next, ...page } of pages) {
        const isOver = query.endsPart?.(page.rows) ?? false
        const onward = nextInParts(this.parts, query, part, isOver ? undefined : next)
        yield { ...page, ...(onward && { next: onward }), ...(restarted && { restarted }) }
        isEmpty &&= page.rows.length === 0
        restarted = false
        if (isOver) break
      }
    }
  }

  /** Undefined when the position is refused. */
  private async resume(
    query: ListQuery,
    from: Position,
  ): Promise<{ part: number; pages: AsyncIterable<ListPage> } | undefined> {
    const { part = 0 } = from
    const list = this.parts[part]
    if (!list || !isPositionOf(from, list, query)) return undefined
    const walk = this.walk(part, query, part > 0 && isStartOfPart(from) ? undefined : from)
    try {
      return { part, pages: pagesOf(walk, await walk.next()) }
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }

  private walk(part: number, query: ListQuery, from?: Position): ListWalk {
    const list = this.parts[part]
    if (!list) throw new RangeError(`The list has no part ${part}.`)
    const requests = new PageRequests(this.request, list, this.facts, this.toRow)
    return new ListWalk(requests, list, this.facts, query, from)
  }
}

async function* pagesOf(walk: ListWalk, first?: ListPage): AsyncGenerator<ListPage> {
  if (first) yield first
  for (let page = await walk.next(); page; page = await walk.next()) yield page
}

/** Pipedrive has removed the list, or the account never had it. */
function isRemoved(error: unknown): boolean {
  const kind = failureKind(error)
  return kind === 'not_found' || kind === 'gone'
}

function isRefusal(error: unknown): boolean {
  const kind = failureKind(error)
  return error instanceof PagingError || (kind !== undefined && !ENDS_THE_RUN.has(kind))
}
