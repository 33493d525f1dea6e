import { ownDraws } from '../company/company.js'
import type { Row } from '../row.js'
import { routes, text } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { formatDate } from '../times.js'

const types = ['deals_won', 'deals_started', 'activities_added'] as const

export const goals = defineSandboxStream({
  name: 'goals',
  key: ['id'],
  uuid: true,
  table: 'goals',
  route: {
    ...routes.whole,
    path: '/goals/find',
    cost: 20,
    scopes: ['goals:read', 'goals:full'],
    filters: { 'expected_outcome.tracking_metric': text },
    envelope: { statusCode: 20_000, statusText: 'OK', service: 'statistics-goals-api' },
    dataOf: (goals) => ({ goals }),
  },
  exampleRow: {
    id: '',
    owner_id: 1,
    title: 'Goal',
    type: { name: 'deals_won', params: { pipeline_id: null } },
    assignee: { id: 1, type: 'person' },
    interval: 'monthly',
    duration: { start: '2026-01-01', end: null },
    expected_outcome: { target: 10, tracking_metric: 'quantity' },
    is_active: true,
    report_ids: [],
  },
  /** Every second goal counts money. */
  generate: (company, { blank }) => {
    const { random, userIds, openedAt } = ownDraws(company, 'goals')
    return Array.from({ length: 5 }, (_, index) => ({
      ...blank,
      id: random.hex(32),
      owner_id: random.pick(userIds),
      title: `Goal ${index + 1}`,
      type: { name: random.pick(types), params: { pipeline_id: [1] } },
      assignee: { id: random.pick(userIds), type: 'person' },
      duration: { start: formatDate(openedAt), end: null },
      expected_outcome:
        index % 2 === 0
          ? { target: random.int(5, 50), tracking_metric: 'quantity' }
          : { target: 100 * random.int(5, 50), tracking_metric: 'sum', currency_id: 1 },
      is_active: index !== 4,
    }))
  },
  details: () => (row, index) =>
    index % 2 === 0 ? {} : { duration: { ...(row.duration as Row), end: '2027-12-31' } },
})
