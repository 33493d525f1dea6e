import type { Company } from '../company/company.js'
import { SELDOM, sometimes } from '../company/seldom-values.js'
import type { Row } from '../row.js'
import { boolean, integer, routes, rows, scopes, text } from '../stream-parts.js'
import { type GenerateContext, type RowsOf, defineSandboxStream } from '../stream.js'

export const notes = defineSandboxStream({
  name: 'notes',
  ...rows.v1,
  table: 'notes',
  route: {
    ...routes.offset,
    path: '/notes',
    cost: 20,
    scopes: [...scopes.deals, ...scopes.contacts],
    since: true,
    sortFields: ['id', 'user_id', 'deal_id', 'person_id', 'org_id', 'content', 'add_time', 'update_time'],
    filters: {
      user_id: integer,
      lead_id: text,
      deal_id: integer,
      person_id: integer,
      org_id: integer,
      pinned_to_lead_flag: boolean,
      pinned_to_deal_flag: boolean,
      pinned_to_organization_flag: boolean,
      pinned_to_person_flag: boolean,
    },
    single: { path: '/notes/{id}', cost: 2 },
  },
  exampleRow: {
    id: 0,
    user_id: 1,
    deal_id: null,
    person_id: null,
    org_id: null,
    lead_id: null,
    content: '',
    add_time: null,
    update_time: null,
    active_flag: true,
    pinned_to_deal_flag: false,
    pinned_to_person_flag: false,
    pinned_to_organization_flag: false,
    pinned_to_lead_flag: false,
    last_update_user_id: null,
    organization: null,
    person: null,
    deal: null,
    lead: null,
    user: null,
  },
  after: ['users', 'deals', 'persons', 'organizations', 'leads', 'activities'],
  generate,
  details,
})

function generate(company: Company, { blank, rowsOf }: GenerateContext): Row[] {
  const users = rowsOf('users')
  const { random, words, timeline, sizes } = company
  return Array.from({ length: sizes.notes }, (_, index) => {
    const user = random.pick(users)
    const text = `${random.pick(words.sentences)}<br><b>${random.pick(words.paragraphs)}</b>`
    return {
      ...blank,
      id: index + 1,
      user_id: user.id,
      content: random.chance(0.5) ? text : `<p>${text} &amp; more 🙂</p>`,
      ...timeline.times('v1'),
      ...drawParent(company, rowsOf),
      user: { email: user.email, name: user.name, icon_url: null, is_you: user.is_you },
    }
  })
}

/** What a note is attached to: a deal in most cases. */
function drawParent({ random }: Company, rowsOf: RowsOf): Row {
  const roll = random.next()
  if (roll < 0.6) {
    const deal = random.pick(rowsOf('deals'))
    return { deal_id: deal.id, deal: { title: deal.title } }
  }
  if (roll < 0.8) {
    const person = random.pick(rowsOf('persons'))
    return { person_id: person.id, person: { name: person.name } }
  }
  if (roll < 0.95) {
    const organization = random.pick(rowsOf('organizations'))
    return { org_id: organization.id, organization: { name: organization.name } }
  }
  const lead = random.pick(rowsOf('leads'))
  return { lead_id: lead.id, lead: { title: lead.title } }
}

function details(company: Company): (note: Row) => Row {
  const { random, userIds } = company
  return ({ user }) => ({
    last_update_user_id: sometimes(company, () => random.pick(userIds)),
    user: { ...(user as Row), icon_url: sometimes(company, () => 'https://sandbox.example/icon.png') },
    // Only accounts with Projects have these.
    ...(random.chance(SELDOM) && {
      project_id: 1,
      project: { title: 'Move' },
      task_id: 2,
      task: { title: 'Pack' },
      pinned_to_project_flag: false,
      pinned_to_task_flag: true,
    }),
  })
}
