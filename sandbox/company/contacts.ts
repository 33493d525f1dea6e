import { blankRow } from '../example-rows.js'
import type { Row } from '../row.js'
import { formatTime } from '../times.js'
import { drawAddress } from './address.js'
import type { Company } from './company.js'
import { drawCustomValues } from './custom-fields.js'

const SET_VALUES = 0.15

/** ASCII for e-mail addresses, from any name. */
function slug(text: string): string {
  const ascii = text.normalize('NFKD').replace(/[^a-zA-Z]/g, '')
  return ascii === '' ? 'contact' : ascii.toLowerCase()
}

function fullName({ random, words }: Company): { first_name: string; last_name: string; name: string } {
  const first_name = random.pick(words.firstNames)
  const last_name = random.pick(words.lastNames)
  return { first_name, last_name, name: `${first_name} ${last_name}` }
}

export function drawUsers(company: Company): Row[] {
  const { random, timeline, userIds, born } = company
  const blank = blankRow('users')
  const sales = random.uuid()
  return userIds.map((id, index) => {
    const isOwner = index === 0
    const { name, last_name } = fullName(company)
    const { add_time, update_time } = timeline.times('v1')
    return {
      ...blank,
      id,
      name,
      email: `${slug(last_name)}${index}@sandbox.example`,
      is_admin: isOwner ? 1 : 0,
      is_you: isOwner,
      has_created_company: isOwner,
      created: isOwner ? formatTime('v1', born) : add_time,
      modified: update_time,
      last_login: update_time,
      access: [
        { app: 'sales', admin: isOwner, permission_set_id: sales },
        { app: 'global', admin: isOwner, permission_set_id: sales },
      ],
    }
  })
}

export function drawOrganizations(company: Company): Row[] {
  const { random, words, timeline, userIds, customFields, values, sizes } = company
  const blank = blankRow('organizations')
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

export function drawPersons(company: Company): Row[] {
  const { random, timeline, userIds, customFields, values, sizes, nullTimes } = company
  const blank = blankRow('persons')
  return Array.from({ length: sizes.persons }, (_, index) => {
    const names = fullName(company)
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
