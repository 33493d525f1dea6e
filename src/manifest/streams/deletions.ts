import { defineStream } from '../stream.js'

/** Records that have disappeared from Pipedrive, of all streams whose lists are compared with what was read before. */
export const deletions = [
  defineStream({
    name: 'deletions',
    api: 'v2',
    path: '',
    primaryKey: ['stream', 'id'],
    cursorField: 'changed_at',
    strategy: { kind: 'disappearances' },
    cost: 0,
    scopes: ['base'],
  }),
]
