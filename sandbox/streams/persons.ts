import { activityLinks } from '../company/activity-links.js'
import { drawAddress } from '../company/address.js'
import type { Company } from '../company/company.js'
import { drawCustomValues, SET_VALUES } from '../company/custom-fields.js'
import { drawName, slug } from '../company/names.js'
import { tradeCounts, withCounts, workCounts } from '../company/parent-counts.js'
import { bccAddress, drawMailTimes, SELDOM, sometimes, unsetDate } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { byTime, contactCounts, integer, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'

/** "Returned only if the company has the marketing app enabled." */
const marketingFields = ['marketing_status', 'doi_status']

export const persons = defineSandboxStream({
  name: 'persons',
  ...rows.v2,
  table: 'persons',
  route: {
    ...routes.entity,
    path: '/persons',
    cost: 10,
    scopes: scopes.contacts,
    sortFields: byTime,
    customFields: true,
    labels: 'person_fields',
    // A person has no deal_id: the filter selects the person of that deal.
    filters: {
      owner_id: integer,
      org_id: integer,
      deal_id: { kind: 'integer', through: { stream: 'deals', field: 'person_id' } },
    },
    includeFields: [
      ...contactCounts,
      'participant_open_deals_count',
      'participant_closed_deals_count',
      'last_incoming_mail_time',
      'last_outgoing_mail_time',
      ...marketingFields,
    ],
    marketingFields,
    single: { path: '/persons/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    name: 'Person',
    first_name: 'Person',
    last_name: null,
    add_time: null,
    update_time: null,
    visible_to: 3,
    custom_fields: {},
    owner_id: 1,
    label_ids: [],
    org_id: null,
    is_deleted: false,
    picture_id: null,
    phones: [],
    emails: [],
    // With contact sync, as this company has it.
    postal_address: null,
    notes: null,
    im: [],
    birthday: null,
    job_title: null,
  },
  after: ['organizations'],
  generate,
  finish: (persons, rowsOf) =>
    withCounts(persons, 'person_id', [
      ...workCounts(rowsOf),
      ...tradeCounts(rowsOf),
      ['followers_count', rowsOf('person_followers')],
      ['email_messages_count', rowsOf('person_mail_messages')],
    ]),
  details,
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, timeline, userIds, customFields, values, sizes, nullTimes } = company
  return Array.from({ length: sizes.persons }, (_, index) => {
    const names = drawName(company)
    const email = `${slug(names.first_name)}.${slug(names.last_name)}${index}@mail.example`
    const times = timeline.times('v2')
    return {
      ...blank,
      id: index + 1,
      ...names,
      add_time: times.add_time,
      update_time: index < nullTimes ? null : times.update_time,
      owner_id: random.pick(userIds),
      org_id: random.chance(0.8) ? random.int(1, sizes.organizations) : null,
      custom_fields: drawCustomValues(customFields.persons, values, SET_VALUES),
      label_ids: random.chance(0.25) ? [random.int(1, 3)] : [],
      emails: random.chance(0.9) ? [{ label: 'work', value: email, primary: true }] : [],
      phones: random.chance(0.6)
        ? [{ label: 'work', value: `+372${random.int(5_000_000, 5_999_999)}`, primary: true }]
        : [],
      marketing_status: 'no_consent',
      doi_status: 1,
    }
  })
}

function details(company: Company, rowsOf: RowsOf): (person: Row) => Row {
  const { random, words } = company
  const linksOf = activityLinks(rowsOf, 'person_id')
  return ({ id, first_name }) => {
    const accounts = [{ value: slug(String(first_name)), label: 'skype', primary: true }]
    const birthday = `19${random.int(50, 99)}-0${random.int(1, 9)}-1${random.int(0, 9)}`
    return {
      ...linksOf(id),
      ...drawMailTimes(company),
      smart_bcc_email: bccAddress('person', id),
      picture_id: sometimes(company, () => random.int(1, 900)),
      postal_address: sometimes(company, () => drawAddress(random, words)),
      notes: sometimes(company, () => random.pick(words.sentences)),
      // The migration guide calls the accounts ims, the reference im.
      ...(random.chance(SELDOM) ? { im: accounts } : random.chance(SELDOM) ? { ims: accounts } : {}),
      birthday: random.chance(SELDOM) ? birthday : unsetDate(company),
      job_title: sometimes(company, () => random.pick(words.jobs)),
    }
  }
}
