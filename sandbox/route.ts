import type { Feature } from './features.js'
import type { SortField } from './order.js'
import type { Row } from './row.js'

export type ParameterKind = 'integer' | 'boolean' | 'text'

/** A parameter that compares a field of the row. */
export interface RowFilter {
  readonly kind: ParameterKind
  /** Requests without it are rejected. */
  readonly required?: boolean
  /**
   * The field, when it is named differently from the parameter; `a.b` is the member b of a. A list matches if it
   * includes the value.
   */
  readonly field?: string
  /** The value names a row of that stream; rows match whose id is in this field of it. */
  readonly through?: { readonly stream: string; readonly field: string }
}

/** How a stream is served: parameters, cost and scopes as in Pipedrive's OpenAPI documents. */
export interface StreamRoute {
  readonly version: 'v1' | 'v2'
  /** May contain `{id}`: the list of one parent (see SandboxStream.parent). */
  readonly path: string
  /**
   * cursor: v2, and some lists of v1. offset: v1 start and limit. none: one response, no limit. batch: v2, the rows of
   * the given parents.
   */
  readonly paging: 'cursor' | 'offset' | 'none' | 'batch'
  /** A second list of the same rows: those that are archived. The first one has the others then. */
  readonly archivedPath?: string
  /** Whether responses say where the list goes on; default: as the switch v1PageMarkers says. */
  readonly markers?: 'absent'
  /** What `data` of a response is; default: the list of rows. */
  readonly dataOf?: (rows: readonly Row[]) => unknown
  /** Tokens per request, whatever its limit. */
  readonly cost: number
  /** Each of them alone opens the list. */
  readonly scopes: readonly string[]
  /** Default 500. */
  readonly maxLimit?: number
  readonly sortFields?: readonly string[]
  readonly defaultSort?: readonly SortField[]
  readonly filters?: Readonly<Record<string, RowFilter>>
  /** Accepts updated_since, updated_until, ids, filter_id. */
  readonly since?: boolean
  readonly until?: boolean
  readonly ids?: boolean
  readonly filterId?: boolean
  readonly statuses?: readonly string[]
  /** Fields that the list returns only when include_fields names them. */
  readonly includeFields?: readonly string[]
  /** Those of includeFields that need the Campaigns add-on (switch marketingFields). */
  readonly marketingFields?: readonly string[]
  readonly customFields?: boolean
  /** A field of v1 that rows have only when this parameter is 1. */
  readonly shownBy?: { readonly parameter: string; readonly field: string }
  /** Accepts include_labels and include_option_labels; the options stand in this stream of definitions. */
  readonly labels?: string
  readonly additionalData?: 'company'
  /** A feature that an account may lack; named like its switch. */
  readonly feature?: Feature
  /** Members of the response besides success, data and additional_data. */
  readonly envelope?: Readonly<Record<string, unknown>>
  /** GET of a single row: its path with `{id}`, and its cost. */
  readonly single?: { readonly path: string; readonly cost: number }
}
