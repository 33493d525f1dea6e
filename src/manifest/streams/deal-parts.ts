import { defineStream } from '../stream.js'

const scopes = ['deals:read', 'deals:full']
const of = ['deals', 'deals_archived']

/** What belongs to single deals, and is not to be had for many at once. */
export const dealParts = [
  defineStream({
    name: 'deal_participants',
    api: 'v1',
    path: '/deals/{id}/participants',
    paging: 'offset',
    cursorField: 'add_time',
    strategy: {
      kind: 'children',
      of,
      parentKey: 'deal_id',
      read: { kind: 'path' },
      countedBy: 'participants_count',
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    cost: 10,
    scopes,
  }),
  defineStream({
    name: 'deal_participant_changes',
    api: 'v1',
    path: '/deals/{id}/participantsChangelog',
    primaryKey: ['deal_id', 'time', 'person_id', 'sequence'],
    cursorField: 'time',
    strategy: {
      kind: 'children',
      of,
      parentKey: 'deal_id',
      read: {
        kind: 'path',
        newestFirst: 'time',
        ordinal: { field: 'sequence', within: ['time', 'person_id'] },
      },
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    cost: 10,
    scopes,
  }),
  defineStream({
    name: 'deal_discounts',
    api: 'v2',
    path: '/deals/{id}/discounts',
    paging: 'none',
    cursorField: 'updated_at',
    strategy: {
      kind: 'children',
      of,
      parentKey: 'deal_id',
      read: { kind: 'path' },
      rereadDays: 7,
      bumpsParent: 'unknown',
    },
    cost: 10,
    scopes,
  }),
]
