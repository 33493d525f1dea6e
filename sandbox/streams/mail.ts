import { mailFlags, partyOf } from '../mail.js'
import { routes, rows } from '../stream-parts.js'
import { defineSandboxStream } from '../stream.js'
import { parseTime } from '../times.js'

export const mail = defineSandboxStream({
  name: 'mail',
  ...rows.ms,
  uuid: false,
  table: 'mail',
  parent: { stream: 'mailThreads', field: 'mail_thread_id', moves: 'never' },
  route: {
    ...routes.whole,
    path: '/mailbox/mailThreads/{id}/mailMessages',
    cost: 20,
    scopes: ['mail:read', 'mail:full'],
    single: { path: '/mailbox/mailMessages/{id}', cost: 2 },
  },
  exampleRow: {
    id: 0,
    mail_thread_id: 0,
    account_id: 'account',
    user_id: 1,
    subject: 'Offer',
    snippet: 'Good morning',
    from: [],
    to: [],
    cc: [],
    bcc: [],
    body_url: 'https://mail.example.com/body',
    draft: null,
    draft_flag: 0,
    ...mailFlags,
    mail_tracking_status: null,
    has_body_flag: 1,
    sent_flag: 0,
    sent_from_pipedrive_flag: 0,
    message_time: null,
    add_time: null,
    update_time: null,
  },
  after: ['mailThreads', 'persons'],
  generate: (_, { blank, rowsOf }) => {
    const [person] = rowsOf('persons')
    const threads = rowsOf('mailThreads')
    const messages = threads.flatMap((thread) =>
      Array.from({ length: Number(thread.message_count) }, () => {
        const { user_id, last_message_timestamp: time } = thread
        const party = [partyOf(person, parseTime(time) ?? 0)]
        const times = { message_time: time, add_time: time, update_time: time }
        return { ...blank, mail_thread_id: thread.id, user_id, from: party, to: party, ...times }
      }),
    )
    return messages.map((message, index) => ({ ...message, id: index + 1 }))
  },
  details: () => (row, index) =>
    index % 2 === 0 ? {} : { cc: row.from, bcc: row.to, draft: '{}', mail_tracking_status: 'opened' },
})
