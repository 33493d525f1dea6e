import { routes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const callLogs = defineSandboxStream({
  name: 'call_logs',
  key: ['id'],
  table: 'call_logs',
  route: {
    ...routes.offset,
    path: '/callLogs',
    cost: 20,
    scopes: ['phone-integration'],
    maxLimit: 50,
    single: { path: '/callLogs/{id}', cost: 2 },
  },
  exampleRow: {},
})
