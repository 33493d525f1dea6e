import { defineStream, type StreamSpec } from '../stream.js'

interface Records {
  /** As in the names of streams: deal, person. */
  readonly name: string
  readonly of: readonly string[]
  readonly field: string
  /** Times of the record that move with its mail; one that is new may bring mail from before. */
  readonly movedBy?: readonly string[]
}

/** Mail that is linked to a record, also from mailboxes of other users. A message may belong to several records. */
function linkedMail({ name, of, field, movedBy }: Records): StreamSpec {
  return defineStream({
    name: `${name}_mail_messages`,
    api: 'v1',
    path: `/${name}s/{id}/mailMessages`,
    paging: 'offset',
    recordPath: { kind: 'envelopes', member: 'data' },
    paramsOf: { mail_bodies: { include_body: '1' } },
    primaryKey: [field, 'id'],
    cursorField: 'update_time',
    strategy: {
      kind: 'children',
      of,
      parentKey: field,
      read: { kind: 'path' },
      countedBy: 'email_messages_count',
      ...(movedBy && { movedBy }),
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    untrackedChanges: movedBy
      ? ['mail that is linked later than the last mail of its record', 'flags, such as whether mail was read']
      : ['flags, such as whether mail was read'],
    cost: 20,
    scopes: ['mail:read', 'mail:full'],
  })
}

const movedBy = ['last_incoming_mail_time', 'last_outgoing_mail_time', 'add_time']

export const linkedMailOfRecords = [
  linkedMail({ name: 'deal', of: ['deals', 'deals_archived'], field: 'deal_id', movedBy }),
  linkedMail({ name: 'person', of: ['persons'], field: 'person_id', movedBy }),
  // Organizations have no times of their mail.
  linkedMail({ name: 'organization', of: ['organizations'], field: 'org_id' }),
]
