import type { Row } from '../row.js'
import { routes, scopes } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'
import { DAY, formatDate, parseTime } from '../times.js'

const EVERY = 6
const PARTS = 3

export const dealInstallments = defineSandboxStream({
  name: 'deal_installments',
  key: ['id'],
  table: 'deal_installments',
  parent: { stream: 'deals', field: 'deal_id' },
  route: {
    ...routes.batch,
    path: '/deals/installments',
    cost: 10,
    scopes: scopes.deals,
    sortFields: ['id', 'billing_date', 'deal_id'],
    feature: 'installments',
  },
  exampleRow: { id: 0, amount: 1, billing_date: '2026-01-01', description: 'Installment', deal_id: 0 },
  after: ['deals'],
  generate: (_, context) => generate(context),
})

/** Every sixth deal is paid in three parts. Nothing is drawn, so that the rest of the company stays the same. */
function generate({ blank, rowsOf }: GenerateContext): Row[] {
  const deals = rowsOf('deals').filter(({ id }) => Number(id) % EVERY === 0)
  return deals.flatMap((deal, index) =>
    Array.from({ length: PARTS }, (_, part) => ({
      ...blank,
      id: index * PARTS + part + 1,
      amount: Math.round((100 * Number(deal.value)) / PARTS) / 100,
      billing_date: formatDate((parseTime(deal.add_time) ?? 0) + (part + 1) * 30 * DAY),
      description: `Part ${part + 1} of ${PARTS}`,
      deal_id: deal.id,
    })),
  )
}
