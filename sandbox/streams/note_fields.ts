import { type BuiltIn, drawDefinitions, fieldRow } from '../company/field-definitions.js'
import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const builtIns: readonly BuiltIn[] = [
  ['content', 'text'],
  ['add_time', 'date'],
  ['user_id', 'user'],
]

export const noteFields = defineSandboxStream({
  name: 'note_fields',
  ...rows.fields,
  table: 'note_fields',
  route: {
    ...routes.offset,
    path: '/noteFields',
    cost: 20,
    scopes: [...scopes.deals, ...scopes.contacts],
  },
  exampleRow: fieldRow,
  generate: ({ openedAt }) => drawDefinitions({ builtIns, customFields: [], firstId: 0, openedAt }),
})
