import type { Row } from '../row.js'
import { routes, rows } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { filters } from './filters.js'

/** GET of a single filter: the row of the list and its conditions. */
export const filterConditions = defineSandboxStream({
  name: 'filter_conditions',
  ...rows.v1,
  table: 'filter_conditions',
  parent: { stream: 'filters', field: 'id' },
  route: {
    ...routes.whole,
    path: '/filters/{id}',
    cost: 2,
    scopes: filters.route.scopes,
    dataOf: ([row]) => row,
  },
  exampleRow: { ...filters.exampleRow, conditions: null },
  after: ['filters'],
  generate: (_, { blank, rowsOf }) =>
    rowsOf('filters').map((filter, index) => ({ ...blank, ...filter, conditions: conditionsOf(index) })),
  details: () => () => ({ filter_code: 'all_open', custom_view_id: 1, temporary_flag: true }),
})

function conditionsOf(index: number): Row {
  const value = index % 2 === 0 ? null : 'open'
  const field = { object: 'deal', field_id: '12477', field_code: 'status' }
  const condition = { ...field, operator: '=', value, extra_value: index % 2 === 0 ? 'won' : null }
  return { glue: 'and', conditions: [{ glue: 'and', conditions: [condition] }] }
}
