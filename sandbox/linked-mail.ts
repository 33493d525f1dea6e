import { every } from './children.js'
import { routes } from './stream-parts.js'
import { defineSandboxStream, type SandboxStream } from './stream.js'
import { formatTime, parseTime } from './times.js'

/** Whose mail: the name, stream and field of the records. */
interface Records {
  readonly name: string
  readonly of: string
  readonly field: string
}

const party = (id: number) => ({
  id,
  email_address: `party${id}@mail.example`,
  name: `Party ${id}`,
  linked_person_id: id,
  linked_person_name: `Person ${id}`,
  mail_message_party_id: id,
})

const message = {
  account_id: 'sandbox',
  user_id: 1,
  mail_thread_id: 1,
  subject: 'Offer',
  snippet: 'Good morning',
  mail_tracking_status: 'opened',
  mail_link_tracking_enabled_flag: 0,
  from: [party(1)],
  to: [party(2)],
  cc: [party(3)],
  bcc: [party(4)],
  body_url: 'https://sandbox.example/body',
  body: '<p>Good morning</p>',
  draft: '',
  draft_flag: 0,
  read_flag: 1,
  synced_flag: 1,
  deleted_flag: 0,
  external_deleted_flag: false,
  has_body_flag: 1,
  sent_flag: 0,
  sent_from_pipedrive_flag: 0,
  smart_bcc_flag: 0,
  has_attachments_flag: 0,
  has_inline_attachments_flag: 0,
  has_real_attachments_flag: 0,
  mua_message_id: 'sandbox@mail.example',
  template_id: 1,
  item_type: 'mailMessage',
  company_id: 1,
}

/** Every fourth record has a message, in an envelope. */
export function linkedMailOf({ name, of, field }: Records): SandboxStream {
  return defineSandboxStream({
    name: `${name}_mail_messages`,
    table: `${name}_mail_messages`,
    key: ['id'],
    times: 'ms',
    added: 'add_time',
    updated: 'update_time',
    hidden: [field],
    parent: { stream: of, field, moves: 'never', count: 'email_messages_count' },
    route: {
      ...routes.offset,
      path: `/${of}/{id}/mailMessages`,
      cost: 20,
      scopes: ['mail:read', 'mail:full'],
      shownBy: { parameter: 'include_body', field: 'body' },
      dataOf: (rows) => rows.map((data) => ({ object: 'mailMessage', timestamp: data.message_time, data })),
    },
    exampleRow: {
      ...{ id: 0, [field]: 0, ...message },
      ...{ message_time: null, timestamp: null, add_time: null, update_time: null },
    },
    after: [of],
    generate: ({ openedAt }, { blank, rowsOf }) =>
      every(4, rowsOf(of)).map((parent, index) => {
        const time = formatTime('ms', parseTime(parent.add_time) ?? openedAt)
        const times = { message_time: time, timestamp: time, add_time: time, update_time: time }
        return { ...blank, ...times, id: index + 1, [field]: parent.id, mail_thread_id: index + 1 }
      }),
  })
}
