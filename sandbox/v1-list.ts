import type { ApiResponse } from './api-response.js'
import type { ListContext } from './list-context.js'
import { shuffledTies, type SortField } from './order.js'
import { Parameters } from './parameters.js'
import { presenter } from './read-presentation.js'
import type { Row } from './row.js'
import { rowFilter } from './row-filter.js'
import type { SandboxStream } from './stream.js'
import type { Switches } from './switches.js'

/** A v1 list: all of it, or rows start … start+limit of the list as it is at this moment. */
export function respondV1List(
  stream: SandboxStream,
  query: URLSearchParams,
  context: ListContext,
  parentId?: string,
): ApiResponse {
  const { route } = stream
  const { switches, companyId } = context
  const parameters = new Parameters('v1', query)
  const keep = rowFilter(stream, parameters, context, parentId)
  const rows = orderedRows(stream, readSort(route, parameters, switches), context).filter(keep)
  const present = presenter(stream, parameters, context)
  const respond = (page: readonly Row[], additional: Readonly<Record<string, unknown>>): ApiResponse => {
    const list = page.length === 0 && switches.emptyV1Lists === 'null' ? null : page.map(present)
    const data = route.dataOf === undefined ? list : route.dataOf(page.map(present))
    return { status: 200, body: { ...route.envelope, success: true, data, ...additional } }
  }
  if (route.paging === 'none') {
    const company = { additional_data: { company_id: companyId } }
    return respond(rows, route.additionalData === 'company' ? company : {})
  }
  const limit = parameters.limit(route, switches)
  const start = parameters.integer('start') ?? 0
  if (start < 0) parameters.reject('"start" must be greater than or equal to 0')
  const more = rows.length > start + limit
  const markers = route.markers === 'absent' ? {} : pageMarkers({ start, limit, more }, switches)
  return respond(rows.slice(start, start + limit), markers)
}

function orderedRows(stream: SandboxStream, sort: readonly SortField[], context: ListContext): Row[] {
  const { entries, compare } = context.store.listing(stream, sort)
  return context.switches.tieOrder === 'unstable' && sort.length > 0
    ? [...shuffledTies(entries, 0, compare, context.requestNumber)]
    : entries.map(({ row }) => row)
}

function pageMarkers(
  { start, limit, more }: { start: number; limit: number; more: boolean },
  { v1PageMarkers: form }: Switches,
): Readonly<Record<string, unknown>> {
  if (form === 'absent') return {}
  const next = form === 'next_start-without-more' || (more && form === 'full')
  const pagination = {
    start,
    limit,
    more_items_in_collection: more,
    ...(next ? { next_start: start + limit } : {}),
  }
  return { additional_data: { pagination } }
}

/** "The field names and sorting mode separated by a comma: field_name_1 ASC, field_name_2 DESC". */
function readSort(
  { paging, sortFields, defaultSort = [] }: SandboxStream['route'],
  parameters: Parameters,
  switches: Switches,
): readonly SortField[] {
  const text = parameters.text('sort')
  const byId: SortField = { field: 'id', direction: 'asc' }
  const tieBreak = paging === 'offset' && switches.tieOrder === 'by-id' ? [byId] : []
  if (text === undefined || sortFields === undefined) {
    return defaultSort.length > 0 ? [...defaultSort, ...tieBreak] : sortFields === undefined ? [] : [byId]
  }
  const fields = text.split(',').map((part): SortField => {
    const [, field = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? []
    if (!sortFields.includes(field)) parameters.reject(`"sort" cannot be ${text}`)
    return { field, direction: direction.toLowerCase() === 'desc' ? 'desc' : 'asc' }
  })
  if (fields.length > 1 && switches.multiSort === 'rejected') parameters.reject(`"sort" cannot be ${text}`)
  return [...fields, ...tieBreak]
}
