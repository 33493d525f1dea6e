import type { Company } from '../company/company.js'
import { drawCustomValues, SET_VALUES } from '../company/custom-fields.js'
import type { Row } from '../row.js'
import { byTime, integer, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'

export const products = defineSandboxStream({
  name: 'products',
  ...rows.v2,
  table: 'products',
  route: {
    ...routes.entity,
    path: '/products',
    cost: 10,
    scopes: scopes.products,
    until: false,
    sortFields: [...byTime, 'name'],
    customFields: true,
    filters: { owner_id: integer },
    single: { path: '/products/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    name: 'Product',
    tax: 0,
    add_time: null,
    update_time: null,
    description: '',
    code: '',
    unit: '',
    owner_id: 1,
    category: null,
    is_deleted: false,
    is_linkable: true,
    prices: [],
    custom_fields: {},
    visible_to: 3,
    billing_frequency: 'one-time',
    billing_frequency_cycles: null,
  },
  after: ['persons'],
  generate,
  details: () => (_, index) =>
    index % 3 === 0 ? { billing_frequency: 'monthly', billing_frequency_cycles: 12 } : {},
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes } = company
  return Array.from({ length: sizes.products }, (_, index) => {
    const id = index + 1
    const price = {
      product_id: id,
      price: random.int(1, 900),
      currency: 'EUR',
      cost: 0,
      direct_cost: 0,
      notes: '',
    }
    return {
      ...blank,
      id,
      name: random.pick(words.products),
      code: random.chance(0.5) ? `SKU-${id}` : '',
      tax: random.pick([0, 5, 20]),
      ...timeline.times('v2'),
      owner_id: random.pick(userIds),
      // Live rows carry the option id as text.
      category: random.chance(0.5) ? String(random.int(1, 8)) : null,
      prices: [price],
      custom_fields: drawCustomValues(customFields.products, values, SET_VALUES),
    }
  })
}
