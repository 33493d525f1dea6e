import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { formatTime } from '../times.js'

export const webhooks = defineSandboxStream({
  name: 'webhooks',
  key: ['id'],
  times: 'ms',
  added: 'add_time',
  table: 'webhooks',
  route: {
    ...routes.whole,
    path: '/webhooks',
    cost: 10,
    scopes: scopes.admin,
    envelope: { status: 'ok' },
  },
  exampleRow: {
    id: 0,
    company_id: 1,
    owner_id: 1,
    user_id: 1,
    event_action: 'create',
    event_object: 'deal',
    subscription_url: 'https://receiver.example/hook',
    version: '2.0',
    is_active: 1,
    add_time: null,
    remove_time: null,
    type: 'general',
    http_auth_user: null,
    http_auth_password: null,
    remove_reason: null,
    last_delivery_time: null,
    last_http_status: null,
    admin_id: 1,
    name: 'Webhook',
  },
  generate: ({ userIds, openedAt }, { blank }) =>
    ['deal', 'person'].map((event_object, index) => ({
      ...blank,
      id: index + 1,
      owner_id: userIds[0],
      event_object,
      http_auth_user: index === 0 ? null : 'receiver',
      http_auth_password: index === 0 ? null : 'kept-from-records',
      add_time: formatTime('ms', openedAt),
    })),
  // One of them was removed because its deliveries failed.
  details: () => (row, index) =>
    index === 0
      ? { last_delivery_time: row.add_time, last_http_status: 200 }
      : {
          is_active: 0,
          last_http_status: 500,
          remove_time: row.add_time,
          remove_reason: 'Too many failed deliveries',
        },
})
