import { type BuiltIn, commonFields, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ...commonFields.slice(0, 4),
  ['subject', 'varchar'],
  ['type', 'enum'],
  ['due_date', 'date'],
  ['due_time', 'time'],
  ['duration', 'time'],
  ['deal_id', 'deal'],
  ['person_id', 'people'],
  ['org_id', 'org'],
  ['lead_id', 'lead'],
  ['done', 'boolean'],
  ['busy', 'boolean'],
  ['note', 'text'],
  ['public_description', 'text'],
  ['location', 'address'],
  ['priority', 'enum'],
]

export const activityFields = defineSandboxStream({
  name: 'activity_fields',
  ...rows.fields,
  table: 'activity_fields',
  route: {
    ...routes.offset,
    path: '/activityFields',
    cost: 20,
    scopes: scopes.activities,
  },
  exampleRow: fieldRow,
  generate: ({ openedAt }) => drawDefinitions({ builtIns, customFields: [], firstId: 0, openedAt }),
})
