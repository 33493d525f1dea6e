import { defineSandboxStream } from '../stream.js'
import { rows } from '../stream-parts.js'
import { leadRoute, leadRow } from './leads.js'

export const leadsArchived = defineSandboxStream({
  name: 'leads_archived',
  ...rows.ms,
  table: 'leads',
  archived: true,
  route: { ...leadRoute, path: '/leads/archived', cost: 40 },
  exampleRow: { ...leadRow, is_archived: true },
})
