import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const webhooks = defineSandboxStream({
  name: 'webhooks',
  key: ['id'],
  table: 'webhooks',
  route: {
    ...routes.whole,
    path: '/webhooks',
    cost: 10,
    scopes: scopes.admin,
    envelope: { status: 'ok' },
  },
  exampleRow: {},
})
