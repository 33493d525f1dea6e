import { ownDraws } from '../company/company.js'
import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const dealDiscounts = defineSandboxStream({
  name: 'deal_discounts',
  key: ['id'],
  uuid: true,
  times: 'v2',
  added: 'created_at',
  updated: 'updated_at',
  table: 'deal_discounts',
  parent: { stream: 'deals', field: 'deal_id' },
  route: {
    ...routes.whole,
    version: 'v2',
    path: '/deals/{id}/discounts',
    cost: 10,
    scopes: scopes.deals,
  },
  exampleRow: {
    id: '',
    type: 'percentage',
    amount: 10,
    description: 'Loyalty',
    deal_id: 0,
    created_at: null,
    created_by: 1,
    updated_at: null,
    updated_by: 1,
  },
  after: ['deals'],
  /** On every fifth deal. */
  generate: (company, { blank, rowsOf }) => {
    const { random, userIds } = ownDraws(company, 'deal_discounts')
    const deals = rowsOf('deals').filter((_, at) => at % 5 === 0)
    return deals.map((deal) => ({
      ...blank,
      id: random.uuid(),
      deal_id: deal.id,
      created_at: deal.add_time,
      created_by: userIds[0],
      updated_at: deal.update_time ?? deal.add_time,
      updated_by: userIds[0],
    }))
  },
})
