import type { ResponseTimes } from '../../common/time.js'
import type { List } from './list.js'
import type { ListFacts } from './list-facts.js'
import { isTimeOrder, toParams, type ListQuery } from './list-query.js'
import type { Page } from './pagers/pager.js'
import type { Position } from './position.js'
import type { Body } from '../http/body.js'
import type { ApiResponse, RequestFn } from '../http/request.js'
import { failureKind } from '../http/api-error.js'
import type { RawRow, Row, RowBuilder } from './row.js'
import { RowTexts } from './row-texts.js'
import { readRows } from './rows-of-body.js'

/** A page as it came, with what the caller has to know about its response. */
export interface PageResponse extends Page {
  rows: Row[]
  times: ResponseTimes
  textLength: number
}

/** What a request asks for beyond the rows; the server may refuse it. */
interface Extras {
  optionalInclude: boolean
  tieBreak: boolean
}

interface PageOptions {
  /** `false` asks for the plain order, whatever is known. */
  tieBreak?: boolean
  /** A larger page has just been too much. */
  isReduced?: boolean
}

/**
 * A page that times out is requested again at half the size: more attempts at the same size rarely help. Reduced pages
 * have one, so that the run gets to small pages before it is taken for an outage (pipedrive/http/breaker.ts).
 */
const TIMEOUT_ATTEMPTS = { fullPage: 2, reducedPage: 1 } satisfies Record<string, number>

/** Requests single pages of a list, and leaves out what the server refuses with 400. */
export class PageRequests {
  constructor(
    private readonly request: RequestFn,
    private readonly list: List,
    private readonly facts: ListFacts,
    private readonly toRow: RowBuilder,
  ) {}

  async page(
    query: ListQuery,
    position: Position | undefined,
    limit: number | undefined,
    { tieBreak = true, isReduced = false }: PageOptions = {},
  ): Promise<PageResponse> {
    const all = { optionalInclude: this.asksOptional(), tieBreak: tieBreak && this.asksTieBreak(query) }
    for (const extras of fewerAndFewer(all)) {
      try {
        const page = await this.send(query, position, limit, { ...extras, isReduced })
        if (all.optionalInclude && !extras.optionalInclude) this.facts.learn('optionalIncludeRefused', true)
        if (all.tieBreak && !extras.tieBreak) this.facts.learn('tieBreakRefused', true)
        return page
      } catch (error) {
        const isPlain = !extras.optionalInclude && !extras.tieBreak
        if (isPlain || failureKind(error) !== 'bad_request') throw error
      }
    }
    throw new Error('A request without extras is always among the attempts.')
  }

  /** Rows that lie elsewhere in the response may have been put together. */
  private rowsOf(rows: readonly RawRow[], body: Body | undefined): Row[] {
    const texts = this.list.recordPath || !body ? undefined : new RowTexts(body, rows)
    const built: Row[] = []
    for (const data of rows) built.push(this.toRow(data, texts, built.length))
    return built
  }

  asksTieBreak({ order }: ListQuery): boolean {
    return this.list.api === 'v1' && isTimeOrder(order) && !this.facts.get('tieBreakRefused')
  }

  private asksOptional(): boolean {
    return this.list.optionalInclude.length > 0 && !this.facts.get('optionalIncludeRefused')
  }

  private async send(
    query: ListQuery,
    position: Position | undefined,
    limit: number | undefined,
    { optionalInclude, tieBreak, isReduced }: Extras & { isReduced: boolean },
  ): Promise<PageResponse> {
    const { list } = this
    const include = optionalInclude ? [...list.include, ...list.optionalInclude] : list.include
    const response = await this.request({
      api: list.api,
      path: list.path,
      params: toParams(list, query, position, { include, limit, tieBreak }),
      cost: list.cost,
      label: query.label ?? list.name,
      ...(query.priority !== undefined && { priority: query.priority }),
      ...(query.turn && { turn: query.turn }),
      ...(limit !== undefined && limit > 1 && { timeoutAttempts: attemptsOf(isReduced) }),
    })
    const { rows, ...markers } = readRows(response.body, list.recordPath)
    if (markers.nextCursor === null || markers.more === false) this.facts.learn('marksEnd', true)
    const page = {
      ...markers,
      rows: this.rowsOf(rows, response.bytes),
      times: timesOf(response),
      textLength: response.textLength,
    }
    if (query.turn) dropContent(response)
    return page
  }
}

/**
 * While a request is under way, the promises and functions that wait for it are moved to where garbage is looked for
 * seldom. What they have led to would stay with them, although it is used for milliseconds.
 */
function dropContent(response: ApiResponse): void {
  response.body = { data: null }
  response.bytes = undefined
}

function attemptsOf(isReduced: boolean): number {
  return isReduced ? TIMEOUT_ATTEMPTS.reducedPage : TIMEOUT_ATTEMPTS.fullPage
}

/** All extras, then one less, then none. */
function fewerAndFewer({ optionalInclude, tieBreak }: Extras): Extras[] {
  const attempts = [
    { optionalInclude, tieBreak },
    { optionalInclude: false, tieBreak },
    { optionalInclude, tieBreak: false },
    { optionalInclude: false, tieBreak: false },
  ]
  return attempts.filter(
    (attempt, index) =>
      attempts.findIndex(
        (other) => other.optionalInclude === attempt.optionalInclude && other.tieBreak === attempt.tieBreak,
      ) === index,
  )
}

function timesOf({ sentAt, roundTripMs, serverTime }: ApiResponse): ResponseTimes {
  return { sentAt, roundTripMs, ...(serverTime !== undefined && { serverTime }) }
}

/** A response that shows no rows and does not say that there are none. */
export function isDoubtful({ rows, nextCursor, more }: Page): boolean {
  return rows.length === 0 && nextCursor === undefined && more === undefined
}

/** Of failures, those that a smaller request may avoid. */
export function isTooMuch(error: unknown): boolean {
  const kind = failureKind(error)
  return kind === 'timeout' || kind === 'too_large'
}
