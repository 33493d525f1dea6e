import { routes, scopes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'

const sources =
  'Manually created,Deal,Web forms,Prospector,Leadbooster,Live chat,Import,Website visitors,Workflow automation,API'

export const leadSources = defineSandboxStream({
  name: 'lead_sources',
  key: ['name'],
  table: 'lead_sources',
  route: { ...routes.whole, path: '/leadSources', cost: 2, scopes: scopes.leads },
  exampleRow: { name: 'API' },
  generate: () => sources.split(',').map((name) => ({ name })),
})
