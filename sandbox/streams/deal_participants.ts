import type { Row } from '../row.js'
import { routes, scopes } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'
import { formatTime, parseTime } from '../times.js'

export const dealParticipants = defineSandboxStream({
  name: 'deal_participants',
  key: ['id'],
  times: 'v1',
  added: 'add_time',
  table: 'deal_participants',
  hidden: ['deal_id'],
  parent: { stream: 'deals', field: 'deal_id', count: 'participants_count' },
  route: { ...routes.offset, path: '/deals/{id}/participants', cost: 10, scopes: scopes.deals },
  exampleRow: {
    id: 0,
    deal_id: 0,
    person_id: null,
    add_time: null,
    active_flag: true,
    related_item_data: null,
    person: null,
    added_by_user_id: null,
    related_item_type: 'deal',
    related_item_id: 0,
  },
  after: ['deals', 'persons', 'users'],
  generate: (_, context) => generate(context),
})

/** The person of every second deal takes part in it. */
function generate({ blank, rowsOf }: GenerateContext): Row[] {
  const persons = new Map(rowsOf('persons').map((person) => [person.id, person]))
  const [user] = rowsOf('users')
  const deals = rowsOf('deals').filter(({ person_id }, at) => at % 2 === 0 && persons.has(person_id))
  return deals.map((deal, index) => {
    const { name, emails, phones } = persons.get(deal.person_id) ?? {}
    const inShort = { active_flag: true, name, email: emails, phone: phones }
    return {
      ...blank,
      id: index + 1,
      deal_id: deal.id,
      person_id: { ...inShort, value: deal.person_id },
      person: { ...inShort, id: deal.person_id, label_ids: [] },
      related_item_id: deal.id,
      related_item_data: { deal_id: deal.id, title: deal.title },
      added_by_user_id: { id: user?.id, name: user?.name, value: user?.id },
      add_time: formatTime('v1', parseTime(deal.add_time) ?? 0),
    }
  })
}
