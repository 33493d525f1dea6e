import type { Time } from '../../common/time.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import type { TrackedColumns } from '../records/custom-fields/label-book.js'
import type { Conversions } from '../state/conversions.js'
import type { KnownNames } from '../state/known-names.js'
import type { Allowances } from './allowances.js'
import type { CursorOptions } from './build-cursor.js'
import type { ParentLanes } from './parent-lanes.js'
import type { SharedResponses } from './shared-responses.js'

/** All that a stream is built from. */
export interface StreamOptions extends CursorOptions {
  readonly facts: { of(list: string): ListFacts }
  readonly request: RequestFn
  /** Of each list of settings that the run may leave out, by the name of its stream. */
  readonly names: ReadonlyMap<string, KnownNames>
  /** Which rows have become rows of another stream. */
  readonly conversions: readonly Conversions[]
  /** Whether a row of these lists is known to be deleted: from streams of the run that follow all of the lists. */
  readonly isGone: (lists: readonly string[], key: string) => boolean
  readonly allowances: Allowances
  /** What this run finds to have disappeared gets this time. */
  readonly noticedAt: Time
  /** Whether destinations are to delete records that are gone. */
  readonly removesDeleted: boolean
  /** Whether what the warehouse has is compared now and whole, and nothing else is read. */
  readonly verifiesOnly?: boolean
  readonly shared: SharedResponses
  readonly parentLanes: ParentLanes
  /** Columns for custom fields that the catalog asks for. */
  readonly mapped: TrackedColumns | undefined
}
