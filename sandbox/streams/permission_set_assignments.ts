import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const permissionSetAssignments = defineSandboxStream({
  name: 'permission_set_assignments',
  key: ['id'],
  table: 'permission_set_assignments',
  hidden: ['id'],
  parent: { stream: 'permission_sets', field: 'permission_set_id', moves: 'never' },
  route: { ...routes.offset, path: '/permissionSets/{id}/assignments', cost: 20, scopes: scopes.admin },
  exampleRow: {
    id: 0,
    user_id: 1,
    permission_set_id: '',
    name: '',
    permission_set_app: 'sales',
    permission_set_type: 'regular',
  },
  after: ['permission_sets', 'users'],
  generate: (_, { blank, rowsOf }) => {
    const [set] = rowsOf('permission_sets')
    return rowsOf('users').map(({ id: user_id }, index) => ({
      ...blank,
      id: index + 1,
      user_id,
      permission_set_id: set?.id,
      name: set?.name,
    }))
  },
})
