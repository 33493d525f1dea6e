import { type Answer, forbidden, paymentRequired } from './answer.js'
import { includeFields } from './include-fields.js'
import type { SortField } from './order.js'

export type ParameterKind = 'integer' | 'boolean' | 'text'

export interface ListRoute {
  readonly version: 'v1' | 'v2'
  readonly path: string
  readonly stream: string
  /** cursor: v2. offset: v1 start and limit. none: everything at once. batch: v2, rows of the given deals. */
  readonly paging: 'cursor' | 'offset' | 'none' | 'batch'
  /** Tokens a request costs, whatever its limit. */
  readonly cost: number
  /** Any one of them will do. */
  readonly scopes: readonly string[]
  readonly maxLimit?: number
  readonly sortFields?: readonly string[]
  readonly defaultSort?: readonly SortField[]
  /** Parameters that compare a field of the row: [kind, field of the row when it is named otherwise]. */
  readonly filters?: Readonly<Record<string, readonly [kind: ParameterKind, field?: string]>>
  readonly since?: boolean
  readonly until?: boolean
  readonly ids?: boolean
  readonly statuses?: readonly string[]
  readonly includeFields?: readonly string[]
  readonly customFields?: boolean
  readonly labels?: boolean
  readonly filterId?: boolean
  readonly additionalData?: 'company'
  /** What not every company has; the switch of that name tells. */
  readonly feature?: 'installments'
  readonly envelope?: Readonly<Record<string, unknown>>
}

/** A path that answers with something other than a list. */
export interface FixedRoute {
  readonly version: 'v1' | 'v2'
  readonly path: string
  readonly cost: number
  readonly scopes: readonly string[]
  readonly answer: (() => Answer) | 'me'
}

export type Route = ListRoute | FixedRoute

const deals = ['deals:read', 'deals:full']
const contacts = ['contacts:read', 'contacts:full']
const activities = ['activities:read', 'activities:full']
const products = ['products:read', 'products:full']
const leads = ['leads:read', 'leads:full']
const projects = ['projects:read', 'projects:full']
const admin = ['admin']

const integer = ['integer'] as const
const byTime = ['id', 'update_time', 'add_time']
const byAddTime = [{ field: 'add_time', direction: 'asc' }] as const
const leadSort = [
  'id',
  'title',
  'owner_id',
  'creator_id',
  'was_seen',
  'expected_close_date',
  'next_activity_id',
]
const noteSort = ['id', 'user_id', 'deal_id', 'person_id', 'org_id', 'content', 'add_time', 'update_time']

const scan = { version: 'v2', paging: 'cursor', ids: true, filterId: true, since: true, until: true } as const
const whole = { version: 'v1', paging: 'none' } as const
const offset = { version: 'v1', paging: 'offset' } as const

const dealList = {
  ...scan,
  filters: {
    owner_id: integer,
    person_id: integer,
    org_id: integer,
    pipeline_id: integer,
    stage_id: integer,
  },
  statuses: ['open', 'won', 'lost', 'deleted'],
  sortFields: byTime,
  customFields: true,
} as const
const contactList = { ...scan, sortFields: byTime, customFields: true, labels: true } as const
const leadList = {
  ...offset,
  filterId: true,
  filters: { owner_id: integer, person_id: integer, organization_id: integer },
  sortFields: [...leadSort, 'add_time', 'update_time'],
  defaultSort: byAddTime,
} as const
const noteFilters = {
  user_id: integer,
  lead_id: ['text'],
  deal_id: integer,
  person_id: integer,
  org_id: integer,
  pinned_to_lead_flag: ['boolean'],
  pinned_to_deal_flag: ['boolean'],
  pinned_to_organization_flag: ['boolean'],
  pinned_to_person_flag: ['boolean'],
} as const

/** Parameters, costs and scopes as Pipedrive's OpenAPI documents give them. */
export const listRoutes: readonly ListRoute[] = [
  { ...dealList, path: '/deals', stream: 'deals', cost: 10, scopes: deals, labels: true },
  { ...dealList, path: '/deals/archived', stream: 'deals_archived', cost: 20, scopes: deals },
  {
    ...contactList,
    path: '/persons',
    stream: 'persons',
    cost: 10,
    scopes: contacts,
    filters: { owner_id: integer, org_id: integer, deal_id: integer },
  },
  {
    ...contactList,
    path: '/organizations',
    stream: 'organizations',
    cost: 10,
    scopes: contacts,
    filters: { owner_id: integer },
  },
  {
    ...scan,
    path: '/activities',
    stream: 'activities',
    cost: 10,
    scopes: activities,
    sortFields: [...byTime, 'due_date'],
    filters: {
      owner_id: integer,
      deal_id: integer,
      lead_id: ['text'],
      person_id: integer,
      org_id: integer,
      done: ['boolean'],
    },
  },
  {
    ...scan,
    path: '/products',
    stream: 'products',
    cost: 10,
    scopes: products,
    until: false,
    sortFields: [...byTime, 'name'],
    customFields: true,
    filters: { owner_id: integer },
  },
  {
    version: 'v2',
    paging: 'cursor',
    path: '/pipelines',
    stream: 'pipelines',
    cost: 5,
    scopes: [...deals, ...admin],
    sortFields: byTime,
  },
  {
    version: 'v2',
    paging: 'cursor',
    path: '/stages',
    stream: 'stages',
    cost: 5,
    scopes: [...deals, ...admin],
    sortFields: [...byTime, 'order_nr'],
    filters: { pipeline_id: integer },
  },
  {
    version: 'v2',
    paging: 'batch',
    path: '/deals/products',
    stream: 'deal_products',
    cost: 10,
    scopes: [...products, ...deals],
    sortFields: [...byTime, 'deal_id', 'order_nr'],
  },
  {
    version: 'v2',
    paging: 'batch',
    path: '/deals/installments',
    stream: 'deal_installments',
    cost: 10,
    scopes: deals,
    sortFields: ['id', 'billing_date', 'deal_id'],
    feature: 'installments',
  },
  { ...leadList, path: '/leads', stream: 'leads', cost: 20, scopes: leads, since: true },
  { ...leadList, path: '/leads/archived', stream: 'leads_archived', cost: 40, scopes: leads },
  { ...whole, path: '/leadLabels', stream: 'lead_labels', cost: 10, scopes: leads },
  { ...whole, path: '/leadSources', stream: 'lead_sources', cost: 2, scopes: leads },
  {
    ...offset,
    path: '/notes',
    stream: 'notes',
    cost: 20,
    scopes: [...deals, ...contacts],
    since: true,
    sortFields: noteSort,
    filters: noteFilters,
  },
  {
    ...offset,
    path: '/files',
    stream: 'files',
    cost: 20,
    scopes: [...deals, ...activities, ...contacts],
    maxLimit: 100,
    sortFields: ['id', 'update_time'],
  },
  {
    ...whole,
    path: '/filters',
    stream: 'filters',
    cost: 20,
    scopes: [...deals, ...activities, ...contacts],
    filters: { type: ['text'] },
  },
  {
    ...whole,
    path: '/users',
    stream: 'users',
    cost: 20,
    scopes: ['users:read'],
    additionalData: 'company',
  },
  { ...whole, path: '/currencies', stream: 'currencies', cost: 20, scopes: ['base'] },
  { ...whole, path: '/activityTypes', stream: 'activity_types', cost: 20, scopes: [...activities, ...admin] },
  {
    ...offset,
    path: '/dealFields',
    stream: 'deal_fields',
    cost: 20,
    scopes: [...deals, 'deal-fields:full', 'admin'],
  },
  {
    ...offset,
    path: '/personFields',
    stream: 'person_fields',
    cost: 20,
    scopes: [...contacts, 'contact-fields:full', 'admin'],
  },
  {
    ...offset,
    path: '/organizationFields',
    stream: 'organization_fields',
    cost: 20,
    scopes: [...contacts, 'contact-fields:full', 'admin'],
  },
  {
    ...offset,
    path: '/productFields',
    stream: 'product_fields',
    cost: 20,
    scopes: [...products, 'product-fields:full'],
  },
  { ...whole, path: '/activityFields', stream: 'activity_fields', cost: 20, scopes: activities },
  { ...offset, path: '/leadFields', stream: 'lead_fields', cost: 20, scopes: [...leads, ...admin] },
  { ...offset, path: '/noteFields', stream: 'note_fields', cost: 20, scopes: [...deals, ...contacts] },
  {
    ...offset,
    path: '/callLogs',
    stream: 'call_logs',
    cost: 20,
    scopes: ['phone-integration'],
    maxLimit: 50,
  },
  {
    ...whole,
    path: '/webhooks',
    stream: 'webhooks',
    cost: 10,
    scopes: admin,
    envelope: { status: 'ok' },
  },
].map((route) => ({ ...route, includeFields: includeFields[route.stream] ?? [] }) as ListRoute)

/** What the company has not bought or switched on. */
export const fixedRoutes: readonly FixedRoute[] = [
  { version: 'v1', path: '/users/me', cost: 2, scopes: ['base'], answer: 'me' },
  { version: 'v2', path: '/projects', cost: 10, scopes: projects, answer: paymentRequired },
  { version: 'v2', path: '/tasks', cost: 10, scopes: projects, answer: paymentRequired },
  { version: 'v1', path: '/legacyTeams', cost: 20, scopes: ['users:read'], answer: forbidden },
]

const routes = new Map<string, Route>(
  [...listRoutes, ...fixedRoutes].map((route) => [`${route.version} ${route.path}`, route]),
)

export function findRoute(version: 'v1' | 'v2', path: string): Route | undefined {
  return routes.get(`${version} ${path}`)
}

export const allScopes: readonly string[] = [
  ...new Set(['base', ...[...routes.values()].flatMap((route) => route.scopes)]),
]
