import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { KeySet } from '../../src/sync/key-set.js'

const keys = fc.array(fc.nat({ max: 999_999_999 }).map(String))

describe('a set of keys', () => {
  test('comes back from a state with the same members', () => {
    fc.assert(
      fc.property(keys, keys, (members, strangers) => {
        const set = KeySet.decode(KeySet.of(members).encode())
        expect(members.every((key) => set.has(key))).toBe(true)
        for (const key of strangers) expect(set.has(key)).toBe(members.includes(key))
      }),
    )
  })

  test('knows hashed keys as well', () => {
    const set = KeySet.decode(KeySet.of(['m9Cq4WNR-_a', 'PpruDTF2xYz']).encode())
    expect(['m9Cq4WNR-_a', 'PpruDTF2xYz', '3cdZzsMyabc'].map((key) => set.has(key))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('says what another set does not have', () => {
    const left = KeySet.of(['1', '2', '3']).without(KeySet.of(['2']))
    expect(['1', '2', '3'].map((key) => left.has(key))).toEqual([true, false, true])
  })

  test.each([
    { name: '200,000 numbers', key: (n: number) => String(1000 + n * 3) },
    {
      name: '200,000 hashes',
      key: (n: number) => createHash('sha1').update(String(n)).digest('base64url').slice(0, 11),
    },
  ])('of $name stays small in a state; what has no room is left out', ({ key }) => {
    const set = KeySet.of(Array.from({ length: 200_000 }, (_, n) => key(n)))
    const text = set.encode()
    expect(text.length).toBeLessThan(160_000)
    expect(KeySet.decode(text).size).toBeGreaterThan(30_000)
  })

  test('of nothing is empty', () => {
    expect(KeySet.decode(KeySet.of().encode()).size).toBe(0)
  })
})
