import { isObject } from '../../common/is-object.js'
import type { RecordPath } from '../../common/record-path.js'
import { PagingError } from './paging-error.js'
import type { RawRow } from './row.js'
import type { ApiResponse } from '../http/request.js'
import { DATA, rowsAt } from './rows-at.js'

/** What one response of a list holds, whichever version of the API it came from. */
export interface BodyRows {
  rows: RawRow[]
  /** Where to continue; null: explicitly the end; absent: no statement. */
  nextCursor?: string | null
  /** Whether there is more; absent: no statement. */
  more?: boolean
}

/** Throws PagingError for anything else than objects at that path. */
export function readRows(
  { data, additional_data: additional }: ApiResponse['body'],
  path: RecordPath = DATA,
): BodyRows {
  const rows = rowsAt(data, path)
  if (!isObject(additional)) return { rows }
  const nextCursor = cursorIn(additional)
  const more = moreIn(additional)
  return { rows, ...(nextCursor !== undefined && { nextCursor }), ...(more !== undefined && { more }) }
}

function cursorIn({ next_cursor: cursor }: Record<string, unknown>): string | null | undefined {
  if (cursor === undefined) return undefined
  if (cursor === null || cursor === '') return null
  if (typeof cursor !== 'string') throw new PagingError('The cursor of the next page is not text.')
  return cursor
}

/** The vendor's examples have `next_start` without more rows, and more rows without it: the boolean decides. */
function moreIn(additional: Record<string, unknown>): boolean | undefined {
  // Some v1 lists have the markers directly in additional_data.
  const markers = isObject(additional.pagination) ? additional.pagination : additional
  if (typeof markers.more_items_in_collection === 'boolean') return markers.more_items_in_collection
  return typeof markers.next_start === 'number' ? true : undefined
}
