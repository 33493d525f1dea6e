import { activityLinks } from '../company/activity-links.js'
import type { Company } from '../company/company.js'
import { drawCustomValues, SET_VALUES } from '../company/custom-fields.js'
import { withCounts, workCounts } from '../company/parent-counts.js'
import {
  bccAddress,
  drawMailTimes,
  drawOrigin,
  SELDOM,
  sometimes,
  unsetDate,
} from '../company/seldom-values.js'
import { stageNames } from '../company/stage-names.js'
import type { Life } from '../company/timeline.js'
import type { Row } from '../row.js'
import { byTime, integer, routes, rows, scopes } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'
import { DAY, formatDate, formatTime } from '../times.js'

const DELETED = 0.01
const ARCHIVED = 0.05

/** Deals and archived deals share rows and parameters. */
export const dealRow = {
  id: 0,
  title: 'Deal',
  creator_user_id: 1,
  value: 0,
  person_id: null,
  org_id: null,
  stage_id: 1,
  currency: 'EUR',
  add_time: null,
  update_time: null,
  status: 'open',
  probability: null,
  lost_reason: null,
  visible_to: 3,
  close_time: null,
  pipeline_id: 1,
  won_time: null,
  lost_time: null,
  stage_change_time: null,
  local_won_date: null,
  local_lost_date: null,
  local_close_date: null,
  expected_close_date: null,
  custom_fields: {},
  owner_id: 1,
  label_ids: [],
  is_deleted: false,
  origin: 'ManuallyCreated',
  origin_id: null,
  channel: null,
  channel_id: null,
  acv: null,
  arr: null,
  mrr: null,
  is_archived: false,
  archive_time: null,
}

export const dealRoute = {
  ...routes.entity,
  scopes: scopes.deals,
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
  includeFields: [
    'next_activity_id',
    'last_activity_id',
    'first_won_time',
    'products_count',
    'files_count',
    'notes_count',
    'followers_count',
    'email_messages_count',
    'activities_count',
    'done_activities_count',
    'undone_activities_count',
    'participants_count',
    'last_incoming_mail_time',
    'last_outgoing_mail_time',
    'smart_bcc_email',
    'source_lead_id',
  ],
} as const

export const deals = defineSandboxStream({
  name: 'deals',
  ...rows.v2,
  table: 'deals',
  deletedAs: { is_deleted: true, status: 'deleted' },
  archived: false,
  route: {
    ...dealRoute,
    path: '/deals',
    cost: 10,
    labels: 'deal_fields',
    single: { path: '/deals/{id}', cost: 1 },
  },
  exampleRow: dealRow,
  after: ['products', 'persons', 'organizations', 'pipelines'],
  generate,
  finish: (deals, rowsOf) =>
    withCounts(deals, 'deal_id', [
      ...workCounts(rowsOf),
      ['products_count', rowsOf('deal_products')],
      ['followers_count', rowsOf('deal_followers')],
      ['email_messages_count', rowsOf('deal_mail_messages')],
      ['participants_count', rowsOf('deal_participants')],
    ]),
  details,
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes, nullTimes } = company
  return Array.from({ length: sizes.deals }, (_, index) => {
    const life = timeline.life()
    // At least one of each, however small the company.
    const isDeleted = index === 7 || random.chance(DELETED)
    const isArchived = !isDeleted && (index === 11 || random.chance(ARCHIVED))
    const updated = isDeleted ? timeline.before(25 * DAY) : life.updated
    const pipeline_id = random.int(1, sizes.pipelines)
    const owner_id = random.pick(userIds)
    return {
      ...blank,
      id: index + 1,
      title: `${random.pick(words.companies)} deal`,
      creator_user_id: owner_id,
      owner_id,
      value: random.int(1, 5000) * 10,
      person_id: random.chance(0.85) ? random.int(1, sizes.persons) : null,
      org_id: random.chance(0.75) ? random.int(1, sizes.organizations) : null,
      pipeline_id,
      stage_id: (pipeline_id - 1) * stageNames.length + random.int(1, stageNames.length),
      currency: random.pick(['EUR', 'EUR', 'USD', 'JPY']),
      add_time: formatTime('v2', Math.min(life.added, updated)),
      update_time: index < nullTimes && !isDeleted ? null : formatTime('v2', updated),
      ...drawOutcome(company, life),
      custom_fields: drawCustomValues(customFields.deals, values, SET_VALUES),
      label_ids: random.chance(0.2) ? [random.int(1, 3)] : [],
      ...(isDeleted ? { is_deleted: true, status: 'deleted' } : {}),
      ...(isArchived ? { is_archived: true, archive_time: formatTime('v2', updated) } : {}),
    }
  })
}

function drawOutcome({ random, timeline, words }: Company, { added, updated }: Life): Row {
  const moved = random.chance(0.6) ? { stage_change_time: formatTime('v2', added) } : {}
  const closed = formatTime('v2', updated)
  const day = formatDate(updated)
  const roll = random.next()
  if (roll < 0.5) {
    const expected = random.chance(0.5) ? formatDate(timeline.end + random.int(1, 90) * DAY) : null
    return {
      ...moved,
      probability: random.chance(0.3) ? random.int(1, 99) : null,
      expected_close_date: expected,
    }
  }
  return roll < 0.75
    ? { status: 'won', won_time: closed, close_time: closed, local_won_date: day, local_close_date: day }
    : {
        ...moved,
        status: 'lost',
        lost_time: closed,
        close_time: closed,
        local_lost_date: day,
        local_close_date: day,
        lost_reason: random.chance(0.5) ? random.pick(words.sentences) : null,
      }
}

function details(company: Company, rowsOf: RowsOf): (deal: Row) => Row {
  const { random } = company
  const linksOf = activityLinks(rowsOf, 'deal_id')
  return ({ id, won_time, expected_close_date, products_count }) => {
    const month = Number(products_count) > 0 && random.chance(SELDOM) ? random.int(1, 900) : null
    return {
      ...linksOf(id),
      ...drawOrigin(company),
      ...drawMailTimes(company),
      mrr: month,
      arr: month && month * 12,
      acv: month && month * 12,
      first_won_time: won_time,
      smart_bcc_email: bccAddress('deal', id),
      source_lead_id: sometimes(company, () => random.uuid()),
      expected_close_date: expected_close_date ?? unsetDate(company),
    }
  }
}
