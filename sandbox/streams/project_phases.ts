import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const projectPhases = defineSandboxStream({
  name: 'project_phases',
  ...rows.ms,
  uuid: false,
  table: 'project_phases',
  parent: { stream: 'project_boards', field: 'board_id' },
  route: {
    ...routes.whole,
    version: 'v2',
    path: '/phases',
    cost: 10,
    scopes: scopes.projects,
    feature: 'projects',
    filters: { board_id: { kind: 'integer', required: true } },
  },
  exampleRow: { id: 0, name: 'Phase', board_id: 0, order_nr: 1, add_time: null, update_time: null },
  after: ['project_boards'],
  generate: (_, { blank, rowsOf }) =>
    rowsOf('project_boards').flatMap(({ id: board_id, add_time, update_time }, board) =>
      ['Planned', 'Under way', 'Done'].map((name, index) => ({
        ...blank,
        id: board * 3 + index + 1,
        ...{ name, board_id, order_nr: index + 1, add_time, update_time },
      })),
    ),
})
