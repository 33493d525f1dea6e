import { ownDraws } from '../company/company.js'
import { boolean, integer, routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const tasks = defineSandboxStream({
  name: 'tasks',
  ...rows.ms,
  uuid: false,
  table: 'tasks',
  route: {
    ...routes.cursor,
    path: '/tasks',
    cost: 10,
    scopes: scopes.projects,
    filters: { is_done: boolean, is_milestone: boolean, project_id: integer },
    feature: 'projects',
    single: { path: '/tasks/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    title: 'Task',
    creator_id: 1,
    description: null,
    project_id: 1,
    is_done: false,
    is_milestone: false,
    due_date: null,
    start_date: null,
    parent_task_id: null,
    assignee_ids: [],
    priority: null,
    add_time: null,
    update_time: null,
    marked_as_done_time: null,
  },
  after: ['projects'],
  generate: (company, { blank, rowsOf }) => {
    const { random, timeline } = ownDraws(company, 'tasks')
    return rowsOf('projects').flatMap(({ id: project_id, owner_id }, at) =>
      ['Plan', 'Build', 'Deliver'].map((title, index) => {
        const times = timeline.times('ms')
        const is_done = random.chance(0.5)
        return {
          ...blank,
          id: at * 3 + index + 1,
          title,
          creator_id: owner_id,
          project_id,
          is_done,
          is_milestone: index === 2,
          parent_task_id: index === 1 ? at * 3 + 1 : null,
          assignee_ids: [owner_id],
          ...times,
          marked_as_done_time: is_done ? times.update_time : null,
        }
      }),
    )
  },
  details: () => (_, index) =>
    index % 2 === 0
      ? {}
      : { description: 'In detail', priority: 1, start_date: '2026-01-01', due_date: '2026-02-01' },
})
