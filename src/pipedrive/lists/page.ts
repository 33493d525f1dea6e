import type { ResponseBody } from '../http/response.js'
import { isObject } from '../../common/is-object.js'

export type RawRow = Readonly<Record<string, unknown>>

/** What one answer of a list says, whichever version of the API gave it. */
export interface PageFacts {
  rows: RawRow[]
  /** v2: where to go on; absent at the end. */
  nextCursor?: string
  /** v1: whether there is more; absent where the answer does not say. */
  more?: boolean
}

/** The API did what its documents rule out; going on could lose rows or never end. */
export class PagingError extends Error {
  override name = 'PagingError' as const
}

/** v1 writes an empty list as null. Anything else than a list of objects is no page. */
export function readPage({ data, additional_data: additional }: ResponseBody): PageFacts {
  const rows = data ?? []
  if (!Array.isArray(rows) || !rows.every(isObject)) throw new PagingError('The answer has no list of rows.')
  if (!isObject(additional)) return { rows }
  const cursor = additional.next_cursor ?? undefined
  if (cursor !== undefined && typeof cursor !== 'string')
    throw new PagingError('The cursor of the next page is no text.')
  const more = v1More(additional)
  return {
    rows,
    ...(cursor !== undefined && cursor !== '' && { nextCursor: cursor }),
    ...(more !== undefined && { more }),
  }
}

/** The vendor's examples hold `next_start` without more and more without `next_start`: only its own word counts. */
function v1More(additional: Record<string, unknown>): boolean | undefined {
  // Some v1 lists put the markers straight under additional_data.
  const markers = isObject(additional.pagination) ? additional.pagination : additional
  if (typeof markers.more_items_in_collection === 'boolean') return markers.more_items_in_collection
  return typeof markers.next_start === 'number' ? true : undefined
}
