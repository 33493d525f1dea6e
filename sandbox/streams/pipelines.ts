import { byTime, routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { formatTime } from '../times.js'

export const pipelines = defineSandboxStream({
  name: 'pipelines',
  ...rows.v2,
  table: 'pipelines',
  route: {
    ...routes.cursor,
    path: '/pipelines',
    cost: 5,
    scopes: [...scopes.deals, ...scopes.admin],
    sortFields: byTime,
    single: { path: '/pipelines/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    name: 'Pipeline',
    order_nr: 1,
    is_deleted: false,
    is_deal_probability_enabled: true,
    add_time: null,
    update_time: null,
  },
  // The first pipeline and its stages were never edited: they have no update_time.
  generate: ({ sizes, openedAt, timeline }, { blank }) =>
    Array.from({ length: sizes.pipelines }, (_, index) => {
      const edited = timeline.times('v2')
      const times = index === 0 ? { add_time: formatTime('v2', openedAt), update_time: null } : edited
      const name = index === 0 ? 'Pipeline' : `Pipeline ${index + 1}`
      return { ...blank, id: index + 1, name, order_nr: index + 1, ...times }
    }),
  // Only the migration guide has it.
  details: () => (_, index) => ({ is_selected: index === 0 }),
})
