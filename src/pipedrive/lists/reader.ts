import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import type { ListQuery } from './list-query.js'
import { ListWalk, type ListPage } from './list-walk.js'
import { PageRequests } from './page-requests.js'
import { PagingError } from './paging-error.js'
import type { Position } from './position.js'
import type { RequestFn } from '../http/request.js'
import { failureKind } from '../http/api-error.js'
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
  private readonly requests: PageRequests

  constructor(
    request: RequestFn,
    private readonly list: List,
    private readonly facts: ListFacts,
  ) {
    this.requests = new PageRequests(request, list, facts)
  }

  /**
   * Throws PagingError where the API breaks its own rules, InvalidRow for a row without key, UnreadableTime, and what
   * the request throws. A saved position that the API refuses is dropped: the walk starts over.
   */
  async *pages(query: ListQuery, from?: Position): AsyncGenerator<ListPage, void, undefined> {
    const resumed = from && (await this.resume(query, from))
    const walk = resumed?.walk ?? new ListWalk(this.requests, this.list, this.facts, query)
    const first = resumed?.first ?? (await walk.next())
    if (first) yield from && !resumed ? { ...first, restarted: true } : first
    for (let page = await walk.next(); page; page = await walk.next()) yield page
  }

  /** Undefined when the position is refused. */
  private async resume(
    query: ListQuery,
    from: Position,
  ): Promise<{ walk: ListWalk; first: ListPage | undefined } | undefined> {
    if (!isPositionOf(from, this.list, query)) return undefined
    const walk = new ListWalk(this.requests, this.list, this.facts, query, from)
    try {
      return { walk, first: await walk.next() }
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }
}

function isRefusal(error: unknown): boolean {
  const kind = failureKind(error)
  return error instanceof PagingError || (kind !== undefined && !ENDS_THE_RUN.has(kind))
}
