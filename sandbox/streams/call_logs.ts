import { ownDraws } from '../company/company.js'
import { routes } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

const outcomes = ['connected', 'no_answer', 'left_message', 'left_voicemail', 'wrong_number', 'busy']

export const callLogs = defineSandboxStream({
  name: 'call_logs',
  key: ['id'],
  uuid: true,
  times: 'ms',
  table: 'call_logs',
  route: {
    ...routes.offset,
    path: '/callLogs',
    cost: 20,
    scopes: ['phone-integration'],
    maxLimit: 50,
    single: { path: '/callLogs/{id}', cost: 2 },
  },
  exampleRow: {
    id: '',
    activity_id: null,
    person_id: null,
    org_id: null,
    deal_id: null,
    subject: 'Call',
    duration: '0',
    outcome: 'connected',
    from_phone_number: null,
    to_phone_number: '+3725550100',
    has_recording: false,
    start_time: null,
    end_time: null,
    user_id: 1,
    company_id: 1,
    note: null,
  },
  after: ['deals'],
  generate: (company, { blank, rowsOf }) => {
    const { random, timeline, userIds } = ownDraws(company, 'call_logs')
    const deals = rowsOf('deals')
    return Array.from({ length: 7 }, () => {
      const start = timeline.before(365 * DAY)
      const seconds = random.int(0, 900)
      return {
        ...blank,
        id: `CA${random.hex(32)}`,
        deal_id: random.pick(deals).id,
        outcome: random.pick(outcomes),
        duration: String(seconds),
        user_id: random.pick(userIds),
        start_time: formatTime('ms', start),
        end_time: formatTime('ms', start + seconds * 1000),
      }
    })
  },
  details: (company, rowsOf) => (_, index) =>
    index % 2 === 0
      ? {}
      : {
          activity_id: company.random.pick(rowsOf('activities')).id,
          person_id: company.random.pick(rowsOf('persons')).id,
          org_id: company.random.pick(rowsOf('organizations')).id,
          lead_id: company.random.pick(rowsOf('leads')).id,
          from_phone_number: '+3725550199',
          note: 'Call back',
        },
})
