import type { ApiVersion } from '../http/hosts.js'
import type { Position } from './paging.js'

/** What a list endpoint is and takes. */
export interface List {
  readonly api: ApiVersion
  readonly path: string
  readonly paging: 'cursor' | 'offset' | 'none'
  readonly pageSize: number
  readonly params: Readonly<Record<string, string>>
  readonly include: readonly string[]
  readonly optionalInclude: readonly string[]
  readonly cost: number
}

/** By update time, or by the number that is the row's key. */
export type Order = 'oldest-first' | 'newest-first' | 'highest-id-first'

/** Which of its rows are wanted, and in which order. Times in milliseconds since the epoch. */
export interface Query {
  /** Inclusive. */
  since?: number
  /** Exclusive. */
  until?: number
  order?: Order
  /** Further parameters, such as the parents of children. */
  params?: Readonly<Record<string, string>>
}

export function toParams(
  list: List,
  query: Query,
  at: Position,
  include: readonly string[],
): Record<string, string> {
  const since = at.since ?? query.since
  return {
    ...list.params,
    ...query.params,
    ...(list.paging !== 'none' && { limit: String(list.pageSize) }),
    ...(include.length > 0 && { include_fields: include.join(',') }),
    ...(since !== undefined && { updated_since: wholeSeconds(since) }),
    ...(query.until !== undefined && { updated_until: wholeSeconds(query.until) }),
    ...(query.order && sorting(list.api, query.order)),
    ...(at.cursor !== undefined && { cursor: at.cursor }),
    ...(at.start !== undefined && { start: String(at.start) }),
  }
}

function sorting(api: ApiVersion, order: Order): Record<string, string> {
  const field = order === 'highest-id-first' ? 'id' : 'update_time'
  const direction = order === 'oldest-first' ? 'asc' : 'desc'
  if (api === 'v1') return { sort: `${field} ${direction.toUpperCase()}` }
  return { sort_by: field, sort_direction: direction }
}

/** v2 answers 400 to fractions of a second; rounded down, as `updated_since` is inclusive. */
function wholeSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
