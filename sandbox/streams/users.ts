import type { Company } from '../company/company.js'
import { drawName, slug } from '../company/names.js'
import type { Row } from '../row.js'
import { routes, rows } from '../stream-parts.js'
import { type GenerateContext, defineSandboxStream } from '../stream.js'
import { formatTime } from '../times.js'

export const users = defineSandboxStream({
  name: 'users',
  ...rows.v1,
  table: 'users',
  added: 'created',
  updated: 'modified',
  volatile: 'icon_url',
  route: {
    ...routes.whole,
    path: '/users',
    cost: 20,
    scopes: ['users:read'],
    additionalData: 'company',
    single: { path: '/users/{id}', cost: 2 },
  },
  exampleRow: {
    id: 0,
    name: 'User',
    email: 'user@example.com',
    lang: 1,
    locale: 'en_US',
    timezone_name: 'Europe/Tallinn',
    timezone_offset: '+02:00',
    default_currency: 'EUR',
    icon_url: null,
    active_flag: true,
    is_deleted: false,
    is_admin: 0,
    role_id: 1,
    created: null,
    has_created_company: false,
    is_you: false,
    access: [],
    phone: null,
    modified: null,
    last_login: null,
  },
  after: ['lead_labels'],
  generate,
  details: () => (_, index) => ({
    activated: true,
    ...(index === 1 && {
      phone: '0000-0001',
      icon_url: 'https://sandbox.example/icon.png',
      signup_flow_variation: 'google',
    }),
  }),
})

function generate(company: Company, { blank }: GenerateContext): Row[] {
  const { random, timeline, userIds, openedAt } = company
  const sales = random.uuid()
  return userIds.map((id, index) => {
    const isOwner = index === 0
    const { name, last_name } = drawName(company)
    const { add_time, update_time } = timeline.times('v1')
    return {
      ...blank,
      id,
      name,
      email: `${slug(last_name)}${index}@sandbox.example`,
      is_admin: isOwner ? 1 : 0,
      is_you: isOwner,
      has_created_company: isOwner,
      created: isOwner ? formatTime('v1', openedAt) : add_time,
      modified: update_time,
      last_login: update_time,
      access: [
        { app: 'sales', admin: isOwner, permission_set_id: sales },
        { app: 'global', admin: isOwner, permission_set_id: sales },
      ],
    }
  })
}
