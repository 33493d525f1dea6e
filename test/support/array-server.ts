import { ApiError, type ApiErrorKind } from '../../src/pipedrive/http/api-error.js'
import type { ApiRequest, ApiResponse } from '../../src/pipedrive/http/request.js'
import { drawing } from './random.js'

export interface ArrayRow {
  id: number
  /** RFC 3339, whole seconds; '' where the row has none. */
  update_time: string
  [field: string]: unknown
}

/** How the server deviates from the documents, or uses the room that they leave. */
export interface Switches {
  /** Whether pages say that there is more, and where; `end`: and whether they are the last. */
  markers: 'all' | 'none' | 'without-end'
  /** Delivers at most so many rows, whatever the limit. */
  clamp: number
  /** Requests (counted from 1) that are answered with `data: null` and no marker. */
  empty: readonly number[]
  /** Rows of one time come in another order in each response. */
  unstableTies: boolean
  /** What a sort by two fields brings. */
  tieBreak: 'honoured' | 'second-ignored' | 'ignored' | 'refused'
  /** `updated_since` leaves out rows of that very second. */
  exclusive: boolean
  /** What a cursor does with rows of the second at which a page ended. */
  cursorTies: 'kept' | 'skipped'
  /** Rows have a field that differs in every response. */
  volatile: boolean
  /** Whether `updated_until` is taken (else: 400). */
  until: boolean
  /** Where rows whose time is '' stand, ascending. */
  undated: 'first' | 'last'
}

const DOCUMENTED: Switches = {
  markers: 'all',
  clamp: Infinity,
  empty: [],
  unstableTies: false,
  tieBreak: 'honoured',
  exclusive: false,
  cursorTies: 'kept',
  volatile: false,
  until: true,
  undated: 'first',
}

export class RefusedRequest extends ApiError {
  constructor(kind: ApiErrorKind, status?: number) {
    super({ kind, status }, 'GET of a test')
  }
}

interface Sort {
  field: 'id' | 'update_time'
  sign: 1 | -1
  tieBreak: boolean
}

interface Cursor {
  id: number
  time?: string
}

/** A list of one API version over an array of rows, which a test may change between requests. */
export class ArrayServer {
  readonly requests: ApiRequest[] = []
  readonly switches: Switches
  private readonly draw = drawing(1)

  constructor(
    readonly rows: ArrayRow[],
    switches: Partial<Switches> = {},
    /** Called before each request, with its number from 1; may change the rows or throw. */
    private readonly before: (request: number, sent: ApiRequest) => void = () => undefined,
    private readonly mostRequests = 500,
  ) {
    this.switches = { ...DOCUMENTED, ...switches }
  }

  readonly request = (request: ApiRequest): Promise<ApiResponse> =>
    Promise.resolve().then(() => {
      this.requests.push(request)
      if (this.requests.length > this.mostRequests) throw new Error('The client does not stop asking.')
      this.before(this.requests.length, request)
      const isEmpty = this.switches.empty.includes(this.requests.length)
      const body = isEmpty ? { data: null } : this.page(request)
      return { body, sentAt: 1_000, roundTripMs: 10, textLength: JSON.stringify(body).length }
    })

  private page({ api, params }: ApiRequest): ApiResponse['body'] {
    const limit = Math.min(Number(params.limit ?? Infinity), this.switches.clamp)
    const sorted = this.sorted(this.filtered(params), sortOf(params))
    const rest = api === 'v2' ? this.after(sorted, params) : sorted.slice(Number(params.start ?? 0))
    const data = rest.slice(0, limit).map((row) => this.shown(row))
    const last = data.at(-1)
    const additional =
      api === 'v2'
        ? v2Markers(last, rest.length > limit)
        : v1Markers(Number(params.start ?? 0), data, rest.length)
    const saysNothing =
      this.switches.markers === 'none' || (this.switches.markers === 'without-end' && rest.length <= limit)
    return saysNothing ? { data } : { data, additional_data: additional }
  }

  private filtered({ updated_since: since, updated_until: until, ids }: ApiRequest['params']): ArrayRow[] {
    if (ids !== undefined) return this.rows.filter(({ id }) => ids.split(',').includes(String(id)))
    if (until !== undefined && !this.switches.until) throw new RefusedRequest('bad_request', 400)
    const { exclusive } = this.switches
    return this.rows.filter(({ update_time: time }) => {
      const isSince = since === undefined || (exclusive ? time > since : time >= since)
      return isSince && (until === undefined || time < until)
    })
  }

  private sorted(rows: ArrayRow[], { field, sign, tieBreak }: Sort): ArrayRow[] {
    const { unstableTies, tieBreak: behaviour } = this.switches
    if (tieBreak && behaviour === 'refused') throw new RefusedRequest('bad_request', 400)
    if (tieBreak && behaviour === 'ignored') return rows.toSorted((a, b) => a.id - b.id)
    if (field === 'id') return rows.toSorted((a, b) => (a.id - b.id) * sign)
    const isShuffled = unstableTies && !(tieBreak && behaviour === 'honoured')
    const rank = new Map(rows.map(({ id }) => [id, isShuffled ? this.draw.random() : id]))
    const byRank = (a: ArrayRow, b: ArrayRow) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0)
    return rows.toSorted((a, b) => (this.compareTimes(a.update_time, b.update_time) || byRank(a, b)) * sign)
  }

  private after(rows: ArrayRow[], params: ApiRequest['params']): ArrayRow[] {
    if (params.cursor === undefined) return rows
    const { id, time } = JSON.parse(params.cursor) as Cursor
    const { field, sign } = sortOf(params)
    if (field === 'id' || time === undefined) return rows.filter((row) => (row.id - id) * sign > 0)
    const isTieAfter = (row: ArrayRow) => this.switches.cursorTies === 'kept' && (row.id - id) * sign > 0
    return rows.filter((row) => {
      const order = this.compareTimes(row.update_time, time) * sign
      return order > 0 || (order === 0 && isTieAfter(row))
    })
  }

  private compareTimes(a: string, b: string): number {
    const place = (time: string) => (time === '' && this.switches.undated === 'last' ? '~' : time)
    return compare(place(a), place(b))
  }

  private shown(row: ArrayRow): ArrayRow {
    return this.switches.volatile ? { ...row, url: `https://files.test/${this.requests.length}` } : { ...row }
  }
}

/** v1: `sort=update_time ASC,id ASC`; v2: `sort_by` and `sort_direction`. Default: by id. */
function sortOf({ sort, sort_by: by, sort_direction: direction }: ApiRequest['params']): Sort {
  const [first = '', ...others] = (sort ?? `${by ?? 'id'} ${direction ?? 'asc'}`).split(',')
  const [field, way = 'asc'] = first.split(' ')
  return {
    field: field === 'update_time' ? field : 'id',
    sign: way.toLowerCase() === 'desc' ? -1 : 1,
    tieBreak: others.length > 0,
  }
}

function v2Markers(last: ArrayRow | undefined, more: boolean): unknown {
  const cursor: Cursor | undefined = last && { id: last.id, time: last.update_time }
  return { next_cursor: more && cursor ? JSON.stringify(cursor) : null }
}

function v1Markers(start: number, data: readonly ArrayRow[], left: number): unknown {
  return { pagination: { start, limit: data.length, more_items_in_collection: left > data.length } }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
