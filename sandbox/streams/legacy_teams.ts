import { routes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

export const legacyTeams = defineSandboxStream({
  name: 'legacy_teams',
  key: ['id'],
  times: 'v1',
  added: 'add_time',
  table: 'legacy_teams',
  route: {
    ...routes.whole,
    path: '/legacyTeams',
    cost: 20,
    scopes: ['users:read'],
    feature: 'legacyTeams',
  },
  exampleRow: {
    id: 0,
    name: 'Closers',
    description: 'Sales team',
    manager_id: 1,
    users: [],
    active_flag: 1,
    deleted_flag: 0,
    add_time: null,
    created_by_user_id: 1,
  },
  generate: ({ userIds, openedAt }, { blank }) =>
    ['Closers', 'Hunters'].map((name, index) => ({
      ...blank,
      id: index + 1,
      name,
      manager_id: userIds[index] ?? null,
      users: userIds.filter((_, at) => at % 2 === index),
      add_time: formatTime('v1', openedAt + (index + 1) * DAY),
      created_by_user_id: userIds[0] ?? null,
    })),
})
