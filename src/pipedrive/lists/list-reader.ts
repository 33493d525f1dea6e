import { ApiError } from '../http/api-error.js'
import type { ApiResponse, RequestFn } from '../http/request.js'
import { PagingError, readPage, type PageFacts, type RawRow } from './page.js'
import { cursorStep, offsetStep, seekStep, type Position, type RowTraits, type Step } from './paging.js'
import { toParams, type List, type Query } from './query.js'

export interface Page {
  /** Rows that no earlier page of this walk had. */
  rows: RawRow[]
  /** Absent on the last page. */
  next?: Position
  answer: ApiResponse
}

/** How many accepted rows are remembered to recognise a v1 list that has moved: some pages of the largest size. */
const KNOWN_ROWS = 5_000

/** Reads one list of the API page by page, whichever way it pages. */
export class ListReader {
  private optionalInclude = true

  constructor(
    private readonly request: RequestFn,
    private readonly list: List,
    private readonly traits: RowTraits,
    /** What its requests are counted under in the usage. */
    private readonly label: string,
  ) {}

  async *pages(query: Query = {}, from: Position = {}): AsyncGenerator<Page, void, undefined> {
    const known = new Set(from.anchor === undefined ? [] : [from.anchor])
    const cursors = new Set<string>()
    let at: Position | undefined = from
    while (at) {
      const answer: ApiResponse = await this.ask(query, at)
      const step: Step = this.step(query, at, readPage(answer.body), known)
      yield { rows: step.fresh, answer, ...(step.next && { next: step.next }) }
      if (this.list.paging === 'offset') this.learn(known, step.fresh)
      at = step.next
      if (at?.cursor !== undefined && cursors.has(at.cursor))
        throw new PagingError('The cursors go round in a circle.')
      if (at?.cursor !== undefined) cursors.add(at.cursor)
    }
  }

  private step(query: Query, at: Position, page: PageFacts, known: ReadonlySet<string>): Step {
    const isKnown = (identity: string) => known.has(identity)
    if (this.list.paging === 'none') {
      if (page.more || page.nextCursor !== undefined)
        throw new PagingError('A list that has always come whole now has pages.')
      return { fresh: page.rows }
    }
    if (this.list.paging === 'cursor') return cursorStep(at, page)
    const seeks = query.since !== undefined && query.order === 'oldest-first'
    const from = seeks ? { since: query.since, ...at } : at
    return (seeks ? seekStep : offsetStep)(from as Position, page, this.list.pageSize, this.traits, isKnown)
  }

  private learn(known: Set<string>, rows: readonly RawRow[]): void {
    for (const row of rows) known.add(this.traits.identity(row))
    for (const oldest of known) {
      if (known.size <= KNOWN_ROWS) break
      known.delete(oldest)
    }
  }

  private async ask(query: Query, at: Position): Promise<ApiResponse> {
    const { include, optionalInclude } = this.list
    const wanted = this.optionalInclude ? [...include, ...optionalInclude] : include
    try {
      return await this.send(toParams(this.list, query, at, wanted))
    } catch (error) {
      const refused = error instanceof ApiError && error.kind === 'bad_request'
      if (!refused || wanted.length === include.length) throw error
      this.optionalInclude = false
      return await this.send(toParams(this.list, query, at, include))
    }
  }

  private send(params: Record<string, string>): Promise<ApiResponse> {
    const { api, path, cost } = this.list
    return this.request({ api, path, params, cost, label: this.label })
  }
}
