import { blankRow } from '../example-rows.js'
import type { SeedRecord } from '../row.js'
import { DAY, formatDate, parseTime } from '../times.js'

const EVERY = 6
const PARTS = 3

/** Every sixth deal is paid in three parts. Nothing is drawn, so that the rest of the company stays as it is. */
export function paidInParts(company: readonly SeedRecord[]): SeedRecord[] {
  const deals = company.filter(({ stream, data }) => stream === 'deals' && Number(data.id) % EVERY === 0)
  const blank = blankRow('deal_installments')
  return deals.flatMap(({ data: deal }, index) =>
    Array.from({ length: PARTS }, (_, part) => ({
      stream: 'deal_installments',
      data: {
        ...blank,
        id: index * PARTS + part + 1,
        amount: Math.round((100 * Number(deal.value)) / PARTS) / 100,
        billing_date: formatDate((parseTime(deal.add_time) ?? 0) + (part + 1) * 30 * DAY),
        description: `Part ${part + 1} of ${PARTS}`,
        deal_id: deal.id,
      },
    })),
  )
}
