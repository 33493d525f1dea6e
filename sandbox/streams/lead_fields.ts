import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields.slice(0, 6),
  ['title', 'varchar'],
  ['value', 'monetary'],
  ['source_name', 'varchar'],
]

export const leadFields = defineSandboxStream({
  name: 'lead_fields',
  ...rows.fields,
  table: 'lead_fields',
  route: {
    ...routes.offset,
    path: '/leadFields',
    cost: 20,
    scopes: [...scopes.leads, ...scopes.admin],
  },
  exampleRow: fieldRow,
  generate: ({ customFields, openedAt }) =>
    drawDefinitions({ builtIns, customFields: customFields.deals, firstId: 100, openedAt }),
})
