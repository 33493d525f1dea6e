import { expect, test } from '@jest/globals'
import { Disappearances } from '../../../src/sync/state/disappearances.js'
import { isGoneFrom } from '../../../src/sync/streams/is-gone.js'
import type { Role } from '../../../src/sync/streams/list-part.js'
import { cursorOf, specOf } from '../../support/scans.js'
import { KeySet } from '../../../src/sync/state/key-set.js'

const LISTS = ['deals', 'deals_archived']
const part = (list: string, role: Role) => ({ list, role, cursor: cursorOf(), moving: new KeySet() })
const gone = Disappearances.none(1_000)
gone.add({ key: '7', foundAt: 1, seenAt: null, reason: 'deleted' })
const both = [part('deals', 'own'), part('deals_archived', 'twin')]
const archiveOf = { stream: 'deals', timeField: 'archive_time', includeWithLive: true }

test.each([
  { name: 'says of a deleted row that it is gone', key: '7', stream: {}, is: true },
  { name: 'says of no other row that it is gone', key: '8', stream: {}, is: false },
  { name: 'that has failed does not count', key: '7', stream: { failure: new Error() }, is: false },
  {
    name: 'that does not follow the archive does not count',
    key: '7',
    stream: { parts: both.slice(0, 1) },
    is: false,
  },
  {
    name: 'that reads the lists for parents does not count',
    key: '7',
    stream: { parts: LISTS.map((list) => part(list, 'parents')) },
    is: false,
  },
  { name: 'of the archive does not count', key: '7', stream: { stream: specOf({ archiveOf }) }, is: false },
])('a stream $name', ({ key, stream, is }) => {
  const emitter = { stream: specOf({ name: 'deals' }), parts: both, failure: undefined, ...stream }
  expect(isGoneFrom([{ emitter, gone }])(LISTS, key)).toBe(is)
})
