import { defineStream } from '../stream.js'

const scopes = ['mail:read', 'mail:full']

/** The mailbox of the token's owner. */
export const mail = [
  defineStream({
    name: 'mailThreads',
    api: 'v1',
    path: '/mailbox/mailThreads',
    paging: 'offset',
    // A thread may be in several folders.
    parts: ['inbox', 'drafts', 'sent', 'archive'].map((folder) => ({ params: { folder } })),
    cursorField: 'last_message_timestamp',
    isPersonal: true,
    strategy: { kind: 'full-scan', time: ['last_message_timestamp'], newestFirst: { wholeEveryHours: 24 } },
    untrackedChanges: ['flags, folders and links to deals and leads: found within a day'],
    cost: 20,
    scopes,
  }),
  defineStream({
    name: 'mail',
    api: 'v1',
    path: '/mailbox/mailThreads/{id}/mailMessages',
    paging: 'none',
    cursorField: 'update_time',
    strategy: {
      kind: 'children',
      of: ['mailThreads'],
      parentKey: 'mail_thread_id',
      read: { kind: 'path' },
      bumpsParent: 'yes',
    },
    cost: 20,
    scopes,
  }),
]
