import { routes, rows, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const colors = ['red', 'yellow', 'blue', 'green']

export const leadLabels = defineSandboxStream({
  name: 'lead_labels',
  ...rows.ms,
  table: 'lead_labels',
  route: { ...routes.whole, path: '/leadLabels', cost: 10, scopes: scopes.leads },
  exampleRow: { id: '', name: 'Label', color: 'blue', add_time: null, update_time: null },
  after: ['filters'],
  generate: ({ random, timeline }) =>
    colors.map((color) => ({ id: random.uuid(), name: color, color, ...timeline.times('ms') })),
})
