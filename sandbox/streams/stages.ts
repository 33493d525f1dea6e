import { stageNames } from '../company/stage-names.js'
import { byTime, integer, routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

export const stages = defineSandboxStream({
  name: 'stages',
  ...rows.v2,
  table: 'stages',
  route: {
    ...routes.cursor,
    path: '/stages',
    cost: 5,
    scopes: [...scopes.deals, ...scopes.admin],
    sortFields: [...byTime, 'order_nr'],
    filters: { pipeline_id: integer },
    single: { path: '/stages/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    name: 'Stage',
    order_nr: 1,
    pipeline_id: 1,
    deal_probability: 100,
    is_deal_rot_enabled: false,
    days_to_rotten: null,
    is_deleted: false,
    add_time: null,
    update_time: null,
  },
  after: ['pipelines'],
  // Reordering stages gives all of them one time: that of their pipeline.
  generate: (_, { blank, rowsOf }) =>
    rowsOf('pipelines').flatMap(({ add_time, update_time }, pipeline) =>
      stageNames.map((name, index) => ({
        ...blank,
        id: pipeline * stageNames.length + index + 1,
        name,
        order_nr: index + 1,
        pipeline_id: pipeline + 1,
        add_time,
        update_time,
      })),
    ),
  details: () => (_, index) => (index % 4 === 3 ? { is_deal_rot_enabled: true, days_to_rotten: 14 } : {}),
})
