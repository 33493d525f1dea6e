import { type ApiResponse, errorOf, RejectedRequest } from './api-response.js'
import { cursorAfter, type KeysetCursor, readCursor } from './keyset-cursor.js'
import type { ListContext } from './list-context.js'
import { comparator, firstAfter, shuffledTies, type SortField, sortRows, sortValue } from './order.js'
import { Parameters } from './parameters.js'
import { presentationParameters, presenter } from './read-presentation.js'
import { isArchived, type Row } from './row.js'
import { batchParameter, rowFilter } from './row-filter.js'
import type { SandboxStream } from './stream.js'
import type { Listing } from './table.js'

/** A page of a v2 list, or of a v1 list with cursors: the rows behind the cursor in the order as it is now. */
export function respondV2List(
  stream: SandboxStream,
  query: URLSearchParams,
  context: ListContext,
  parentId?: string,
): ApiResponse {
  const { route } = stream
  const { switches, now } = context
  const parameters = new Parameters(route.version, query)
  parameters.checkNames(allowedParameters(stream))
  const keep = rowFilter(stream, parameters, context, parentId)
  const present = presenter(stream, parameters, context)
  const limit = route.paging === 'none' ? Infinity : parameters.limit(route, switches)
  const sort = readSort(stream, parameters)
  const { field, direction: sortDirection } = sort[0]
  const listing = listingOf(stream, parameters, sort, context)
  const from = positionOf(parameters, sort, listing, context)
  const { rows, more } = takePage(rowsFrom(listing, from, sort, context), keep, limit)
  const last = rows.at(-1)
  const issued = switches.cursorLifetimeMs === Infinity ? {} : { issuedAt: now }
  const next_cursor =
    more && last !== undefined ? cursorAfter(last, { field, sortDirection, ...issued }) : null
  const markers = switches.v2PageMarkers === 'full' ? { additional_data: { next_cursor } } : {}
  const whole = { additional_data: null }
  const additional = route.paging === 'none' ? whole : markers
  return { status: 200, body: { success: true, data: rows.map(present), ...additional } }
}

function allowedParameters(stream: SandboxStream): readonly string[] {
  const { route, parent } = stream
  return [
    ...(route.paging === 'none' ? [] : ['limit', 'cursor']),
    ...(route.sortFields === undefined ? [] : ['sort_by', 'sort_direction']),
    ...Object.keys(route.filters ?? {}),
    ...(route.filterId === true ? ['filter_id'] : []),
    ...(route.ids === true ? ['ids'] : []),
    ...(route.paging === 'batch' && parent !== undefined ? [batchParameter(parent)] : []),
    ...(route.since === true ? ['updated_since'] : []),
    ...(route.until === true ? ['updated_until'] : []),
    ...(route.statuses === undefined ? [] : ['status']),
    ...presentationParameters(stream),
  ]
}

type Sort = readonly [SortField, ...SortField[]]

/** Ties come ordered by id, in the direction of the sort. */
function readSort({ route }: SandboxStream, parameters: Parameters): Sort {
  const [first] = route.defaultSort ?? []
  if (route.sortFields === undefined && first) return [first]
  const field = parameters.oneOf('sort_by', route.sortFields ?? ['id']) ?? 'id'
  const direction = parameters.oneOf('sort_direction', ['asc', 'desc']) === 'desc' ? 'desc' : 'asc'
  return field === 'id'
    ? [{ field, direction }]
    : [
        { field, direction },
        { field: 'id', direction },
      ]
}

/** The list; for `ids`, if the API returns deleted and hidden rows by id, those too. */
function listingOf(stream: SandboxStream, parameters: Parameters, sort: Sort, context: ListContext): Listing {
  const { store, switches } = context
  const ids = stream.route.ids === true ? parameters.ids('ids') : undefined
  if (ids === undefined || switches.deletedById !== 'returned') return store.listing(stream, sort)
  const rows = [...ids].flatMap((id) => {
    const row = store.lookup(stream.name, String(id))?.row
    const belongs = stream.archived === undefined || isArchived(row ?? {}) === stream.archived
    return row !== undefined && belongs ? [row] : []
  })
  const compare = comparator(sort, switches.nullsSort)
  return { entries: sortRows(rows, sort, compare), compare }
}

function positionOf(parameters: Parameters, sort: Sort, listing: Listing, context: ListContext): number {
  const text = parameters.text('cursor')
  if (text === undefined) return 0
  const { switches, now } = context
  const [{ field, direction: sortDirection }] = sort
  const cursor = readCursor(text, { field, sortDirection })
  if (cursor === null) return parameters.reject('"cursor" is not valid')
  if (cursor.issuedAt !== undefined && now - cursor.issuedAt >= switches.cursorLifetimeMs)
    throw new RejectedRequest(errorOf(switches.cursorRefusal, '"cursor" has expired'))
  if (switches.cursorTies === 'kept')
    return firstAfter(listing.entries, valuesOf(cursor, sort), listing.compare)
  const compare = comparator(sort.slice(0, 1), switches.nullsSort)
  return firstAfter(listing.entries, valuesOf(cursor, sort).slice(0, 1), compare)
}

function valuesOf({ field, fieldValue, id }: KeysetCursor, sort: Sort) {
  const byId = sortValue('id', id)
  return sort.length === 1 ? [byId] : [sortValue(field, fieldValue), byId]
}

function rowsFrom(listing: Listing, from: number, sort: Sort, context: ListContext): Iterable<Row> {
  const { tieOrder, nullsSort } = context.switches
  if (tieOrder === 'by-id' || sort.length === 1) return inOrder(listing, from)
  return shuffledTies(listing.entries, from, comparator(sort.slice(0, 1), nullsSort), context.requestNumber)
}

function* inOrder({ entries }: Listing, from: number): Generator<Row> {
  for (let index = from; index < entries.length; index += 1) {
    const entry = entries[index]
    if (entry !== undefined) yield entry.row
  }
}

function takePage(
  ordered: Iterable<Row>,
  keep: (row: Row) => boolean,
  limit: number,
): { rows: Row[]; more: boolean } {
  const rows: Row[] = []
  for (const row of ordered) {
    if (!keep(row)) continue
    if (rows.length === limit) return { rows, more: true }
    rows.push(row)
  }
  return { rows, more: false }
}
