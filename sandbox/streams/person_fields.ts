import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields,
  ['name', 'varchar'],
  ['first_name', 'varchar'],
  ['last_name', 'varchar'],
  ['email', 'varchar'],
  ['phone', 'phone'],
  ['org_id', 'org'],
  ['open_deals_count', 'int'],
  ['won_deals_count', 'int'],
  ['lost_deals_count', 'int'],
  ['picture_id', 'picture'],
]

export const personFields = defineSandboxStream({
  name: 'person_fields',
  ...rows.fields,
  table: 'person_fields',
  route: {
    ...routes.offset,
    path: '/personFields',
    cost: 20,
    scopes: [...scopes.contacts, 'contact-fields:full', 'admin'],
    single: { path: '/personFields/{id}', cost: 2 },
  },
  exampleRow: fieldRow,
  generate: ({ customFields, openedAt }) =>
    drawDefinitions({ builtIns, customFields: customFields.persons, firstId: 9_000, openedAt }),
})
