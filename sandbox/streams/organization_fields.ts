import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields,
  ['name', 'varchar'],
  ['address', 'address'],
  ['website', 'varchar'],
  ['industry', 'enum'],
  ['annual_revenue', 'double'],
  ['employee_count', 'int'],
  ['people_count', 'int'],
  ['open_deals_count', 'int'],
]

export const organizationFields = defineSandboxStream({
  name: 'organization_fields',
  ...rows.fields,
  table: 'organization_fields',
  route: {
    ...routes.offset,
    path: '/organizationFields',
    cost: 20,
    scopes: [...scopes.contacts, 'contact-fields:full', 'admin'],
    single: { path: '/organizationFields/{id}', cost: 2 },
  },
  exampleRow: fieldRow,
  generate: ({ customFields, openedAt }) =>
    drawDefinitions({ builtIns, customFields: customFields.organizations, firstId: 4_000, openedAt }),
})
