import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

export const projectBoards = defineSandboxStream({
  name: 'project_boards',
  ...rows.ms,
  uuid: false,
  table: 'project_boards',
  route: {
    ...routes.whole,
    version: 'v2',
    path: '/boards',
    cost: 10,
    scopes: scopes.projects,
    feature: 'projects',
    single: { path: '/boards/{id}', cost: 10 },
  },
  exampleRow: { id: 0, name: 'Board', order_nr: 1, add_time: null, update_time: null },
  generate: ({ openedAt }, { blank }) =>
    ['Delivery', 'Support'].map((name, index) => ({
      ...blank,
      id: index + 1,
      name,
      order_nr: index + 1,
      add_time: formatTime('ms', openedAt),
      update_time: formatTime('ms', openedAt + index * DAY),
    })),
})
