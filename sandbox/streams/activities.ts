import { drawAddress } from '../company/address.js'
import type { Company } from '../company/company.js'
import { SELDOM, sometimes } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { boolean, byTime, integer, routes, rows, scopes, text } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'
import { formatDate, formatTime } from '../times.js'

export const activities = defineSandboxStream({
  name: 'activities',
  ...rows.v2,
  table: 'activities',
  route: {
    ...routes.entity,
    path: '/activities',
    cost: 10,
    scopes: scopes.activities,
    sortFields: [...byTime, 'due_date'],
    filters: {
      owner_id: integer,
      deal_id: integer,
      lead_id: text,
      person_id: integer,
      org_id: integer,
      done: boolean,
    },
    includeFields: ['attendees'],
    single: { path: '/activities/{id}', cost: 1 },
  },
  exampleRow: {
    id: 0,
    subject: 'Activity',
    type: 'task',
    owner_id: 1,
    creator_user_id: 1,
    is_deleted: false,
    add_time: null,
    update_time: null,
    deal_id: null,
    lead_id: null,
    person_id: null,
    org_id: null,
    project_id: null,
    due_date: null,
    due_time: null,
    duration: null,
    busy: false,
    done: false,
    marked_as_done_time: null,
    location: null,
    participants: [],
    conference_meeting_client: null,
    conference_meeting_url: null,
    conference_meeting_id: null,
    public_description: '',
    priority: null,
    note: null,
    private: false,
  },
  after: ['deals', 'deal_products'],
  generate,
  details,
})

function generate(company: Company, { blank, rowsOf }: GenerateContext): Row[] {
  const deals = rowsOf('deals')
  const { random, words, timeline, userIds, sizes } = company
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

function details(company: Company, rowsOf: RowsOf): (activity: Row) => Row {
  const { random, words, userIds } = company
  const [leads, users] = [rowsOf('leads'), rowsOf('users')]
  return ({ deal_id, person_id, owner_id }) => {
    const call = random.chance(SELDOM) ? random.hex(10) : null
    const guest = { email: `guest${random.int(1, 99)}@mail.example`, name: random.pick(words.firstNames) }
    const host = users.find(({ id }) => id === owner_id) ?? {}
    return {
      lead_id: deal_id === null ? sometimes(company, () => random.pick(leads).id) : null,
      project_id: sometimes(company, () => random.int(1, 5)),
      priority: sometimes(company, () => random.int(260, 263)),
      location: sometimes(company, () => drawAddress(random, words)),
      conference_meeting_client: call && 'google_meet',
      conference_meeting_id: call,
      conference_meeting_url: call && `https://meet.google.com/${call}`,
      attendees: sometimes(company, () =>
        random.pick([
          // As in the reference.
          [
            { ...guest, status: 'noreply', is_organizer: false, person_id, user_id: null },
            {
              email: host.email,
              name: host.name,
              status: 'accepted',
              is_organizer: true,
              person_id: null,
              user_id: owner_id,
            },
          ],
          // As in the migration guide.
          [
            {
              email_address: guest.email,
              name: guest.name,
              status: 'noreply',
              is_organizer: 0,
              person_id,
              user_id: random.pick(userIds),
            },
          ],
        ]),
      ),
    }
  }
}
