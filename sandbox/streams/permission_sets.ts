import { routes, scopes, text } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import type { Row } from '../row.js'

interface Access {
  readonly app: string
  readonly admin: boolean
  readonly permission_set_id: string
}

export const permissionSets = defineSandboxStream({
  name: 'permission_sets',
  key: ['id'],
  uuid: true,
  table: 'permission_sets',
  route: {
    ...routes.whole,
    path: '/permissionSets',
    cost: 20,
    scopes: scopes.admin,
    filters: { app: text },
  },
  exampleRow: {
    id: '',
    name: 'Deals user',
    description: '',
    app: 'sales',
    type: 'regular',
    assignment_count: 0,
  },
  after: ['users'],
  /** The sets that users have. */
  generate: (_, { blank, rowsOf }) => {
    const held = rowsOf('users').flatMap(({ access }) => access as readonly Access[])
    const ids = [...new Set(held.map(({ permission_set_id }) => permission_set_id))]
    return ids.map((id, index): Row => {
      const users = held.filter((access) => access.permission_set_id === id && access.app === 'sales')
      return { ...blank, id, name: `Set ${index + 1}`, assignment_count: users.length }
    })
  },
})
