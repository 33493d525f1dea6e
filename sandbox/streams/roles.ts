import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const roles = defineSandboxStream({
  name: 'roles',
  key: ['id'],
  table: 'roles',
  route: { ...routes.offset, path: '/roles', cost: 20, scopes: scopes.admin },
  exampleRow: {
    id: 0,
    parent_role_id: 1,
    name: 'Sales',
    description: 'Sales people',
    active_flag: true,
    assignment_count: '0',
    sub_role_count: '0',
    level: 2,
  },
  /** Users are in the first group, which everybody starts in. */
  generate: ({ userIds }, { blank }) =>
    ['(Unassigned users)', 'Sales', 'Support'].map((name, index) => ({
      ...blank,
      id: index + 1,
      parent_role_id: index === 0 ? null : 1,
      name,
      assignment_count: index === 0 ? String(userIds.length) : '0',
      sub_role_count: index === 0 ? '2' : '0',
      level: index === 0 ? 1 : 2,
    })),
})
