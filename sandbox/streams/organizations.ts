import type { Company } from '../company/company.js'
import { activityLinks } from '../company/activity-links.js'
import { drawAddress } from '../company/address.js'
import { drawCustomValues, SET_VALUES } from '../company/custom-fields.js'
import { slug } from '../company/names.js'
import { tradeCounts, withCounts, workCounts } from '../company/parent-counts.js'
import { bccAddress, sometimes } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { byTime, contactCounts, integer, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'

export const organizations = defineSandboxStream({
  name: 'organizations',
  ...rows.v2,
  table: 'organizations',
  route: {
    ...routes.entity,
    path: '/organizations',
    cost: 10,
    scopes: scopes.contacts,
    sortFields: byTime,
    customFields: true,
    labels: 'organization_fields',
    filters: { owner_id: integer },
    includeFields: [...contactCounts, 'people_count'],
    single: { path: '/organizations/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    name: 'Organization',
    add_time: null,
    update_time: null,
    visible_to: 3,
    custom_fields: {},
    owner_id: 1,
    label_ids: [],
    is_deleted: false,
    address: null,
    website: null,
    linkedin: null,
    industry: null,
    annual_revenue: null,
    employee_count: null,
  },
  after: ['users'],
  generate,
  finish: (organizations, rowsOf) =>
    withCounts(organizations, 'org_id', [
      ...workCounts(rowsOf),
      ...tradeCounts(rowsOf),
      ['people_count', rowsOf('persons')],
      ['followers_count', rowsOf('organization_followers')],
      ['email_messages_count', rowsOf('organization_mail_messages')],
    ]),
  details,
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes } = company
  return Array.from({ length: sizes.organizations }, (_, index) => {
    const name = random.pick(words.companies)
    return {
      ...blank,
      id: index + 1,
      name,
      ...timeline.times('v2'),
      owner_id: random.pick(userIds),
      custom_fields: drawCustomValues(customFields.organizations, values, SET_VALUES),
      label_ids: random.chance(0.2) ? [random.int(1, 3)] : [],
      address: random.chance(0.6) ? drawAddress(random, words) : null,
      website: random.chance(0.5) ? `https://${slug(name)}.example` : null,
      employee_count: random.chance(0.4) ? random.int(1, 5000) : null,
      annual_revenue: random.chance(0.2) ? random.int(10_000, 9_000_000) : null,
    }
  })
}

function details(company: Company, rowsOf: RowsOf): (organization: Row) => Row {
  const { random } = company
  const linksOf = activityLinks(rowsOf, 'org_id')
  return ({ id, name }) => ({
    ...linksOf(id),
    smart_bcc_email: bccAddress('org', id),
    picture_id: sometimes(company, () => random.int(1, 900)),
    linkedin: sometimes(company, () => `https://linkedin.com/company/${slug(String(name))}`),
    industry: sometimes(company, () => random.int(1, 20)),
  })
}
