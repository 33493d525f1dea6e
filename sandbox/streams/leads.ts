import type { Company } from '../company/company.js'
import { drawCustomValues, flattenCustomValue, SET_VALUES } from '../company/custom-fields.js'
import { drawOrigin, sometimes, unsetDate } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { integer, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'
import { DAY, formatDate } from '../times.js'

const ARCHIVED = 0.15

/** Leads and archived leads share rows and parameters. */
export const leadRow = {
  id: '',
  title: 'Lead',
  owner_id: 1,
  creator_id: 1,
  label_ids: [],
  value: null,
  expected_close_date: null,
  person_id: null,
  organization_id: null,
  is_archived: false,
  archive_time: null,
  source_name: 'API',
  source_deal_id: null,
  origin: 'API',
  origin_id: null,
  channel: null,
  channel_id: null,
  was_seen: false,
  next_activity_id: null,
  add_time: null,
  update_time: null,
  visible_to: '3',
  cc_email: 'sandbox@pipedrivemail.com',
}

export const leadRoute = {
  ...routes.offset,
  scopes: scopes.leads,
  filterId: true,
  filters: { owner_id: integer, person_id: integer, organization_id: integer },
  sortFields: [
    'id',
    'title',
    'owner_id',
    'creator_id',
    'was_seen',
    'expected_close_date',
    'next_activity_id',
    'add_time',
    'update_time',
  ],
  defaultSort: [{ field: 'add_time', direction: 'asc' }],
} as const

export const leads = defineSandboxStream({
  name: 'leads',
  ...rows.ms,
  table: 'leads',
  archived: false,
  route: {
    ...leadRoute,
    path: '/leads',
    cost: 20,
    since: true,
    single: { path: '/leads/{id}', cost: 2 },
  },
  exampleRow: leadRow,
  after: ['deals'],
  generate,
  details,
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes } = company
  return Array.from({ length: sizes.leads }, (_, index) => {
    const times = timeline.times('ms')
    const isArchived = index === 2 || random.chance(ARCHIVED)
    const owner_id = random.pick(userIds)
    const custom = drawCustomValues(customFields.deals, values, SET_VALUES)
    return {
      ...blank,
      id: random.uuid(),
      title: `${random.pick(words.companies)} lead`,
      owner_id,
      creator_id: owner_id,
      value: random.chance(0.5) ? { amount: random.int(1, 5000), currency: 'EUR' } : null,
      person_id: random.chance(0.8) ? random.int(1, sizes.persons) : null,
      organization_id: random.chance(0.5) ? random.int(1, sizes.organizations) : null,
      ...times,
      ...(isArchived ? { is_archived: true, archive_time: times.update_time } : {}),
      cc_email: `sandbox+lead${index + 1}@pipedrivemail.com`,
      // "Custom fields of leads are those of deals", at the top level, only when set.
      ...(Object.assign(
        {},
        ...customFields.deals
          .filter((field) => custom[field.key] !== null)
          .map((field) => flattenCustomValue(field, custom[field.key])),
      ) as Row),
    }
  })
}

function details(company: Company, rowsOf: RowsOf): () => Row {
  const { random, sizes, timeline } = company
  const labels = rowsOf('lead_labels')
  return () => ({
    ...drawOrigin(company),
    next_activity_id: sometimes(company, () => random.int(1, sizes.activities)),
    source_deal_id: sometimes(company, () => random.int(1, sizes.deals)),
    label_ids: sometimes(company, () => [random.pick(labels).id]) ?? [],
    expected_close_date:
      sometimes(company, () => formatDate(timeline.end + random.int(1, 90) * DAY)) ?? unsetDate(company),
  })
}
