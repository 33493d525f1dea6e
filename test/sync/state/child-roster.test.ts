import { describe, expect, test } from '@jest/globals'
import { ChildRoster } from '../../../src/sync/state/child-roster.js'
import { ComparedChildren } from '../../../src/sync/state/compared-children.js'
import { reportLine } from '../../../src/sync/streams/verification-report.js'
import { drawing } from '../../support/random.js'
import { KeySet } from '../../../src/sync/state/key-set.js'

const ROOM = 78_000
const rosterOf = (pairs: readonly (readonly [number, number])[], room = ROOM) => {
  const roster = new ChildRoster(room)
  for (const [child, parent] of pairs) roster.add(String(child), String(parent))
  return roster
}
const reloaded = (roster: ChildRoster) => ChildRoster.decode(roster.encode(), ROOM)

describe('a roster of children', () => {
  test('comes back from a state, whatever the order of the ids', () => {
    const pairs = [
      [7, 90_000_000_000],
      [3, 1],
      [9, 1],
      [8, 5],
    ] as const
    const roster = reloaded(rosterOf(pairs))
    expect(pairs.map(([child]) => roster.parentOf(String(child)))).toEqual(['90000000000', '1', '1', '5'])
    expect([roster.childrenOf('1'), roster.childrenOf('2'), roster.parentsBehind('1')]).toEqual([
      ['3', '9'],
      [],
      ['5', '90000000000'],
    ])
  })

  test('has a child under its last parent only', () => {
    const roster = rosterOf([
      [1, 10],
      [1, 11],
    ])
    expect([roster.childrenOf('10'), roster.childrenOf('11'), roster.size]).toEqual([[], ['1'], 1])
  })

  test('forgets a child that is deleted, and a parent without children', () => {
    const roster = rosterOf([[1, 10]])
    roster.delete('1')
    expect([roster.parentOf('1'), roster.parentsBehind(undefined)]).toEqual([undefined, []])
  })

  test('of 50,000 children of 20,000 parents has room in a state', () => {
    const pairs = Array.from({ length: 50_000 }, (_, at) => [at + 1, (at * 2) % 5 < 3 ? at : at - 1] as const)
    expect(rosterOf(pairs).encode()?.length).toBeLessThan(ROOM)
  })

  test.each([
    ['without room in a state', rosterOf([[1, 10]], 3)],
    ['with a key that is not an integer', rosterOf([[1.5, 10]])],
  ])('%s is given up, and stays so', (_, roster) => {
    expect(roster.encode()).toBeUndefined()
    expect([roster.outgrown, roster.size]).toEqual([true, 0])
    roster.add('2', '10')
    expect(reloaded(roster).outgrown).toBe(true)
  })

  test('is given up when it has more children than any state has room for', () => {
    const roster = new ChildRoster(ROOM, 2)
    for (const child of ['1', '2', '3']) roster.add(child, '10')
    expect(roster.outgrown).toBe(true)
  })

  test('that cannot be read is an error', () => {
    expect(() => ChildRoster.decode('garbage', ROOM)).toThrow()
  })
})

describe('the comparison of children', () => {
  test('comes back from a state, with the walk that is under way', () => {
    const compared = ComparedChildren.none(ROOM, 1_000_000, 'admin')
    compared.roster.add('1', '10')
    const missing = new KeySet()
    missing.add('1')
    compared.walked({ startedAt: 2_000_000, viewer: 'admin', after: '10', missing })
    const saved = ComparedChildren.decode(compared.toJSON(), ROOM)
    expect(saved).toMatchObject({ verifiedAt: 1_000_000, seenBy: 'admin' })
    expect(saved.walk).toMatchObject({ startedAt: 2_000_000, viewer: 'admin', after: '10' })
    expect([saved.walk?.missing.has('1'), saved.roster.parentOf('1')]).toEqual([true, '10'])
    saved.finished({ startedAt: 2_000_000, viewer: 'other', missing }, missing)
    const finished = ComparedChildren.decode(saved.toJSON(), ROOM)
    expect(finished).toMatchObject({ verifiedAt: 2_000_000, seenBy: 'other', walk: undefined })
    expect(finished.suspects.has('1')).toBe(true)
  })

  test('of an earlier state knows no child, and who saw all of them', () => {
    const compared = ComparedChildren.decode(undefined, ROOM)
    expect([compared.roster.size, compared.roster.outgrown, compared.seenBy]).toEqual([0, false, undefined])
  })

  test.each([
    { name: 'no walk has seen all parents', seenSince: undefined, unread: false, isComplete: false },
    { name: 'the walk began before', seenSince: 999, unread: false, isComplete: false },
    { name: 'parents are left that were noticed', seenSince: 1_000, unread: true, isComplete: false },
    { name: 'all parents were seen since, and read', seenSince: 1_000, unread: false, isComplete: true },
  ])('of an earlier state knows all children or not: $name', ({ seenSince, unread, isComplete }) => {
    const compared = ComparedChildren.decode(undefined, ROOM)
    compared.noticedAll(undefined, 1_000)
    const later = ComparedChildren.decode(compared.toJSON(), ROOM)
    if (unread) later.notice('10')
    later.noticedAll(seenSince, 5_000)
    const saved = ComparedChildren.decode(later.toJSON(), ROOM)
    expect([saved.isComplete, saved.unreadParents(5)]).toEqual([isComplete, unread ? ['10'] : []])
  })

  test('that has no room for the parents to read does not know all children', () => {
    const compared = ComparedChildren.none(40, 0, 'admin')
    for (let parent = 1; parent < 2_000; parent += 2) compared.notice(String(parent))
    const saved = ComparedChildren.decode(compared.toJSON(), 40)
    expect([saved.isComplete, saved.unreadParents(5), saved.roster.outgrown]).toEqual([false, [], false])
  })

  test('of 50,000 children has room in a state, although many are missing; what has none is left out', () => {
    const compared = ComparedChildren.none(ROOM, 0, 'admin')
    const draw = drawing(1)
    const [missing, suspects] = [new KeySet(), new KeySet()]
    for (let at = 0, id = 0; at < 50_000; at += 1) {
      id += 1 + draw.below(3)
      compared.roster.add(String(id), String(Math.floor(at * 0.8) + draw.below(40)))
      missing.add(String(id))
      if (at % 100 === 0) suspects.add(String(id))
      compared.notice(String(200_000 + id))
    }
    const walk = { startedAt: 1, viewer: 'admin', missing }
    compared.finished(walk, suspects)
    compared.walked(walk)
    expect(JSON.stringify(compared.toJSON()).length).toBeLessThan(ROOM + 1_000)
    const saved = ComparedChildren.decode(compared.toJSON(), ROOM)
    expect([saved.roster.size, saved.suspects.size, saved.walk?.missing.size]).toEqual([50_000, 500, 0])
    expect([saved.isComplete, saved.unreadParents(1)]).toEqual([false, []])
  })

  test('of 100,000 children has none, and the log says that they cannot be verified', () => {
    const compared = ComparedChildren.none(ROOM, 0, 'admin')
    const draw = drawing(1)
    for (let at = 0, id = 0; at < 100_000; at += 1)
      compared.roster.add(String((id += 1 + draw.below(3))), String(at + draw.below(40)))
    const saved = ComparedChildren.decode(compared.toJSON(), ROOM)
    const of = (known: ComparedChildren) =>
      reportLine({
        ...{
          stream: 'deal_products',
          findsDeleted: true,
          verifiedAt: 0,
          share: undefined,
          missing: 0,
          deleted: 0,
        },
        known: known.roster.outgrown ? undefined : known.roster.size,
      })
    expect(of(saved).log.message).toBe('deal_products has too many records to be verified.')
  })

  test('that had no room still has none in the next run', () => {
    const compared = ComparedChildren.none(3, 0, 'admin')
    compared.roster.add('1', '10')
    expect(ComparedChildren.decode(compared.toJSON(), ROOM).roster.outgrown).toBe(true)
  })
})
