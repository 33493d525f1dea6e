import { type Answer, forbidden, notFound, Refusal } from './answer.js'
import { marketingFields } from './include-fields.js'
import { cursorAfter, readCursor } from './keyset-cursor.js'
import type { ListContext } from './list-context.js'
import { firstAfter, type SortField, sortValue } from './order.js'
import { Parameters } from './parameters.js'
import { labeller, type Presentation, presentRow } from './present-row.js'
import { rowFilter } from './row-filter.js'
import type { ListRoute } from './routes.js'
import type { Row } from './row.js'
import type { Table, Listing } from './table.js'
import type { Store } from './store.js'

/** A page of a v2 list: the rows after the cursor in the order as it is now. */
export function answerV2List(route: ListRoute, query: URLSearchParams, context: ListContext): Answer {
  if (route.feature !== undefined && context.switches[route.feature] === 'lacking') return forbidden()
  const parameters = new Parameters('v2', query)
  parameters.checkNames(allowedParameters(route))
  const keep = rowFilter(route, parameters, context.store, context.switches)
  if (route.paging === 'batch' && context.switches.vanishedIdFailsBatch)
    refuseVanished(route, parameters, context.store)
  const presentation = readPresentation(route, parameters, context)
  const limit = parameters.limit(route, context.switches)
  const sort = readSort(route, parameters)
  const listing = context.store.listing(route.stream, sort)
  const { rows, more } = takePage(listing, positionOf(parameters, sort, listing), keep, limit)
  const last = rows.at(-1)
  const [by] = sort
  return {
    status: 200,
    body: {
      success: true,
      data: rows.map((row) => presentRow(row, presentation)),
      additional_data: {
        next_cursor: more && last !== undefined && by ? cursorAfter(last, by.field, by.direction) : null,
      },
    },
  }
}

function allowedParameters(route: ListRoute): readonly string[] {
  return [
    'limit',
    'cursor',
    'sort_by',
    'sort_direction',
    ...Object.keys(route.filters ?? {}),
    ...(route.filterId === true ? ['filter_id'] : []),
    ...(route.ids === true ? ['ids'] : []),
    ...(route.paging === 'batch' ? ['deal_ids'] : []),
    ...(route.since === true ? ['updated_since'] : []),
    ...(route.until === true ? ['updated_until'] : []),
    ...(route.statuses === undefined ? [] : ['status']),
    ...(route.includeFields?.length ? ['include_fields'] : []),
    ...(route.customFields === true ? ['custom_fields'] : []),
    ...(route.labels === true ? ['include_labels', 'include_option_labels'] : []),
  ]
}

/** Ties come ordered by id, in the direction of the sort. */
function readSort(route: ListRoute, parameters: Parameters): readonly SortField[] {
  const field = parameters.oneOf('sort_by', route.sortFields ?? ['id']) ?? 'id'
  const direction = parameters.oneOf('sort_direction', ['asc', 'desc']) === 'desc' ? 'desc' : 'asc'
  return [{ field, direction }, ...(field === 'id' ? [] : [{ field: 'id', direction } as const])]
}

function positionOf(parameters: Parameters, sort: readonly SortField[], listing: Listing): number {
  const text = parameters.text('cursor')
  const [by] = sort
  if (text === undefined || by === undefined) return 0
  const cursor = readCursor(text, by.field, by.direction)
  if (cursor === null) return parameters.refuse('"cursor" is not valid')
  const id = sortValue('id', cursor.id)
  const position = by.field === 'id' ? [id] : [sortValue(by.field, cursor.fieldValue), id]
  return firstAfter(listing.entries, position, listing.compare)
}

function takePage(
  { entries }: Listing,
  from: number,
  keep: (row: Row) => boolean,
  limit: number,
): { rows: Row[]; more: boolean } {
  const rows: Row[] = []
  for (let index = from; index < entries.length; index += 1) {
    const row = entries[index]?.row
    if (row === undefined || !keep(row)) continue
    if (rows.length === limit) return { rows, more: true }
    rows.push(row)
  }
  return { rows, more: false }
}

function readPresentation(route: ListRoute, parameters: Parameters, context: ListContext): Presentation {
  const optional = route.includeFields ?? []
  const asked = parameters.listOf('include_fields', optional) ?? []
  const unavailable = asked.find((field) => marketingFields.includes(field))
  if (unavailable !== undefined && context.switches.marketingFields === 'rejected') {
    parameters.refuse(`"include_fields" must not contain ${unavailable}`)
  }
  const label = labeller.bind(null, context.store, route.stream)
  return {
    optional,
    asked,
    customFields: parameters.customFieldKeys(),
    labels: parameters.boolean('include_labels') ? (ids) => label()('label_ids', ids) : undefined,
    optionLabels: parameters.boolean('include_option_labels') ? label() : undefined,
  }
}

function refuseVanished(route: ListRoute, parameters: Parameters, store: Store): void {
  const deals: Table = store.table('deals')
  for (const id of parameters.ids('deal_ids') ?? []) {
    const known = deals.get(String(id)) !== undefined
    if (!known && !store.rows(route.stream).some((child) => child.deal_id === id)) {
      throw new Refusal(notFound('Entity was not found'))
    }
  }
}
