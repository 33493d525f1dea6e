import { describe, expect, test } from '@jest/globals'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import { isSmall, isVerificationDue, verifyArchive } from '../../../src/sync/readers/verify-archive.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Roster } from '../../../src/sync/state/roster.js'
import { RefusedRequest, type ArrayRow } from '../../support/array-server.js'
import { drained, LOOKBACK, MINUTE, NOW, rowsAgo, scanOf, type ScanOptions } from '../../support/scans.js'

const HOUR = 60 * MINUTE
const HORIZON = NOW - LOOKBACK
const archiveOf = { stream: 'deals', includeWithLive: true, timeField: 'archive_time' }
const archive: ScanOptions['traits'] = { name: 'deals_archived', path: '/deals/archived', archiveOf }

function rosterOf(ids: readonly (number | string)[], isComplete = true): Roster {
  const roster = Roster.unknown()
  for (const id of ids) roster.add(String(id))
  if (isComplete) roster.markComplete()
  return roster
}
/** As states of earlier versions have it: of keys that are not numbers, the hashes alone. */
function hashedRosterOf(ids: readonly (number | string)[]): Roster {
  const { keys } = rosterOf(ids).encode() as { keys: string }
  return Roster.decode({ keys, complete: true })
}
const members = (roster: Roster | undefined, ids: readonly number[]) =>
  ids.filter((id) => roster?.has(String(id)))
const idsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at)
const rowsWith = (ids: readonly number[]): ArrayRow[] =>
  rowsAgo(...ids.map((_, at) => 1_000 - at)).map((row, at) => ({ ...row, id: ids[at] ?? 0 }))

describe('the verification of an archive', () => {
  const complete = { roster: rosterOf([1]), verifiedAt: NOW - 20 * HOUR }
  test.each<{ name: string; position: object; evidence?: { moved: number; unmoved: number }; due: boolean }>([
    { name: 'due without a roster that is complete', position: { roster: rosterOf([1], false) }, due: true },
    {
      name: 'due where it was cut off',
      position: {
        ...complete,
        verification: {
          startedAt: 1,
          position: { kind: 'cursor', cursor: 'a' },
          seen: new KeySet(),
          pages: 1,
        },
      },
      due: true,
    },
    { name: 'due after a day', position: { ...complete, verifiedAt: NOW - 24 * HOUR }, due: true },
    { name: 'not due after 20 hours', position: complete, due: false },
    {
      name: 'not due after a day where 20 archivings have moved the time',
      position: { ...complete, verifiedAt: NOW - 24 * HOUR },
      evidence: { moved: 20, unmoved: 0 },
      due: false,
    },
    {
      name: 'due after a week all the same',
      position: { ...complete, verifiedAt: NOW - 170 * HOUR },
      evidence: { moved: 20, unmoved: 0 },
      due: true,
    },
    {
      name: 'due after a day where 19 have',
      position: { ...complete, verifiedAt: NOW - 24 * HOUR },
      evidence: { moved: 19, unmoved: 0 },
      due: true,
    },
    {
      name: 'due after a day where one has not',
      position: { ...complete, verifiedAt: NOW - 24 * HOUR },
      evidence: { moved: 90, unmoved: 1 },
      due: true,
    },
    { name: 'not due where no stream keeps a roster', position: {}, due: false },
  ])('is $name', ({ position, evidence, due }) => {
    const facts = new ListFacts()
    if (evidence) facts.learn('archivingMovesTime', evidence)
    const { scan } = scanOf({ traits: archive, positions: [position], facts })
    expect(isVerificationDue(scan, NOW)).toBe(due)
  })

  test.each([
    { size: 3, small: true },
    { size: 4, small: false },
  ])('counts an archive of $size rows as one page of four: $small', ({ size, small }) => {
    const { scan } = scanOf({ traits: archive, positions: [{ roster: rosterOf(idsFrom(1, size)) }] })
    expect(isSmall(scan)).toBe(small)
  })

  test('does not count an archive as small while its roster is incomplete', () => {
    expect(isSmall(scanOf({ traits: archive, positions: [{ roster: rosterOf([1], false) }] }).scan)).toBe(
      false,
    )
  })
})

describe('verifying an archive', () => {
  test('walks all of it by id, completes the roster, and covers everything up to the lookback', async () => {
    const { scan, subscription, server } = scanOf({
      traits: archive,
      rows: rowsWith(idsFrom(1, 10)),
      positions: [{ roster: Roster.unknown() }],
    })
    await drained(verifyArchive(scan, undefined))
    expect(subscription.ids).toEqual(idsFrom(1, 10))
    expect(subscription.checkpoints.map(({ kind }) => kind)).toEqual([
      'verifying',
      'verifying',
      'none',
      'verified',
    ])
    expect(subscription.cursor).toMatchObject({ verifiedAt: NOW, verification: undefined, oldest: HORIZON })
    expect(subscription.cursor.roster?.complete).toBe(true)
    expect(server.requests[0]?.params).toMatchObject({ sort_by: 'id' })
  })

  test('goes on where it was cut off, with the keys that it had seen', async () => {
    const positions = [{ roster: rosterOf(idsFrom(1, 10)) }]
    const cut = scanOf({
      traits: archive,
      rows: rowsWith(idsFrom(1, 10)),
      positions,
      before: (request) => {
        if (request === 3) throw new RefusedRequest('daily_budget_spent')
      },
    })
    await expect(drained(verifyArchive(cut.scan, undefined))).rejects.toThrow('daily_budget_spent')
    const { verification } = cut.subscription.cursor
    expect(verification).toMatchObject({ startedAt: NOW })
    const { scan, subscription } = scanOf({
      traits: archive,
      rows: rowsWith(idsFrom(1, 10)),
      positions: [{ ...positions[0], verification }],
    })
    await drained(verifyArchive(scan, undefined))
    expect(subscription.ids).toEqual([9, 10])
    expect(members(subscription.cursor.roster, idsFrom(1, 10))).toEqual(idsFrom(1, 10))
  })

  test('is an error when an archive that had rows comes back empty without saying that it is, for a day', async () => {
    const facts = new ListFacts()
    const empty = () =>
      scanOf({
        traits: archive,
        facts,
        positions: [{ isNew: false, roster: rosterOf([1, 2]) }],
        switches: { markers: 'none' },
      })
    const { scan, subscription } = empty()
    await expect(drained(verifyArchive(scan, undefined))).rejects.toThrow('does not say')
    expect(subscription.cursor.roster?.size).toBe(2)
    facts.learn('emptySince', (facts.get('emptySince') ?? 0) - 25 * 60 * MINUTE)
    const later = empty()
    await drained(verifyArchive(later.scan, undefined))
    expect(later.subscription.cursor.roster?.size).toBe(0)
  })
})

describe('keys that have left the archive', () => {
  const lookup = { param: 'ids', size: 2 }
  const live = (rows: ArrayRow[], more: Partial<ScanOptions> = {}) =>
    scanOf({ traits: { lookup }, rows, ...more })

  test('are looked up in the list that they were archived from, some per request, and leave the roster', async () => {
    const deals = live(rowsWith([7, 8, 9, 20, 21]))
    const { scan, subscription } = scanOf({
      traits: archive,
      rows: rowsWith([1, 2]),
      positions: [{ roster: rosterOf([1, 2, 7, 8, 9, 99]) }],
    })
    await drained(verifyArchive(scan, deals.scan))
    expect(deals.server.requests.map(({ params }) => params.ids)).toEqual(['7,8', '9,99'])
    expect(deals.subscription.ids).toEqual([7, 8, 9])
    expect(members(subscription.cursor.roster, [1, 2, 7, 8, 9, 99])).toEqual([1, 2])
  })

  test('stay in the roster while a lookup does not say that they are gone', async () => {
    const deals = live([], { switches: { markers: 'none' } })
    const { scan, subscription } = scanOf({
      traits: archive,
      rows: rowsWith([1]),
      positions: [{ roster: rosterOf([1, 7]) }],
    })
    await drained(verifyArchive(scan, deals.scan))
    expect(members(subscription.cursor.roster, [1, 7])).toEqual([1, 7])
  })

  test('are looked for in the whole list where it takes no ids', async () => {
    const deals = scanOf({ rows: rowsWith([7, 8, 9, 20, 21]) })
    const { scan } = scanOf({
      traits: archive,
      rows: rowsWith([1]),
      positions: [{ roster: rosterOf([1, 7]) }],
    })
    const said = await drained(verifyArchive(scan, deals.scan))
    expect(deals.subscription.ids).toEqual([7, 8, 9, 20, 21])
    expect(JSON.stringify(said)).toContain('looking through the whole list')
  })

  test('are looked for in the whole list where only their hashes are known', async () => {
    const deals = live(rowsWith([7, 8]))
    const { scan, subscription } = scanOf({
      traits: archive,
      rows: rowsWith([1]),
      positions: [{ roster: hashedRosterOf([1, 'a-b']) }],
    })
    await drained(verifyArchive(scan, deals.scan))
    expect(deals.subscription.ids).toEqual([7, 8])
    expect(subscription.cursor.roster?.size).toBe(1)
  })

  test.each([
    { known: 'keys', roster: () => rosterOf([1, 7]), key: '7' },
    { known: 'hashes', roster: () => hashedRosterOf([1, 'a-b']), key: 'a-b' },
  ])(
    'are not looked for where another reading of the run has seen them in the archive ($known)',
    async (given) => {
      const deals = live(rowsWith([8]))
      const positions = [{ roster: given.roster() }]
      const { scan, subscription } = scanOf({ traits: archive, rows: rowsWith([1]), positions })
      scan.seen.add(given.key)
      await drained(verifyArchive(scan, deals.scan))
      expect([deals.server.requests.length, subscription.cursor.roster?.has(given.key)]).toEqual([0, true])
    },
  )

  test('are not looked for where the other list is not read', async () => {
    const { scan, subscription } = scanOf({
      traits: archive,
      rows: rowsWith([1]),
      positions: [{ roster: rosterOf([1, 7]) }],
    })
    await drained(verifyArchive(scan, undefined))
    expect(members(subscription.cursor.roster, [1, 7])).toEqual([1])
  })
})

test('rows that enter an archive are counted by whether their update time has moved', async () => {
  const rows = rowsWith(idsFrom(1, 6))
  const { scan, facts } = scanOf({
    traits: archive,
    rows,
    positions: [{ pending: [[NOW - 996 * MINUTE, null]], roster: rosterOf([1, 2]) }],
  })
  await drained(verifyArchive(scan, undefined))
  expect(facts.get('archivingMovesTime')).toEqual({ moved: 2, unmoved: 2 })
})
