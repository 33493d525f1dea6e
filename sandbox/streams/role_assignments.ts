import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const roleAssignments = defineSandboxStream({
  name: 'role_assignments',
  key: ['id'],
  table: 'role_assignments',
  hidden: ['id'],
  parent: { stream: 'roles', field: 'role_id', moves: 'never' },
  route: { ...routes.offset, path: '/roles/{id}/assignments', cost: 10, scopes: scopes.admin },
  exampleRow: { id: 0, user_id: 1, role_id: 1, parent_role_id: 1, name: '', active_flag: true, type: '1' },
  after: ['roles'],
  /** Every user starts in the first role. */
  generate: ({ userIds }, { blank, rowsOf }) => {
    const [role] = rowsOf('roles')
    return userIds.map((user_id, index) => ({
      ...blank,
      id: index + 1,
      user_id,
      role_id: role?.id,
      name: role?.name,
    }))
  },
})
