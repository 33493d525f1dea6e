import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const productVariations = defineSandboxStream({
  name: 'product_variations',
  key: ['id'],
  table: 'product_variations',
  parent: { stream: 'products', field: 'product_id' },
  route: { ...routes.cursor, path: '/products/{id}/variations', cost: 10, scopes: scopes.products },
  exampleRow: { id: 0, name: 'Large', product_id: 0, prices: [] },
  after: ['products'],
  /** Of every second product. */
  generate: (_, { blank, rowsOf }) =>
    rowsOf('products')
      .filter((_product, at) => at % 2 === 0)
      .map(({ id: product_id, name }, index) => {
        const id = index + 1
        const price = { product_variation_id: id, price: 10 * id, currency: 'EUR', cost: 5, direct_cost: 4 }
        const prices = [{ ...price, notes: 'From 10 pieces on' }]
        return { ...blank, id, product_id, name: `Large ${String(name)}`, prices }
      }),
})
