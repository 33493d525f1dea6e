import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { hashOfKey, integerOfKey, KeySet } from '../../../src/sync/state/key-set.js'
import { fuzzed } from '../../support/fuzz.js'

const setOf = (keys: Iterable<string>) => {
  const set = new KeySet()
  for (const key of keys) set.add(key)
  return set
}
const numbers = (count: number, key: (n: number) => number) =>
  setOf(Array.from({ length: count }, (_, n) => String(key(n))))
const sha1 = (text: string) => createHash('sha1').update(text).digest()
const MOST = String(Number.MAX_SAFE_INTEGER)

describe('a key', () => {
  test.each(['0', '7', '1234567890', MOST])('%p is kept as an integer', (key) => {
    expect(integerOfKey(key)).toBe(Number(key))
    expect([...setOf([key]).keys()]).toEqual([key])
  })

  test.each([
    '',
    '-1',
    '007',
    '00',
    '1.0',
    '1e3',
    ' 1',
    '12/34',
    '١',
    '9007199254740992',
    '10000000000000000',
  ])('%p is kept as a hash', (key) => {
    const set = setOf([key])
    expect([set.size, set.hashedSize, set.has(key), [...set.keys()]]).toEqual([1, 1, true, []])
    expect([...set.hashes()]).toEqual([hashOfKey(key)])
  })

  test('has the first six bytes of its sha1 as a hash', () => {
    expect(hashOfKey('12/34').toString(16).padStart(12, '0')).toBe(sha1('12/34').toString('hex').slice(0, 12))
  })

  test('with ten digits is never taken for a hashed key with the same number', () => {
    const hash = hashOfKey('12/34')
    expect(setOf([String(hash)]).has('12/34')).toBe(false)
    expect(setOf(['12/34']).has(String(hash))).toBe(false)
    expect(setOf(['12/34']).hasHash(hash)).toBe(true)
  })
})

describe('a set of keys', () => {
  // Close together, at the borders of chunks, far apart, and hashed.
  const anyKey = fc
    .oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 65_530, max: 65_550 }),
      fc.nat({ max: 10 ** 10 }),
      fc.maxSafeNat(),
      fc.string({ maxLength: 3 }),
      fc.uuid(),
    )
    .map(String)
  const step = fc.tuple(fc.constantFrom('add', 'delete', 'reload', 'clone'), anyKey)

  test('behaves as a Set does, also across states and copies', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.array(anyKey), (steps, strangers) => {
        const model = new Set<string>()
        let set = new KeySet()
        for (const [action, key] of steps) {
          if (action === 'reload') set = KeySet.decode(set.encode())
          else if (action === 'clone') set = set.clone()
          else if (action === 'add') {
            expect(set.add(key)).toBe(!model.has(key))
            model.add(key)
          } else expect(set.delete(key)).toBe(model.delete(key))
        }
        expect(set.size).toBe(model.size)
        for (const any of [...model, ...strangers]) expect(set.has(any)).toBe(model.has(any))
        const integers = [...model]
          .filter((id) => integerOfKey(id) >= 0)
          .sort((a, b) => Number(a) - Number(b))
        expect([...set.keys()]).toEqual(integers)
        expect(set.hashedSize).toBe(model.size - integers.length)
        expect(set.encode()).toBe(setOf(model).encode())
      }),
      fuzzed(50),
    )
  })

  test.each([
    { name: 'sparse', density: 0.01 },
    { name: 'half full', density: 0.5 },
    { name: 'full', density: 1 },
  ])('that is $name comes back from a state as it was and can be emptied', ({ density }) => {
    const keys = Array.from({ length: 70_000 }, (_, n) => String(n)).filter((id) => isDrawn(id, density))
    const set = KeySet.decode(setOf(keys).encode())
    expect([...set.keys()]).toEqual(keys)
    expect(keys.every((id) => set.delete(id))).toBe(true)
    expect([set.size, set.encode()]).toEqual([0, new KeySet().encode()])
  })

  test('with many hashes finds each of them after others were deleted', () => {
    const keys = Array.from({ length: 5_000 }, (_, n) => `row ${n}`)
    const set = setOf(keys)
    const [gone, kept] = [keys.filter((_, n) => n % 3 === 0), keys.filter((_, n) => n % 3 !== 0)]
    expect(gone.every((id) => set.delete(id))).toBe(true)
    expect(gone.some((id) => set.has(id))).toBe(false)
    expect(kept.every((id) => set.has(id))).toBe(true)
    expect(set.size).toBe(kept.length)
  })

  test('has a key that was deleted and added again', () => {
    const set = setOf(['5'])
    expect([set.delete('5'), set.has('5'), set.add('5'), set.has('5')]).toEqual([true, false, true, true])
    expect([...set.keys()]).toEqual(['5'])
  })

  test.each(['1', '70000', 'a'])(
    'is encoded anew after %p was deleted and after it was added again',
    (key) => {
      const set = setOf(['1', '2', '70000', '70001', 'a', 'b'])
      const text = set.encode()
      set.delete(key)
      expect(set.encode()).toBe(
        setOf(['1', '2', '70000', '70001', 'a', 'b'].filter((id) => id !== key)).encode(),
      )
      set.add(key)
      expect(set.encode()).toBe(text)
    },
  )

  test('is not changed through its copy', () => {
    const set = setOf(['1', 'a'])
    const text = set.encode()
    const copy = set.clone()
    copy.add('2')
    copy.delete('a')
    expect([set.has('2'), set.has('a'), set.encode()]).toEqual([false, true, text])
    expect(copy.encode()).toBe(setOf(['1', '2']).encode())
  })
})

/** Decides by a hash, the same in every run. */
function isDrawn(key: string, density: number): boolean {
  return sha1(key).readUInt32BE() < density * 2 ** 32
}

describe('the keys that another set lacks', () => {
  const key = fc.oneof(fc.nat({ max: 50 }), fc.integer({ min: 65_000, max: 66_000 })).map(String)

  test('are those of the first that are not in the second', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key), fc.uniqueArray(key), (mine, theirs) => {
        const missing = [...setOf(mine).missingFrom(setOf(theirs))]
        expect(new Set(missing)).toEqual(new Set(mine.filter((id) => !theirs.includes(id))))
      }),
    )
  })

  test('are found between dense sets as well', () => {
    const [all, seen] = [numbers(100_000, (n) => n), numbers(100_000, (n) => n)]
    for (const gone of ['0', '70000', '99999']) seen.delete(gone)
    expect([...all.missingFrom(seen)]).toEqual(['0', '70000', '99999'])
    expect([...seen.missingFrom(all)]).toEqual([])
  })

  test('may be deleted while they are listed', () => {
    const set = numbers(1_000, (n) => n * 100)
    for (const missing of set.missingFrom(setOf(['500']))) set.delete(missing)
    expect([...set.keys()]).toEqual(['500'])
  })
})

describe('the text of a set', () => {
  const bytesOf = (set: KeySet) => (set.encode().length * 3) / 4

  test.each([
    { name: '13,500 bytes for 100,000 ids of which a fifth was deleted', density: 0.8, most: 13_500 },
    { name: '100 bytes for 100,000 ids without gaps', density: 1, most: 100 },
  ])('takes at most $name', ({ density, most }) => {
    const set = new KeySet()
    for (let id = 1; set.size < 100_000; id += 1) if (isDrawn(String(id), density)) set.add(String(id))
    expect(bytesOf(set)).toBeLessThan(most)
  })

  test('takes at most six bytes per hash', () => {
    expect(bytesOf(setOf(Array.from({ length: 1_000 }, (_, n) => `row ${n}`)))).toBeLessThan(6_000)
  })

  test('takes at most seven bytes per id where each is alone among a million', () => {
    const set = numbers(10_000, (n) => n * 999_983 + (n % 7))
    expect(bytesOf(set)).toBeLessThan(70_000)
  })

  test('is the same object until a key is added or deleted', () => {
    const set = setOf(['1', '2'])
    const text = set.encode()
    set.add('1')
    set.delete('3')
    expect(set.encode()).toBe(text)
    set.add('3')
    expect(set.encode()).not.toBe(text)
  })
})

describe('a text that is not an encoded set is refused', () => {
  const text = setOf([...Array(70_000).keys()].map(String).concat('a', 'b', MOST)).encode()
  const bytes = Buffer.from(text, 'base64')
  const base64 = (of: Uint8Array) => Buffer.from(of).toString('base64')

  test.each([
    { name: 'it is empty', garbage: '' },
    { name: 'it is not base64', garbage: 'hello, world' },
    { name: 'it has another form', garbage: base64(Uint8Array.of(9, ...bytes.subarray(1))) },
    { name: 'more follows its end', garbage: base64(Buffer.concat([bytes, Uint8Array.of(0)])) },
    {
      name: 'it announces more numbers than it holds',
      garbage: base64(Uint8Array.of(1, 0, 200, 100, 0, 1)),
    },
    { name: 'a chunk has no members', garbage: base64(Uint8Array.of(1, 1, 0, 2, 0, 0)) },
    {
      name: 'a number is too large',
      garbage: base64(Uint8Array.of(1, 0, ...Array<number>(20).fill(255))),
    },
  ])('when $name', ({ garbage }) => {
    expect(() => KeySet.decode(garbage)).toThrow()
  })

  test('wherever it is cut off', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => KeySet.decode(base64(bytes.subarray(0, length)))).toThrow()
    }
  })

  test('or read as some set, but never endlessly, when its bytes are random', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (random) => {
        let set: KeySet | undefined
        try {
          set = KeySet.decode(base64(Uint8Array.of(1, ...random)))
        } catch {
          return
        }
        expect([...set.keys()]).toHaveLength(set.size - set.hashedSize)
      }),
      fuzzed(100),
    )
  })
})
