import { defineStream } from '../stream.js'

/** How the account is set up: short lists, each returned whole by one request. */
export const account = [
  defineStream({
    name: 'users',
    api: 'v1',
    path: '/users',
    paging: 'none',
    cursorField: 'modified',
    strategy: { kind: 'full-scan', time: ['modified'] },
    cost: 20,
    scopes: ['users:read'],
  }),
  defineStream({
    name: 'filters',
    api: 'v1',
    path: '/filters',
    paging: 'none',
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    cost: 20,
    scopes: [
      'deals:read',
      'deals:full',
      'activities:read',
      'activities:full',
      'contacts:read',
      'contacts:full',
    ],
  }),
  defineStream({
    name: 'activity_types',
    api: 'v1',
    path: '/activityTypes',
    paging: 'none',
    cursorField: 'update_time',
    strategy: { kind: 'full-scan', time: ['update_time'] },
    cost: 20,
    scopes: ['activities:read', 'activities:full', 'admin'],
  }),
  defineStream({
    name: 'currencies',
    api: 'v1',
    path: '/currencies',
    paging: 'none',
    cursorField: '_changed_at',
    strategy: { kind: 'full-scan' },
    cost: 20,
    scopes: ['base'],
  }),
]
