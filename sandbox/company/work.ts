import { blankRow } from '../example-rows.js'
import type { Row } from '../row.js'
import { formatDate, formatTime } from '../times.js'
import type { Company } from './company.js'

type Parents = Readonly<Record<'deals' | 'persons' | 'organizations' | 'leads', readonly Row[]>>

export function drawActivities(company: Company, { deals }: Parents): Row[] {
  const { random, words, timeline, userIds, sizes } = company
  const blank = blankRow('activities')
  return Array.from({ length: sizes.activities }, (_, index) => {
    const life = timeline.life()
    const deal = random.chance(0.7) ? random.pick(deals) : undefined
    const person = deal === undefined ? random.int(1, sizes.persons) : (deal.person_id ?? null)
    const done = random.chance(0.6)
    const owner_id = random.pick(userIds)
    const timed = random.chance(0.5)
    return {
      ...blank,
      id: index + 1,
      subject: random.pick(words.sentences),
      type: random.pick(['call', 'meeting', 'task', 'deadline', 'email', 'lunch']),
      owner_id,
      creator_user_id: owner_id,
      ...timeline.times('v2', life),
      deal_id: deal?.id ?? null,
      person_id: person,
      org_id: deal?.org_id ?? null,
      due_date: formatDate(timeline.after(life.added)),
      due_time: timed ? `${random.int(10, 18)}:15` : null,
      duration: timed ? '00:30' : null,
      done,
      marked_as_done_time: done ? formatTime('v2', life.updated) : null,
      participants: person === null ? [] : [{ person_id: person, primary: true }],
      note: random.chance(0.4) ? random.pick(words.sentences) : null,
      attendees: null,
    }
  })
}

export function drawNotes(company: Company, parents: Parents, users: readonly Row[]): Row[] {
  const { random, words, timeline, sizes } = company
  const blank = blankRow('notes')
  return Array.from({ length: sizes.notes }, (_, index) => {
    const user = random.pick(users)
    const text = `${random.pick(words.sentences)}<br><b>${random.pick(words.paragraphs)}</b>`
    return {
      ...blank,
      id: index + 1,
      user_id: user.id,
      content: random.chance(0.5) ? text : `<p>${text} &amp; more 🙂</p>`,
      ...timeline.times('v1'),
      ...drawParent(company, parents),
      user: { email: user.email, name: user.name, icon_url: null, is_you: user.is_you },
    }
  })
}

/** The thing a note hangs on: a deal mostly. */
function drawParent({ random }: Company, { deals, persons, organizations, leads }: Parents): Row {
  const roll = random.next()
  if (roll < 0.6) {
    const deal = random.pick(deals)
    return { deal_id: deal.id, deal: { title: deal.title } }
  }
  if (roll < 0.8) {
    const person = random.pick(persons)
    return { person_id: person.id, person: { name: person.name } }
  }
  if (roll < 0.95) {
    const organization = random.pick(organizations)
    return { org_id: organization.id, organization: { name: organization.name } }
  }
  const lead = random.pick(leads)
  return { lead_id: lead.id, lead: { title: lead.title } }
}

export function drawFiles(company: Company, { deals }: Parents): Row[] {
  const { random, timeline, userIds, sizes } = company
  const blank = blankRow('files')
  return Array.from({ length: sizes.files }, (_, index) => {
    const deal = random.pick(deals)
    const type = random.pick(['pdf', 'img', 'other'])
    const file_name = `${random.uuid()}.${type === 'img' ? 'png' : type === 'pdf' ? 'pdf' : 'bin'}`
    const user_id = random.pick(userIds)
    return {
      ...blank,
      id: index + 1,
      user_id,
      ...timeline.times('v1'),
      file_name,
      name: random.chance(0.2) ? `Leping №${index + 1} 📄.pdf` : file_name,
      file_size: random.int(1000, 9_000_000),
      remote_id: `company/4010/user/${user_id}/files/${file_name}`,
      url: `https://app.pipedrive.com/api/v1/files/${index + 1}/download`,
      deal_id: deal.id,
      deal_name: deal.title,
      file_type: type,
    }
  })
}
