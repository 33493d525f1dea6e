import { defineSandboxStream } from '../stream.js'
import { rows } from '../stream-parts.js'
import { dealRoute, dealRow } from './deals.js'

export const dealsArchived = defineSandboxStream({
  name: 'deals_archived',
  ...rows.v2,
  table: 'deals',
  deletedAs: { is_deleted: true, status: 'deleted' },
  archived: true,
  route: { ...dealRoute, path: '/deals/archived', cost: 20 },
  exampleRow: { ...dealRow, is_archived: true },
})
