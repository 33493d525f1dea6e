import type { Company } from './company/company.js'
import type { StreamRoute } from './route.js'
import type { Row } from './row.js'
import type { TimeFormat } from './times.js'

/** The generated rows of another stream; it has to be named in `after`. */
export type RowsOf = (stream: string) => readonly Row[]

export interface GenerateContext {
  /** exampleRow with all include fields: counts are zero, the others null. */
  readonly blank: Row
  readonly rowsOf: RowsOf
}

/** All that the sandbox knows of one stream. */
export interface SandboxStream {
  readonly name: string
  /** Streams of one table share their rows: an archived deal is the same deal. */
  readonly table: string
  /** Which rows of the table the list returns; absent: all. */
  readonly archived?: boolean
  /** Fields that identify a row; the first one that is not null counts. */
  readonly key: readonly string[]
  readonly times?: TimeFormat
  /** The fields that creating and editing a row set. */
  readonly added?: string
  readonly updated?: string
  /** New rows get a UUID instead of a number. */
  readonly uuid?: boolean
  /** Deleted rows stay in the list of rows with the status deleted, changed in this way; others leave all lists. */
  readonly deletedAs?: Row
  /** Fields that rows have in the sandbox alone: responses leave them out. */
  readonly hidden?: readonly string[]
  /**
   * Rows are removed with their parent, and may move its update_time, unless it is known that they never do; `count` is
   * the parent's counter of them.
   */
  readonly parent?: {
    readonly stream: string
    readonly field: string
    readonly count?: string
    readonly moves?: 'never'
  }
  /** Rows that an edit of the parent adds, without id, parent and time. */
  readonly logs?: (before: Row, after: Row) => readonly Row[]
  /** A list that shows the rows of its table in another shape, or only some of them. */
  readonly shape?: { readonly shows: (row: Row) => boolean; readonly present: (row: Row) => Row }
  /** The field that differs per request under the switch volatileValues. */
  readonly volatile?: string
  readonly route: StreamRoute
  /** Every member of a row, with the value that it has when nothing is set. */
  readonly exampleRow: Row
  /** Streams that are generated first: those read by rowsOf, and those that draw from the company's sequence before. */
  readonly after?: readonly string[]
  /** Rows of the generated company. New streams draw from `ownDraws(company, name)`: other data stays the same. */
  readonly generate?: (company: Company, context: GenerateContext) => readonly Row[]
  /** Completes the generated rows once all streams have theirs. */
  readonly finish?: (rows: readonly Row[], rowsOf: RowsOf) => readonly Row[]
  /** Values that only some rows have, drawn from a sequence of their own: all else stays the same. */
  readonly details?: (company: Company, rowsOf: RowsOf) => (row: Row, index: number) => Row
}

export function defineSandboxStream(stream: SandboxStream): SandboxStream {
  return stream
}

/** A row with nothing set, include fields too. */
export function blankRow({ exampleRow, route }: SandboxStream): Row {
  const optional = (route.includeFields ?? []).map((field) => [field, field.endsWith('_count') ? 0 : null])
  return { ...exampleRow, ...(Object.fromEntries(optional) as Row) }
}
