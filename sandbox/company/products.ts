import { blankRow } from '../example-rows.js'
import type { Row } from '../row.js'
import type { Company } from './company.js'
import { drawCustomValues } from './custom-fields.js'

const SET_VALUES = 0.15

export function drawProducts({
  random,
  words,
  timeline,
  userIds,
  customFields,
  values,
  sizes,
}: Company): Row[] {
  const blank = blankRow('products')
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

/** Line items of some deals, one to four each. A deal is never older in change than its items. */
export function drawLineItems(company: Company, deals: readonly Row[], products: readonly Row[]): Row[] {
  const { random, sizes } = company
  const blank = blankRow('deal_products')
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
