import { defineStream } from '../stream.js'

/** What people do and write down: activities, leads, notes, files. */
export const work = [
  defineStream({
    name: 'activities',
    api: 'v2',
    path: '/activities',
    include: ['attendees'],
    cursorField: 'update_time',
    scan: { kind: 'span', time: ['update_time'], until: true },
    cost: 10,
    scopes: ['activities:read', 'activities:full'],
  }),
  defineStream({
    name: 'leads',
    api: 'v1',
    path: '/leads',
    paging: 'offset',
    cursorField: 'update_time',
    scan: { kind: 'span', time: ['update_time'], until: false },
    cost: 20,
    scopes: ['leads:read', 'leads:full'],
  }),
  defineStream({
    name: 'notes',
    api: 'v1',
    path: '/notes',
    paging: 'offset',
    cursorField: 'update_time',
    scan: { kind: 'span', time: ['update_time'], until: false },
    // https://developers.pipedrive.com/changelog, 2023-05-29
    undatedChanges: ['the deal, person, organization or lead that the note is linked to'],
    cost: 20,
    scopes: ['deals:read', 'deals:full', 'contacts:read', 'contacts:full'],
  }),
  defineStream({
    name: 'files',
    api: 'v1',
    path: '/files',
    paging: 'offset',
    pageSize: 100,
    cursorField: 'update_time',
    scan: { kind: 'newest-first', time: ['update_time'] },
    cost: 20,
    scopes: [
      'deals:read',
      'deals:full',
      'activities:read',
      'activities:full',
      'contacts:read',
      'contacts:full',
    ],
  }),
]
