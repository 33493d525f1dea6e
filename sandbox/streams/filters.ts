import { routes, rows, scopes, text } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const types = ['deals', 'leads', 'org', 'people', 'products', 'activity']

export const filters = defineSandboxStream({
  name: 'filters',
  ...rows.v1,
  table: 'filters',
  route: {
    ...routes.whole,
    path: '/filters',
    cost: 20,
    scopes: [...scopes.deals, ...scopes.activities, ...scopes.contacts],
    filters: { type: text },
  },
  exampleRow: {
    id: 0,
    name: 'Filter',
    filter_code: null,
    is_editable: true,
    active_flag: true,
    type: 'deals',
    temporary_flag: null,
    user_id: 1,
    add_time: null,
    update_time: null,
    visible_to: '7',
    last_used_time: null,
    custom_view_id: null,
  },
  after: ['pipelines'],
  generate: ({ sizes, random, timeline, userIds }, { blank }) =>
    Array.from({ length: sizes.filters }, (_, index) => {
      const { add_time, update_time } = timeline.times('v1')
      return {
        ...blank,
        id: index + 1,
        name: `Filter ${index + 1}`,
        type: random.pick(types),
        user_id: random.pick(userIds),
        add_time,
        update_time: index % 3 === 0 ? null : update_time,
      }
    }),
  details: () => (_, index) =>
    index % 2 === 0
      ? {}
      : {
          filter_code: 'all_open',
          custom_view_id: index,
          temporary_flag: true,
          last_used_time: '2026-01-02 03:04:05',
        },
})
