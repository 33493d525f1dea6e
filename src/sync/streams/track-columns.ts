import { ColumnMapping, isOutdated } from '../records/custom-fields/column-mapping.js'
import type { MappedColumns, TrackedColumns } from '../records/custom-fields/label-book.js'
import type { StateMode, StreamState } from '../state/codec.js'
import { KeySet } from '../state/key-set.js'

export interface ColumnsAndState {
  readonly mapped: TrackedColumns | undefined
  /** What the stream continues from. */
  readonly state: StreamState | undefined
  /** Whether its rows are read again because its columns have changed. */
  readonly isBackfill: boolean
}

/**
 * Compares a stream's columns with those of earlier syncs. With `backfill` a stream whose columns have changed keeps
 * of its state only what it knows of the lists. A full refresh reads all rows anyway.
 */
export function trackColumns(
  columns: MappedColumns | undefined,
  state: StreamState | undefined,
  mode: StateMode,
  backfill: boolean,
): ColumnsAndState {
  if (!columns) return { mapped: undefined, state, isBackfill: false }
  const continued = mode === 'incremental' ? state : undefined
  const isBackfill = backfill && isOutdated(columns.columns, continued)
  const mapping = new ColumnMapping(columns, isBackfill ? undefined : continued)
  return { mapped: { ...columns, mapping }, state: isBackfill ? fromTheStart(state) : state, isBackfill }
}

function fromTheStart(state: StreamState | undefined): StreamState | undefined {
  return state && { ...state, lists: new Map(), moving: new KeySet(), childrenUntil: undefined }
}
