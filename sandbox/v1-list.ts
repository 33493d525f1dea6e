import type { Answer } from './answer.js'
import type { ListContext } from './list-context.js'
import type { SortField } from './order.js'
import { Parameters } from './parameters.js'
import { rowFilter } from './row-filter.js'
import type { ListRoute } from './routes.js'
import type { Switches } from './switches.js'

/** A v1 list: all of it, or rows start … start+limit of the list as it stands at this moment. */
export function answerV1List(route: ListRoute, query: URLSearchParams, context: ListContext): Answer {
  const parameters = new Parameters('v1', query)
  const { store, switches, companyId } = context
  const keep = rowFilter(route, parameters, store, switches)
  const entries = store.listing(route.stream, readSort(route, parameters)).entries
  const rows = entries.map((entry) => entry.row).filter(keep)
  const answer = (data: readonly unknown[], additional: Readonly<Record<string, unknown>>): Answer => ({
    status: 200,
    body: {
      ...route.envelope,
      success: true,
      data: data.length === 0 && switches.emptyV1Lists === 'null' ? null : data,
      ...additional,
    },
  })
  if (route.paging === 'none') {
    return answer(
      rows,
      route.additionalData === 'company' ? { additional_data: { company_id: companyId } } : {},
    )
  }
  const limit = parameters.limit(route, switches)
  const start = parameters.integer('start') ?? 0
  if (start < 0) parameters.refuse('"start" must be greater than or equal to 0')
  const more = rows.length > start + limit
  return answer(rows.slice(start, start + limit), pageMarkers({ start, limit, more }, switches))
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
function readSort(route: ListRoute, parameters: Parameters): readonly SortField[] {
  const text = parameters.text('sort')
  const usesId = route.paging === 'offset' && !route.stream.endsWith('_fields')
  const byId: readonly SortField[] = usesId ? [{ field: 'id', direction: 'asc' }] : []
  if (text === undefined || route.sortFields === undefined) return [...(route.defaultSort ?? []), ...byId]
  const fields = text.split(',').map((part): SortField => {
    const [, field = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? []
    if (route.sortFields?.includes(field) !== true) parameters.refuse(`"sort" cannot be ${text}`)
    return { field, direction: direction.toLowerCase() === 'desc' ? 'desc' : 'asc' }
  })
  return [...fields, ...byId]
}
