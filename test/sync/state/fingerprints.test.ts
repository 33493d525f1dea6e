import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Fingerprints } from '../../../src/sync/state/fingerprints.js'
import { drawing } from '../../support/random.js'
import { fuzzed } from '../../support/fuzz.js'

const ROOM = 256 * 1024
/** 32 bits that no compression shortens. */
const print = (n: number) => createHash('sha1').update(`row ${n}`).digest().readUInt32BE()
const filled = (keys: Iterable<string>, room = ROOM) => {
  const all = new Fingerprints(room)
  let n = 0
  for (const key of keys) all.set(key, print(n++), null)
  return all
}
const keys = (count: number, key: (n: number) => number | string) =>
  Array.from({ length: count }, (_, n) => String(key(n)))
const reloaded = (all: Fingerprints, room = ROOM) => Fingerprints.decode(all.encode(), room)
const known = (all: Fingerprints, of: readonly string[]) => of.filter((key) => all.get(key) !== undefined)

describe('a fingerprint', () => {
  test('is that which was set last', () => {
    const all = filled(['1'])
    all.set('1', 5, null)
    expect([all.get('1'), all.get('2'), all.size]).toEqual([5, undefined, 1])
  })

  test.each([0, 1, 0x7fffffff, 0x80000000, 0xffffffff])(
    'of %d comes back from a state as it was',
    (value) => {
      const all = new Fingerprints(ROOM)
      all.set('7', value, 1)
      all.set('a/b', value, 1)
      expect([all.get('7'), all.get('a/b')]).toEqual([value, value])
      expect([reloaded(all).get('7'), reloaded(all).get('a/b')]).toEqual([value, value])
    },
  )

  const key = fc.oneof(
    fc.nat({ max: 20 }).map(String),
    fc.maxSafeNat().map(String),
    fc.string({ maxLength: 1 }),
  )
  const time = fc.option(fc.nat({ max: 20 }))
  const step = fc.oneof(
    fc.record({ action: fc.constant('set' as const), key, value: fc.nat({ max: 3 }), time }),
    fc.record({ action: fc.constant('see' as const), key, time }),
    fc.record({ action: fc.constantFrom('delete' as const, 'get' as const), key }),
    fc.record({
      action: fc.constant('forgetOutside' as const),
      from: fc.nat({ max: 20 }),
      width: fc.nat({ max: 20 }),
    }),
    fc.record({ action: fc.constantFrom('forgetUnseen' as const, 'reload' as const) }),
  )

  test('behaves as an entry of a Map does, also across states', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const model = new Map<string, { value: number; time?: number | null; seen: boolean }>()
        let all = new Fingerprints(ROOM)
        for (const next of steps) {
          const [changes, text] = [all.changes, all.encode()]
          const entry = 'key' in next ? model.get(next.key) : undefined
          if (next.action === 'set') {
            all.set(next.key, next.value, next.time)
            model.set(next.key, { value: next.value, time: next.time, seen: true })
          } else if (next.action === 'see') {
            all.see(next.key, next.time)
            if (entry) Object.assign(entry, { time: next.time, seen: true })
          } else if (next.action === 'get') {
            expect(all.get(next.key)).toBe(entry?.value)
            if (entry) entry.seen = true
          } else if (next.action === 'delete') {
            all.delete(next.key)
            model.delete(next.key)
          } else if (next.action === 'forgetOutside') {
            const isWanted = (at: number) => at >= next.from && at < next.from + next.width
            all.forgetOutside(isWanted)
            for (const [at, { time: when }] of model)
              if (typeof when === 'number' && !isWanted(when)) model.delete(at)
          } else if (next.action === 'forgetUnseen') {
            all.forgetUnseen()
            for (const [at, { seen }] of model) if (!seen) model.delete(at)
          } else {
            all = reloaded(all)
            for (const [at, { value }] of model) model.set(at, { value, seen: false })
          }
          expect(all.size).toBe(model.size)
          if (next.action !== 'reload') expect(all.changes > changes).toBe(all.encode() !== text)
        }
        for (const [at, { value }] of model) expect(all.get(at)).toBe(value)
      }),
      fuzzed(30),
    )
  })
})

describe('forgetting', () => {
  test('by time keeps rows without a time, and rows of an earlier run until they are seen', () => {
    const all = reloaded(filled(['earlier', 'seen', 'timeless']))
    all.see('seen', 5)
    all.see('timeless', null)
    all.set('late', 1, 15)
    all.forgetOutside((time) => time >= 10)
    expect(known(all, ['earlier', 'seen', 'timeless', 'late'])).toEqual(['earlier', 'timeless', 'late'])
  })

  test('goes by the time that was given last', () => {
    const all = new Fingerprints(ROOM)
    all.set('moved on', 1, 5)
    all.set('moved on', 2, 15)
    all.set('lost its time', 1, 5)
    all.see('lost its time', null)
    all.forgetOutside((time) => time >= 10)
    expect(all.size).toBe(2)
  })

  test('unseen rows drops those of earlier runs that were neither set nor got nor seen', () => {
    const all = reloaded(filled(['set', 'got', 'seen', 'unseen']))
    all.set('set', 1, null)
    all.get('got')
    all.see('seen', null)
    all.set('new', 1, null)
    all.forgetUnseen()
    expect(known(all, ['set', 'got', 'seen', 'unseen', 'new'])).toEqual(['set', 'got', 'seen', 'new'])
  })

  test('while coverage advances costs a small part of asking for every time', () => {
    const all = new Fingerprints(ROOM)
    for (let n = 0; n < 20_000; n += 1) all.set(String(n), print(n), n)
    let asked = 0
    for (let from = 0; from < 20_000; from += 100) {
      all.forgetOutside((time) => (asked += 1) > 0 && time >= from)
      expect(all.size).toBe(20_000 - from)
    }
    expect(asked / 200).toBeLessThan(20_000 / 10)
  })

  test('finds in the end what lies between times that are still wanted', () => {
    const all = new Fingerprints(ROOM)
    for (let n = 0; n < 20_000; n += 1) all.set(String(n), print(n), n)
    for (let call = 0; call < 100; call += 1) all.forgetOutside((time) => time % 10 !== 5)
    expect(all.size).toBe(18_000)
  })
})

describe('the room', () => {
  const draw = drawing(7)
  const scattered = [...new Set(keys(30_010, () => draw.below(1e9) * 10 + draw.below(10)))].slice(0, 30_000)

  test.each([
    { name: 'dense ids', ids: keys(30_000, (n) => n + 1), most: 170_000 },
    { name: 'ids of which every tenth is there', ids: keys(30_000, (n) => n * 10), most: 190_000 },
    { name: 'ids of up to nine digits', ids: keys(30_000, (n) => n * 33_333), most: 250_000 },
    { name: 'ids of up to ten digits at random', ids: scattered, most: ROOM },
    {
      name: 'half dense, half ten-digit ids',
      ids: keys(30_000, (n) => (n % 2) * 9_999_900_000 + n),
      most: ROOM,
    },
  ])('of 256 KB holds 30,000 rows with $name', ({ ids, most }) => {
    const all = filled(ids)
    expect([all.size, all.overflowed]).toEqual([30_000, false])
    expect(all.encode().length).toBeLessThanOrEqual(most)
    const saved = reloaded(all)
    expect(ids.every((id, n) => saved.get(id) === print(n))).toBe(true)
  })

  test('of 256 KB holds 20,000 rows whose keys are hashed', () => {
    const all = filled(keys(20_000, (n) => `row ${n}`))
    expect([all.size, all.overflowed, all.encode().length <= ROOM]).toEqual([20_000, false, true])
  })

  test('is kept by leaving out the rows that come when it is full', () => {
    const ids = keys(1_000, (n) => n)
    const all = filled(ids, 2_000)
    expect([all.overflowed, all.encode().length <= 2_000]).toEqual([true, true])
    expect(all.size).toBeGreaterThan(300)
    expect(known(all, ids)).toEqual(ids.slice(0, all.size))
  })

  test('that a list exceeds by a tenth lets at most the surplus be emitted again in each run', () => {
    const fitting = filled(
      keys(1_000, (n) => n),
      2_000,
    ).size
    const ids = keys(Math.round(fitting * 1.1), (n) => n)
    let saved = filled(ids, 2_000)
    for (let run = 0; run < 3; run += 1) {
      saved = reloaded(saved, 2_000)
      const changed = ids.filter((id, n) => saved.get(id) !== print(n))
      for (const id of ids) saved.set(id, print(Number(id)), null)
      saved.forgetUnseen()
      expect(changed.length).toBeLessThanOrEqual(ids.length - fitting)
    }
  })

  test('has place again for rows that are new when others are gone', () => {
    const ids = keys(1_000, (n) => n)
    const saved = reloaded(filled(ids, 2_000), 2_000)
    for (const id of ids.slice(100)) saved.set(id, 1, null)
    saved.forgetUnseen()
    const before = saved.size
    for (const id of keys(100, (n) => n + 2_000)) saved.set(id, 1, null)
    expect(saved.size).toBeGreaterThan(before)
  })

  test('is not spoilt by one key that is far larger than the others', () => {
    const ids = keys(1_000, (n) => n)
    const all = filled(ids, 2_000)
    const before = all.size
    all.set('9007199254740991', 1, null)
    expect(all.size).toBe(before)
    all.delete('0')
    all.set('5', 3, null)
    expect(known(all, ['5', '9007199254740991'])).toEqual(['5'])
  })

  test('is kept whatever the keys are', () => {
    const key = fc.oneof(fc.maxSafeNat().map(String), fc.nat({ max: 1_000 }).map(String), fc.uuid())
    fc.assert(
      fc.property(fc.array(key, { maxLength: 100 }), fc.integer({ min: 40, max: 600 }), (of, room) => {
        const all = filled(of, room)
        expect(all.encode().length).toBeLessThanOrEqual(room)
        expect(all.overflowed).toBe(all.size < new Set(of).size)
      }),
    )
  })

  test('may have become smaller since the state was written', () => {
    const all = reloaded(filled(keys(1_000, (n) => n)), 2_000)
    expect([all.overflowed, all.encode().length <= 2_000, all.size > 300]).toEqual([true, true, true])
  })
})

describe('the text of fingerprints', () => {
  test('is the same after a state was read and rows were only seen', () => {
    const all = filled(['1', '2', 'a'])
    const saved = reloaded(all)
    saved.set('2', print(1), 3)
    saved.see('a', 4)
    expect([saved.encode(), saved.changes]).toEqual([all.encode(), 0])
  })

  const bytes = Buffer.from(filled(['1', '900', 'a', 'b']).encode(), 'base64')
  const base64 = (of: Uint8Array) => Buffer.from(of).toString('base64')

  test.each([
    { name: 'it is empty', garbage: '' },
    { name: 'it is not base64', garbage: 'hello, world' },
    { name: 'it has another form', garbage: base64(Uint8Array.of(9, ...bytes.subarray(1))) },
    { name: 'more follows its end', garbage: base64(Buffer.concat([bytes, Uint8Array.of(0)])) },
    { name: 'a fingerprint is cut off', garbage: base64(bytes.subarray(0, -1)) },
    { name: 'everything but its form is cut off', garbage: base64(bytes.subarray(0, 1)) },
  ])('is refused when $name', ({ garbage }) => {
    expect(() => Fingerprints.decode(garbage, ROOM)).toThrow()
  })
})

describe('fingerprints of a first-edition state', () => {
  const hash = (text: string, length: number) =>
    createHash('sha1').update(text).digest('base64url').slice(0, length)
  const content = '{"id":1}'
  const fingerprint = createHash('sha1').update(content).digest().readUInt32BE()

  test.each([
    { name: 'an integer', key: '42', saved: '42' },
    { name: 'an integer of eleven digits', key: '12345678901', saved: '12345678901' },
    { name: 'two integers', key: '12/34', saved: '12/34' },
    { name: 'eleven characters of which one is not base64url', key: '12345/67890', saved: '12345/67890' },
    {
      name: 'a UUID',
      key: 'adf21080-0e10-11eb-879b-05d71fb426ec',
      saved: hash('adf21080-0e10-11eb-879b-05d71fb426ec', 11),
    },
  ])('are found by a key that is $name', ({ key, saved }) => {
    const all = Fingerprints.decodeLegacy({ [saved]: hash(content, 8) }, ROOM)
    expect([all.get(key), all.size]).toEqual([fingerprint, 1])
    expect(reloaded(all).get(key)).toBe(fingerprint)
  })

  test('are left out where they have another form', () => {
    expect(Fingerprints.decodeLegacy({ 1: 'short', 2: hash(content, 11) }, ROOM).size).toBe(0)
  })

  test('are dropped where there is no room', () => {
    const recent = Object.fromEntries(keys(1_000, (n) => n).map((key) => [key, hash(key, 8)]))
    const all = Fingerprints.decodeLegacy(recent, 2_000)
    expect([all.overflowed, all.encode().length <= 2_000]).toEqual([true, true])
  })
})
