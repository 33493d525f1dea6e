import { blankRow } from '../example-rows.js'
import type { Row } from '../row.js'
import { DAY, formatDate, formatTime } from '../times.js'
import type { Company } from './company.js'
import { drawCustomValues } from './custom-fields.js'
import { STAGES_PER_PIPELINE } from './settings.js'
import type { Life } from './timeline.js'

const SET_VALUES = 0.15
const DELETED = 0.01
const ARCHIVED = 0.05

export function drawDeals(company: Company): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes, nullTimes } = company
  const blank = blankRow('deals')
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
      stage_id: (pipeline_id - 1) * STAGES_PER_PIPELINE + random.int(1, STAGES_PER_PIPELINE),
      currency: random.pick(['EUR', 'EUR', 'USD', 'JPY']),
      add_time: formatTime('v2', Math.min(life.added, updated)),
      update_time: index < nullTimes && !isDeleted ? null : formatTime('v2', updated),
      ...drawOutcome(company, life),
      custom_fields: drawCustomValues(customFields.deals, values, SET_VALUES),
      label_ids: random.chance(0.2) ? [random.int(1, 3)] : [],
      ...(isDeleted ? { is_deleted: true, status: 'deleted' } : {}),
      ...(isArchived ? { is_archived: true, archive_time: formatTime('v2', updated) } : {}),
      followers_count: 1,
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
