import { describe, expect, test } from '@jest/globals'
import { hashOfKey, KeySet } from '../../../src/sync/state/key-set.js'
import { decodeLegacyRoster, Roster } from '../../../src/sync/state/roster.js'

const rosterOf = (...keys: string[]) => {
  const roster = Roster.unknown()
  for (const key of keys) roster.add(key)
  return roster
}
const setOf = (...keys: string[]) => {
  const set = new KeySet()
  for (const key of keys) set.add(key)
  return set
}
const reloaded = (roster: Roster) => Roster.decode(roster.encode())

describe('a roster', () => {
  test('is unknown when nothing was saved', () => {
    const roster = Roster.decode(undefined)
    expect([roster.size, roster.complete, roster.outgrown]).toEqual([0, false, false])
  })

  test.each([{ complete: true }, { complete: false }])('comes back from a state: %p', ({ complete }) => {
    const roster = rosterOf('1', '9999999999', '12/34')
    if (complete) roster.markComplete()
    const saved = reloaded(roster)
    expect([saved.size, saved.complete]).toEqual([3, complete])
    expect(['1', '9999999999', '12/34', '2', '12/35'].map((key) => saved.has(key))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })

  test('stays complete while keys enter and leave', () => {
    const roster = rosterOf('1', '2')
    roster.markComplete()
    roster.delete('1')
    roster.add('3')
    expect([roster.complete, roster.has('1'), roster.has('3')]).toEqual([true, false, true])
  })

  test('that is marked as unknown has no keys and is not complete', () => {
    const roster = rosterOf('1')
    roster.markComplete()
    roster.markUnknown()
    expect([roster.size, roster.complete, roster.has('1')]).toEqual([0, false, false])
  })

  test('refuses a state whose keys are not an encoded set', () => {
    expect(() => Roster.decode({ keys: 'garbage', complete: true })).toThrow()
  })

  test('lists integers that left by key, and other keys by hash', () => {
    const roster = rosterOf('1', '2', '30000000000', 'a', 'b')
    const missing = roster.missing(setOf('2', 'b', '4', 'c'))
    expect(missing).toEqual({ keys: ['1', '30000000000', 'a'], hashes: [] })
    for (const key of missing.keys) roster.delete(key)
    expect([roster.has('a'), roster.has('b'), roster.size]).toEqual([false, true, 2])
  })

  test('of a state that has hashes alone lists them as such, until the keys are seen again', () => {
    const saved = rosterOf('a', 'b').encode() as { keys: string; complete: boolean }
    const roster = Roster.decode({ keys: saved.keys, complete: true })
    expect(roster.missing(setOf('b'))).toEqual({ keys: [], hashes: [hashOfKey('a')] })
    expect(roster.add('a')).toBe(false)
    expect(reloaded(roster).missing(setOf('b'))).toEqual({ keys: ['a'], hashes: [] })
  })

  test('names the keys that left after its state was written', () => {
    const roster = reloaded(rosterOf('7', 'adf21080-0e10-11eb-879b-05d71fb426ec'))
    expect(roster.missing(new KeySet()).keys).toEqual(['7', 'adf21080-0e10-11eb-879b-05d71fb426ec'])
  })

  test('with more keys than it can name still knows them', () => {
    const keys = Array.from({ length: 4_001 }, (_, at) => `key ${at}`)
    const roster = reloaded(rosterOf(...keys))
    expect([roster.namesKeys, roster.size, roster.has('key 4000')]).toEqual([false, 4_001, true])
    expect(roster.missing(new KeySet()).keys).toEqual([])
  })

  test.each<{ name: string; change: (roster: Roster) => void; counts: boolean }>([
    {
      name: 'adding a key counts',
      change: (roster) => {
        roster.add('3')
      },
      counts: true,
    },
    {
      name: 'adding a key again does not count',
      change: (roster) => {
        roster.add('1')
      },
      counts: false,
    },
    {
      name: 'deleting a key counts',
      change: (roster) => {
        roster.delete('2')
      },
      counts: true,
    },
    {
      name: 'deleting an unknown key does not count',
      change: (roster) => {
        roster.delete('9')
      },
      counts: false,
    },
    {
      name: 'deleting an unknown hash does not count',
      change: (roster) => {
        roster.deleteHash(1)
      },
      counts: false,
    },
    {
      name: 'marking it complete again does not count',
      change: (roster) => {
        roster.markComplete()
      },
      counts: false,
    },
    {
      name: 'marking it unknown counts',
      change: (roster) => {
        roster.markUnknown()
      },
      counts: true,
    },
  ])('counts changes of its saved form: $name', ({ change, counts }) => {
    const roster = rosterOf('1', '2')
    roster.markComplete()
    const before = { changes: roster.changes, saved: roster.encode() }
    change(roster)
    expect(roster.changes > before.changes).toBe(counts)
    expect(JSON.stringify(roster.encode()) !== JSON.stringify(before.saved)).toBe(counts)
  })
})

describe('a roster that is too large', () => {
  const filled = (count: number, key: (n: number) => string) => {
    const roster = Roster.unknown()
    for (let n = 0; n < count; n += 1) roster.add(key(n))
    roster.markComplete()
    return roster
  }
  const uuid = (n: number) => `0b9e${n}`

  test('is not one with as many keys as it may have, and is one with one more', () => {
    const roster = Roster.unknown(undefined, 3_000)
    for (let id = 1; id <= 3_000; id += 1) roster.add(String(id))
    roster.markComplete()
    const saved = reloaded(roster)
    expect([saved.size, saved.complete, saved.outgrown]).toEqual([3_000, true, false])
    roster.add('3001')
    expect(roster.encode()).toEqual({ outgrown: true })
  })

  test('is not one of 20,000 keys that are hashed', () => {
    const saved = reloaded(filled(20_000, uuid))
    expect([saved.size, saved.complete, saved.outgrown]).toEqual([20_000, true, false])
  })

  test.each([
    { name: 'more hashed keys than 192 KB hold', count: 40_000, key: uuid },
    {
      name: 'more scattered integers than 192 KB hold',
      count: 200_000,
      key: (n: number) => String(n * 3_001),
    },
  ])('with $name becomes unknown, not empty', ({ count, key }) => {
    const roster = filled(count, key)
    expect(roster.encode()).toEqual({ outgrown: true })
    for (const outgrown of [roster, reloaded(roster)]) {
      outgrown.add('1')
      outgrown.markComplete()
      const { size, complete } = outgrown
      expect([size, complete, outgrown.outgrown, outgrown.has('1')]).toEqual([0, false, true, false])
    }
  })

  test('can start again once it is marked as unknown', () => {
    const roster = Roster.decode({ outgrown: true })
    roster.markUnknown()
    roster.add('1')
    roster.markComplete()
    expect(reloaded(roster).complete).toBe(true)
  })
})

// The texts were written by the first edition.
describe('a roster of a first-edition state', () => {
  test('has its integers, but is not complete', () => {
    const keys = ['0', '1', '77', '123456', '999999999', '900000000']
    const roster = decodeLegacyRoster('Y2D0+XyY/UBvz1rm/wev6wMA', 'integers')
    expect(keys.every((key) => roster.has(key))).toBe(true)
    expect([roster.size, roster.complete]).toEqual([keys.length, false])
  })

  test('lacks the numbers that stand for longer integers', () => {
    // 5, 1234567890, 9876543210, 0000000000
    const roster = decodeLegacyRoster('Y10/6+wy5tZHCzgaGh86AAA=', 'integers')
    expect(roster.missing(new KeySet()).keys).toEqual(['5'])
  })

  test('is unknown where its keys were hashed', () => {
    const roster = decodeLegacyRoster('a/4+q3brva27GAE=', 'hashed')
    expect([roster.size, roster.complete]).toEqual([0, false])
  })

  test.each(['garbage', '////'])('is refused when its text is %p', (text) => {
    expect(() => decodeLegacyRoster(text, 'integers')).toThrow()
    expect(() => decodeLegacyRoster(text, 'hashed')).toThrow()
  })
})
