import { integer, routes, scopes, text } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { isArchived, type Row } from '../row.js'

const TOTAL = 'total'

/** Of the deals that are not archived, as the company was generated: later changes do not change it. */
export const dealsSummary = defineSandboxStream({
  name: 'deals_summary',
  key: ['currency'],
  table: 'deals_summary',
  route: {
    ...routes.whole,
    path: '/deals/summary',
    cost: 40,
    scopes: scopes.deals,
    filters: { status: text, user_id: integer, pipeline_id: integer, stage_id: integer },
    dataOf,
  },
  exampleRow: {
    currency: 'EUR',
    values_total: { value: 0, count: 0 },
    weighted_values_total: { value: 0, count: 0 },
  },
  after: ['deals'],
  generate: (_, { rowsOf }) => {
    const deals = rowsOf('deals').filter((deal) => deal.is_deleted !== true && !isArchived(deal))
    const currencies = [...new Set(deals.map(({ currency }) => String(currency)))].sort()
    const sum = (rows: readonly Row[]) => rows.reduce((total, { value }) => total + Number(value), 0)
    const total = sum(deals)
    return [
      ...currencies.map((currency): Row => {
        const own = deals.filter((deal) => deal.currency === currency)
        const money = { value: sum(own), count: own.length, value_formatted: `${currency} ${sum(own)}` }
        const converted = { value_converted: sum(own), value_converted_formatted: `EUR ${sum(own)}` }
        return { currency, values_total: { ...money, ...converted }, weighted_values_total: money }
      }),
      {
        currency: TOTAL,
        total_count: deals.length,
        total_currency_converted_value: total,
        total_weighted_currency_converted_value: total,
        total_currency_converted_value_formatted: `EUR ${total}`,
        total_weighted_currency_converted_value_formatted: `EUR ${total}`,
      },
    ]
  },
})

/** Two objects with a member per currency, beside the totals. PHP writes an object without members as a list. */
function dataOf(rows: readonly Row[]): unknown {
  const byCurrency = rows.filter(({ currency }) => currency !== TOTAL)
  const table = (field: string) =>
    byCurrency.length === 0
      ? []
      : Object.fromEntries(byCurrency.map((row) => [String(row.currency), row[field]]))
  const totals = rows
    .filter(({ currency }) => currency === TOTAL)
    .flatMap((row) => Object.entries(row).filter(([name]) => name !== 'currency'))
  return {
    values_total: table('values_total'),
    weighted_values_total: table('weighted_values_total'),
    ...Object.fromEntries(totals),
  }
}
