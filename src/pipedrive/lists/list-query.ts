import { BEGINNING, type Time } from '../../common/time.js'
import type { List } from './list.js'
import type { Position } from './position.js'
import type { Row } from './row.js'

/** By update time, or by the id that is the row's key. */
export type ListOrder = 'oldest-first' | 'newest-first' | 'by-id' | 'highest-id-first'

/** Which rows of a list to read, and in which order. */
export interface ListQuery {
  /** Inclusive. */
  since?: Time
  /** Exclusive. */
  until?: Time
  order?: ListOrder
  /** Further parameters, such as the parents of children. */
  params?: Readonly<Record<string, string>>
  /** Whether an empty first page without a marker is believed when it comes a second time. */
  mayBeEmpty: boolean
  /** An empty list that comes in one response is believed at once: most such lists are. */
  emptyIsUsual?: boolean
  /** The list never says where it ends, so that an empty first page is believed at once. */
  neverMarksEnd?: boolean
  /** Whether a part of the list is not read further behind a page with these rows. */
  endsPart?: (rows: readonly Row[]) => boolean
  /** Whose usage it counts as; default: the list's name. */
  label?: string
  priority?: number
  /** As in ApiRequest. */
  turn?: () => Promise<void>
}

export interface PageOptions {
  include: readonly string[]
  /** Rows to ask for; absent where the list has no pages. */
  limit?: number | undefined
  /** Whether v1 sorts rows of one time by id. */
  tieBreak: boolean
}

const SORTS: { [Order in ListOrder]: { field: 'update_time' | 'id'; direction: 'asc' | 'desc' } } = {
  'oldest-first': { field: 'update_time', direction: 'asc' },
  'newest-first': { field: 'update_time', direction: 'desc' },
  'by-id': { field: 'id', direction: 'asc' },
  'highest-id-first': { field: 'id', direction: 'desc' },
}

/** Without a cursor or offset at the start of a walk. */
export function toParams(
  list: Pick<List, 'api' | 'paging' | 'params'>,
  query: Pick<ListQuery, 'since' | 'until' | 'order' | 'params'>,
  position: Position | undefined,
  { include, limit, tieBreak }: PageOptions,
): Record<string, string> {
  const since = sinceOf(position) ?? query.since
  return {
    ...list.params,
    ...query.params,
    ...(list.paging !== 'none' && limit !== undefined && { limit: String(limit) }),
    ...(include.length > 0 && { include_fields: include.join(',') }),
    ...(since !== undefined && since > BEGINNING && { updated_since: earlierSecond(since) }),
    ...(query.until !== undefined && { updated_until: laterSecond(query.until) }),
    ...(query.order && sorting(list.api, query.order, tieBreak)),
    ...placeOf(position),
  }
}

export function isTimeOrder(order: ListOrder | undefined): order is 'oldest-first' | 'newest-first' {
  return order === 'oldest-first' || order === 'newest-first'
}

function sinceOf(position: Position | undefined): Time | undefined {
  return position === undefined || position.kind === 'offset' ? undefined : position.since
}

function placeOf(position: Position | undefined): Record<string, string> {
  if (position?.kind === 'cursor') return position.cursor === undefined ? {} : { cursor: position.cursor }
  return position?.start ? { start: String(position.start) } : {}
}

/** v2 has one sort field; v1 takes several, separated by commas. */
function sorting(api: 'v1' | 'v2', order: ListOrder, tieBreak: boolean): Record<string, string> {
  const { field, direction } = SORTS[order]
  if (api === 'v2') return { sort_by: field, sort_direction: direction }
  const upper = direction.toUpperCase()
  return { sort: tieBreak && field !== 'id' ? `${field} ${upper},id ${upper}` : `${field} ${upper}` }
}

/** `updated_since` is inclusive by its documents; should it not be, the second before makes up for it. */
function earlierSecond(time: Time): string {
  return wholeSeconds(Math.max(BEGINNING, Math.floor(time / 1000) * 1000 - 1000))
}

function laterSecond(time: Time): string {
  return wholeSeconds(Math.ceil(time / 1000) * 1000)
}

/** v2 answers 400 to fractions of a second. */
function wholeSeconds(time: Time): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
