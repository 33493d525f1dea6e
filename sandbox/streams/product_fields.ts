import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields.slice(0, 5),
  ['name', 'varchar'],
  ['code', 'varchar'],
  ['unit', 'varchar'],
  ['tax', 'double'],
  ['category', 'enum'],
  ['description', 'text'],
  ['billing_frequency', 'enum'],
  ['is_linkable', 'boolean'],
  ['prices', 'price_list'],
]

export const productFields = defineSandboxStream({
  name: 'product_fields',
  ...rows.fields,
  table: 'product_fields',
  route: {
    ...routes.offset,
    path: '/productFields',
    cost: 20,
    scopes: [...scopes.products, 'product-fields:full'],
    single: { path: '/productFields/{id}', cost: 2 },
  },
  exampleRow: fieldRow,
  generate: ({ customFields, openedAt }) =>
    drawDefinitions({ builtIns, customFields: customFields.products, firstId: 20, openedAt }),
  details: () => (row) => (row.is_subfield === true ? {} : { picklist_data: null }),
})
