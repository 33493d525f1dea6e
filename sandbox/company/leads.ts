import { blankRow } from '../example-rows.js'
import type { Row } from '../row.js'
import type { Company } from './company.js'
import { drawCustomValues, flattenCustomValue } from './custom-fields.js'

const SET_VALUES = 0.15
const ARCHIVED_LEADS = 0.15

export function drawLeads(company: Company): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes } = company
  const blank = blankRow('leads')
  return Array.from({ length: sizes.leads }, (_, index) => {
    const times = timeline.times('ms')
    const isArchived = index === 2 || random.chance(ARCHIVED_LEADS)
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
