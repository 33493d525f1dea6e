import { changedFields, NEWEST_FIRST } from '../changelogs.js'
import { routes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const FLOW = {
  old_value: null,
  new_value: null,
  is_bulk_update_flag: null,
  change_source: 'app',
  change_source_user_agent: null,
  additional_data: [],
  origin: 'ManuallyCreated',
  origin_id: null,
} as const

/** Changes of a log as v1's lists of updates have them: each with an id, in an envelope, newest first. */
export const dealFlow = defineSandboxStream({
  name: 'deal_flow',
  table: 'deal_flow',
  key: ['id'],
  times: 'v1',
  added: 'log_time',
  parent: { stream: 'deals', field: 'item_id', moves: 'never' },
  route: {
    ...routes.offset,
    path: '/deals/{id}/flow',
    cost: 40,
    scopes: ['recents:read'],
    defaultSort: NEWEST_FIRST,
    dataOf: (rows) => rows.map((data) => ({ object: 'dealChange', timestamp: data.log_time, data })),
  },
  exampleRow: { id: 0, item_id: 0, user_id: 1, field_key: 'title', ...FLOW, log_time: null },
  after: ['deal_changelog'],
  logs: (before, after) =>
    changedFields(before, after).map((field_key) => ({
      ...{ ...FLOW, user_id: 1, field_key },
      old_value: before[field_key] ?? null,
      new_value: after[field_key] ?? null,
    })),
  generate: (_, { blank, rowsOf }) =>
    rowsOf('deal_changelog').map(({ deal_id, actor_user_id, time, ...change }, index) => ({
      ...blank,
      ...change,
      ...{ id: index + 1, item_id: deal_id, user_id: actor_user_id, log_time: time },
      ...{ is_bulk_update_flag: 1, origin_id: '7' },
    })),
})
