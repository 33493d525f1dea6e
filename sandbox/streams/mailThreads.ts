import { ownDraws } from '../company/company.js'
import { mailFlags, partyOf } from '../mail.js'
import { routes, rows } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { DAY, formatTime } from '../times.js'

const FOLDERS = [['inbox'], ['sent'], ['inbox', 'sent'], ['archive'], ['drafts']]

export const mailThreads = defineSandboxStream({
  name: 'mailThreads',
  ...rows.ms,
  uuid: false,
  table: 'mail_threads',
  route: {
    ...routes.offset,
    path: '/mailbox/mailThreads',
    markers: 'absent',
    cost: 20,
    scopes: ['mail:read', 'mail:full'],
    defaultSort: [{ field: 'last_message_timestamp', direction: 'desc' }],
    filters: { folder: { kind: 'text', field: 'folders', required: true } },
    single: { path: '/mailbox/mailThreads/{id}', cost: 20 },
  },
  exampleRow: {
    id: 0,
    account_id: 'account',
    user_id: 1,
    subject: 'Offer',
    snippet: 'Good morning',
    snippet_draft: null,
    snippet_sent: '',
    folders: ['inbox'],
    parties: { from: [], to: [] },
    drafts_parties: [],
    message_count: 1,
    version: 1,
    ...mailFlags,
    mail_tracking_status: null,
    has_draft_flag: 0,
    has_sent_flag: 0,
    all_messages_sent_flag: 0,
    archived_flag: 0,
    shared_flag: 1,
    external_deleted_flag: 0,
    first_message_to_me_flag: 1,
    first_message_timestamp: null,
    last_message_timestamp: null,
    last_message_sent_timestamp: null,
    last_message_received_timestamp: null,
    add_time: null,
    update_time: null,
    deal_id: null,
    deal_status: null,
    lead_id: null,
  },
  after: ['deals', 'persons', 'leads'],
  /** One for every fourth deal, in each folder in turn; some are in two. */
  generate: (company, { blank, rowsOf }) => {
    const { random, timeline, userIds } = ownDraws(company, 'mailThreads')
    const deals = rowsOf('deals').filter((_, at) => at % 4 === 0)
    return deals.map((deal, index) => {
      const last = timeline.before(365 * DAY)
      const first = last - random.int(0, 5) * DAY
      const [from, to] = [random.pick(rowsOf('persons')), random.pick(rowsOf('persons'))]
      return {
        ...blank,
        id: index + 1,
        user_id: userIds[0],
        folders: FOLDERS[index % FOLDERS.length],
        parties: { from: [partyOf(from, last)], to: [partyOf(to, last)] },
        message_count: 1 + (index % 3),
        first_message_timestamp: formatTime('ms', first),
        last_message_timestamp: formatTime('ms', last),
        last_message_received_timestamp: formatTime('ms', last),
        add_time: formatTime('ms', first),
        update_time: formatTime('ms', last),
        deal_id: deal.id,
        deal_status: deal.status,
      }
    })
  },
  details: (company, rowsOf) => (row, index) =>
    index % 2 === 0
      ? {}
      : {
          lead_id: company.random.pick(rowsOf('leads')).id,
          snippet_draft: 'Dear',
          drafts_parties: [{ email_address: 'jane@example.com' }],
          last_message_sent_timestamp: row.last_message_timestamp,
          mail_tracking_status: 'opened',
        },
})
