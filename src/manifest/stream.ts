import type { CustomFieldEntity, Successor } from './custom-fields.js'
import type { RecordPath } from '../common/record-path.js'
import type { ChildStrategy } from './child-strategy.js'
import type { DifferenceStrategy, NestedStrategy } from './nested-strategy.js'
import type { ParamSetting } from './param-setting.js'

/**
 * How a list is walked from page to page.
 * cursor: v2's opaque `next_cursor`. offset: v1's `start`, over the list as it stands at that moment. none: one answer.
 */
export type Paging = 'cursor' | 'offset' | 'none'

/**
 * How a list is read so that an incremental sync finds what changed. Times are fields of the raw row; the latest
 * counts.
 */
export type ReadStrategy =
  /** The server filters by update time (`until`: also from above) and sorts by it, oldest first. */
  | {
      kind: 'by-update-time'
      time: readonly string[]
      until: boolean
      /**
       * Changes of these fields move no time. They are found by reading all rows again after so many days, as far as
       * the allowance of streams per parent goes.
       */
      reread?: { readonly days: number; readonly fields: readonly string[] }
    }
  /** No filter, but sorted by update time, newest first: read until the cursor is reached. */
  | { kind: 'newest-first'; time: readonly string[] }
  /** No filter and no order: read whole; fingerprints show what changed. */
  | {
      kind: 'full-scan'
      time?: readonly string[]
      /**
       * The list, or each of its parts, comes newest first by that time, though other changes move nothing: it is read
       * until the rows of the last sync, and whole after so many hours.
       */
      newestFirst?: { readonly wholeEveryHours: number }
    }
  /** Read per row of another stream, whose times and fingerprints decide what is read again. */
  | ChildStrategy
  /** Members of lists inside the rows of other streams, which cost nothing more. */
  | NestedStrategy
  | DifferenceStrategy
  /** What has disappeared from the lists of other streams. */
  | { kind: 'disappearances' }

export interface ArchiveOf {
  /** The stream whose rows are archived into this list. */
  stream: string
  /** The field of a row that holds when it was archived. Clients of the API may set it to any time. */
  timeField: string
  /** Whether that stream reads this list even when this one is not selected, at the price of its requests. */
  includeWithLive: boolean
}

export interface ListPart {
  /** Default: the stream's. */
  readonly path?: string
  /** Beside the stream's. */
  readonly params?: Readonly<Record<string, string>>
}

export interface StreamSpec {
  /** As Airbyte's own source names it, where it has the stream. */
  readonly name: string
  readonly api: 'v1' | 'v2'
  /** Below the API's base, for example `/deals`; `{id}` stands for the parent of children. */
  readonly path: string
  readonly paging: Paging
  /** Always the most that the endpoint takes: a request costs the same whatever it returns. */
  readonly pageSize: number
  /** Sent with every request. */
  readonly params: Readonly<Record<string, string>>
  /** The same, where a setting of the config asks for it. */
  readonly paramsOf?: Readonly<Record<ParamSetting, Readonly<Record<string, string>>>>
  /** Fields that v2 returns only when asked for. */
  readonly include: readonly string[]
  /** The same, where some accounts refuse them (400): then asked again without. */
  readonly optionalInclude: readonly string[]
  readonly primaryKey: readonly string[]
  /** Where several requests return a part of the list each: what differs between them. */
  readonly parts?: readonly ListPart[]
  /** Where the rows stand in a response; absent: its `data` is the list. */
  readonly recordPath?: RecordPath
  /** Fields that no record has: passwords. */
  readonly omit?: readonly string[]
  /** Fields that rows get: whether the text in another field, such as a key, is of some form. */
  readonly marks?: Readonly<Record<string, { readonly field: string; readonly pattern: RegExp }>>
  /** The cursor in records and state; absent: full refresh only. */
  readonly cursorField?: string
  readonly strategy: ReadStrategy
  /** schemas/NAME.json; by default the stream's own name. */
  readonly schema: string
  /**
   * A short list that changes seldom, so that the config may have it read less often than in every sync. `knownBy`: the
   * field by which rows of other lists refer to its rows.
   */
  readonly settings?: { readonly knownBy: string }
  /** Fields that refer to rows of a list of settings, by the names of their streams; a dot leads into an object. */
  readonly refersTo: Readonly<Record<string, string>>
  /** This list is where another one's rows go when they are archived. */
  readonly archiveOf?: ArchiveOf
  /** The parameter by which the list returns single rows, and how many keys it takes at once. */
  readonly lookup?: { readonly param: string; readonly size: number }
  /** Rows that disappear may have become rows of another stream, which name them in this field. */
  readonly becomes?: { readonly stream: string; readonly field: string }
  /** The list is another one for each user: rows that it lacks may be those of another user. */
  readonly isPersonal?: true
  /** Where single rows are, whether or not the list has them, and what a request for one costs. */
  readonly single?: { readonly path: string; readonly cost: number }
  /** Whose custom fields the rows have; or whose fields they define. */
  readonly customFields?: CustomFieldEntity
  readonly defines?: CustomFieldEntity
  /** The same list in another shape, for the day on which this one is gone (404, 410). */
  readonly successor?: Successor
  /** Changes that move no time of the row, so that they come only with its next change. */
  readonly untrackedChanges: readonly string[]
  /** Tokens of the company's daily budget per request. */
  readonly cost: number
  /** OAuth scopes, any one of which opens the list. */
  readonly scopes: readonly string[]
  /** What not every account has, and by which statuses Pipedrive says so: the stream is empty then, not broken. */
  readonly feature?: { readonly name: string; readonly lacking: readonly (402 | 403 | 404 | 410 | 415)[] }
}

/** Whether a start date says anything about a list: lists that come whole come whole. */
export function hasStartDate({ strategy }: StreamSpec): boolean {
  return strategy.kind === 'by-update-time' || strategy.kind === 'newest-first'
}

/** Whether the list has neither filter nor order, so that only fingerprints of all its rows show what changed. */
export function changesAreCompared({ strategy }: StreamSpec): boolean {
  return strategy.kind === 'full-scan'
}

/** Whether each changed parent costs a request, and the first sync one for every parent: not for a whole company. */
export function isPerParent({ strategy }: Pick<StreamSpec, 'strategy'>): boolean {
  return strategy.kind === 'children' && strategy.read.kind === 'path'
}

type Defaulted =
  | 'params'
  | 'include'
  | 'optionalInclude'
  | 'primaryKey'
  | 'pageSize'
  | 'paging'
  | 'untrackedChanges'
  | 'refersTo'
type Optional = Defaulted | 'schema'
type Definition = Omit<StreamSpec, Optional> & Partial<Pick<StreamSpec, Optional>>

/** Most of v2: 500 rows a page, walked by cursor. */
const DEFAULTS = {
  paging: 'cursor',
  pageSize: 500,
  params: {},
  include: [],
  optionalInclude: [],
  primaryKey: ['id'],
  untrackedChanges: [],
  refersTo: {},
} satisfies Pick<StreamSpec, Defaulted>

export function defineStream(definition: Definition): StreamSpec {
  return Object.freeze({ ...DEFAULTS, schema: definition.name, ...definition })
}
