import { defineStream } from '../stream.js'

const scopes = ['contacts:read', 'contacts:full']

const SHARED_FIELDS = [
  'next_activity_id',
  'last_activity_id',
  'open_deals_count',
  'related_open_deals_count',
  'closed_deals_count',
  'related_closed_deals_count',
  'email_messages_count',
  'activities_count',
  'done_activities_count',
  'undone_activities_count',
  'files_count',
  'notes_count',
  'followers_count',
  'won_deals_count',
  'related_won_deals_count',
  'lost_deals_count',
  'related_lost_deals_count',
  'smart_bcc_email',
]

export const contacts = [
  defineStream({
    name: 'persons',
    api: 'v2',
    path: '/persons',
    include: [
      ...SHARED_FIELDS,
      'participant_open_deals_count',
      'participant_closed_deals_count',
      'last_incoming_mail_time',
      'last_outgoing_mail_time',
    ],
    // Only "if the company has marketing app enabled".
    optionalInclude: ['marketing_status', 'doi_status'],
    customFields: 'person',
    cursorField: 'update_time',
    strategy: { kind: 'by-update-time', time: ['update_time'], until: true },
    lookup: { param: 'ids', size: 100 },
    untrackedChanges: ['followers'],
    refersTo: { owner_id: 'users' },
    cost: 10,
    scopes,
  }),
  defineStream({
    name: 'organizations',
    api: 'v2',
    path: '/organizations',
    include: [...SHARED_FIELDS, 'people_count'],
    customFields: 'organization',
    cursorField: 'update_time',
    strategy: { kind: 'by-update-time', time: ['update_time'], until: true },
    lookup: { param: 'ids', size: 100 },
    untrackedChanges: ['followers'],
    refersTo: { owner_id: 'users' },
    cost: 10,
    scopes,
  }),
  defineStream({
    name: 'organization_relationships',
    api: 'v1',
    path: '/organizationRelationships',
    paging: 'offset',
    // What a relationship is called depends on the organization that is asked.
    primaryKey: ['org_id', 'id'],
    cursorField: 'update_time',
    strategy: {
      kind: 'children',
      of: ['organizations'],
      parentKey: 'org_id',
      read: { kind: 'path', param: 'org_id' },
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    cost: 20,
    scopes,
  }),
]
