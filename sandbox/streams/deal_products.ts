import type { Company } from '../company/company.js'
import type { Row } from '../row.js'
import { byTime, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'

export const dealProducts = defineSandboxStream({
  name: 'deal_products',
  ...rows.v2,
  table: 'deal_products',
  parent: { stream: 'deals', field: 'deal_id', count: 'products_count' },
  route: {
    ...routes.batch,
    path: '/deals/products',
    cost: 10,
    scopes: [...scopes.products, ...scopes.deals],
    sortFields: [...byTime, 'deal_id', 'order_nr'],
  },
  exampleRow: {
    id: 0,
    sum: 0,
    tax: 0,
    deal_id: 0,
    name: 'Line item',
    product_id: null,
    product_variation_id: null,
    order_nr: 1,
    add_time: null,
    update_time: null,
    comments: '',
    currency: 'EUR',
    discount: 0,
    quantity: 1,
    item_price: 0,
    tax_method: 'inclusive',
    discount_type: 'percentage',
    is_enabled: true,
    billing_frequency: 'one-time',
    billing_frequency_cycles: null,
    billing_start_date: null,
  },
  after: ['deals', 'products', 'leads'],
  generate,
  details: () => (_, index) =>
    index % 5 === 0
      ? {
          product_variation_id: index + 1,
          billing_frequency: 'monthly',
          billing_frequency_cycles: 12,
          billing_start_date: '2026-01-01',
        }
      : {},
})

/** Line items of some deals, one to four each. Items have the update time of their deal. */
function generate(company: Company, { blank, rowsOf }: GenerateContext): Row[] {
  const [deals, products] = [rowsOf('deals'), rowsOf('products')]
  const { random, sizes } = company
  const items: Row[] = []
  while (items.length < sizes.lineItems) {
    const deal = random.pick(deals)
    for (let order_nr = random.int(1, 4); order_nr > 0; order_nr -= 1) {
      const product = random.pick(products)
      const item_price = random.int(1, 900)
      const quantity = random.chance(0.1) ? 2.5 : random.int(1, 20)
      const time = deal.update_time ?? deal.add_time
      items.push({
        ...blank,
        id: items.length + 1,
        sum: item_price * quantity,
        deal_id: deal.id,
        name: product.name,
        product_id: product.id,
        order_nr,
        add_time: deal.add_time,
        update_time: time,
        currency: deal.currency,
        quantity,
        item_price,
      })
    }
  }
  return items
}
