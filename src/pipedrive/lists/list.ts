import type { RecordPath } from '../../common/record-path.js'
import type { RawRow } from './raw-row.js'

/** The list of the same rows in a newer version of the API. */
export interface ListSuccessor {
  readonly api: 'v1' | 'v2'
  readonly paging: List['paging']
  readonly primaryKey: readonly string[]
  readonly cost: number
  /** A row of it as the rows that this list has for it. */
  readonly asBefore: (row: RawRow) => RawRow[]
}

export interface ListPart {
  /** Default: the list's. */
  readonly path?: string
  /** Beside the list's. */
  readonly params?: Readonly<Record<string, string>>
}

/** What a list endpoint is and takes. */
export interface List {
  readonly name: string
  readonly api: 'v1' | 'v2'
  /** Below the API's base, for example `/deals`. */
  readonly path: string
  /** cursor: an opaque `next_cursor`. offset: `start`, over the list as it is at that moment. none: one response. */
  readonly paging: 'cursor' | 'offset' | 'none'
  /** The most rows that a request may ask for. */
  readonly pageSize: number
  /** Sent with every request. */
  readonly params: Readonly<Record<string, string>>
  /** Fields that v2 returns only on request. */
  readonly include: readonly string[]
  /** The same, where some accounts refuse them (400). */
  readonly optionalInclude: readonly string[]
  /** Tokens of the daily budget per request. */
  readonly cost: number
  readonly primaryKey: readonly string[]
  /** Requests that each return a part of the list: what differs between them. */
  readonly parts?: readonly ListPart[]
  /** Where the rows stand in a response; absent: its `data` is the list. */
  readonly recordPath?: RecordPath
  /** Fields that leave the rows as soon as they arrive: passwords. */
  readonly omit?: readonly string[]
  /** Fields that rows get: whether the text in another field is of some form. */
  readonly marks?: Readonly<Record<string, { readonly field: string; readonly pattern: RegExp }>>
  /** What to read once the list is gone (404, 410). */
  readonly successor?: ListSuccessor
  /** Fields of a row that hold times; the latest counts. The server filters and sorts by the first one. */
  readonly timeFields: readonly string[]
  /** Whether the server takes `updated_until`; absent: unknown. */
  readonly filtersUntil?: boolean
}
