import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

export const projectTemplates = defineSandboxStream({
  name: 'project_templates',
  ...rows.ms,
  uuid: false,
  table: 'project_templates',
  route: {
    ...routes.cursor,
    path: '/projectTemplates',
    cost: 10,
    scopes: scopes.projects,
    feature: 'projects',
    single: { path: '/projectTemplates/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    title: 'Template',
    description: 'For new customers',
    projects_board_id: 1,
    owner_id: 1,
    add_time: null,
    update_time: null,
  },
  generate: ({ openedAt, userIds }, { blank }) =>
    ['Rollout', 'Renovation', 'Audit'].map((title, index) => ({
      ...blank,
      id: index + 1,
      title,
      owner_id: userIds[0],
      add_time: formatTime('ms', openedAt),
      update_time: formatTime('ms', openedAt + index * DAY),
    })),
})
