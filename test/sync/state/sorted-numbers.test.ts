import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  base64Length,
  ByteReader,
  ByteWriter,
  fromBase64,
  VARINT_BYTES,
} from '../../../src/sync/state/bytes.js'
import { packedBytes, packSorted, unpackSorted } from '../../../src/sync/state/sorted-numbers.js'
import { fuzzed } from '../../support/fuzz.js'

const MOST = Number.MAX_SAFE_INTEGER

describe('packed numbers', () => {
  const number = fc.oneof(fc.nat({ max: 100 }), fc.nat(), fc.maxSafeNat(), fc.constantFrom(MOST, MOST - 1))
  const numbers = fc.uniqueArray(number, { maxLength: 60 }).map((all) => all.sort((a, b) => a - b))

  test('come back as they were, and what follows them stays', () => {
    fc.assert(
      fc.property(numbers, (all) => {
        const reader = new ByteReader(Buffer.concat([packSorted(all), Uint8Array.of(42)]))
        expect([...unpackSorted(reader)]).toEqual(all)
        expect(reader.byte()).toBe(42)
        expect(reader.isAtEnd).toBe(true)
      }),
      fuzzed(150),
    )
  })

  test('never take more than their count and the highest number allow for', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (all, more) => {
        const highest = Math.min(MOST, (all.at(-1) ?? 0) + more)
        expect(packSorted(all).length).toBeLessThanOrEqual(packedBytes(all.length, highest))
      }),
      fuzzed(150),
    )
  })

  test.each([
    { name: 'one bit each without gaps', count: 10_000, gap: 1, bits: 1 },
    { name: 'six bits each at gaps of up to 16', count: 10_000, gap: 16, bits: 6 },
    { name: '22 bits each at gaps of up to a million', count: 10_000, gap: 1_000_000, bits: 22 },
  ])('take $name', ({ count, gap, bits }) => {
    const all = Array.from({ length: count }, (_, n) => n * gap)
    expect(packSorted(all).length).toBeLessThanOrEqual((count * bits) / 8 + 10)
  })

  test.each([
    { name: 'they are empty', bytes: [] },
    { name: 'the numbers are missing', bytes: [3] },
    { name: 'the numbers end too early', bytes: [1, 0, 0] },
    { name: 'there are too many low bits', bytes: [1, 54, 255, 255, 255, 255, 255, 255, 255, 255] },
    { name: 'a number is beyond 2^53 − 1', bytes: [1, 53, 254, 255, 255, 255, 255, 255, 255, 255] },
    { name: 'the count is huge', bytes: [255, 255, 255, 255, 15, 0, 255] },
  ])('are refused when $name', ({ bytes }) => {
    expect(() => unpackSorted(new ByteReader(Uint8Array.from(bytes)))).toThrow(RangeError)
  })
})

describe('bytes', () => {
  test('of any integer as a varint give the integer', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const reader = new ByteReader(new ByteWriter(VARINT_BYTES).varint(value).written())
        expect([reader.varint(), reader.isAtEnd]).toEqual([value, true])
      }),
    )
  })

  test('of a varint beyond 2^53 − 1 are refused', () => {
    expect(() => new ByteReader(new Uint8Array(20).fill(255)).varint()).toThrow(RangeError)
  })

  test('have as many characters of base64 as announced', () => {
    for (let length = 0; length < 10; length += 1) {
      expect(Buffer.alloc(length).toString('base64')).toHaveLength(base64Length(length))
    }
  })

  test.each(['AQ', 'AQ=', 'A Q=', 'AQ==\n', 'AQ==AQ==', '_w==', 'AR=='])('are not read from %j', (text) => {
    expect(() => fromBase64(text)).toThrow(RangeError)
  })
})
