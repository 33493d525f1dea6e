import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { TextSearch } from '../../src/airbyte/text-search.js'
import { fuzzed } from '../support/fuzz.js'

const LONG = '0123456789abcdef0123456789abcdef01234567'
const OTHER = 'zyxwvutsrqponmlkjihgfedcba-ZYXWVUTSRQPONMLKJIHGFEDCBA'

function finds(texts: readonly string[], where: string): boolean {
  return new TextSearch(texts).findsAnyIn(Buffer.from(where))
}

describe('a search for texts', () => {
  test('finds a long one wherever it begins', () => {
    const search = new TextSearch([LONG])
    const found = Array.from({ length: 100 }, (_, at) =>
      search.findsAnyIn(Buffer.from(`${'.'.repeat(at)}${LONG}${'.'.repeat(100 - at)}`)),
    )
    expect(found).toEqual(found.map(() => true))
  })

  test.each([
    { name: 'one that is all there is', texts: [LONG], where: LONG },
    { name: 'one at the end', texts: [LONG], where: `…${'.'.repeat(57)}${LONG}` },
    { name: 'the second of two long ones', texts: [LONG, OTHER], where: `..${OTHER}..` },
    { name: 'one with the beginning of another', texts: [LONG, `${LONG.slice(0, 36)}....`], where: LONG },
    { name: 'one whose samples are all the same', texts: ['a'.repeat(40)], where: `b${'a'.repeat(40)}` },
    { name: 'one behind a beginning of it', texts: [LONG], where: `${LONG.slice(0, 35)}${LONG}` },
    { name: 'a short one', texts: [LONG, 'secret'], where: 'a secret' },
    { name: 'one that is just long enough for samples', texts: [LONG.slice(0, 32)], where: `.${LONG}` },
    {
      name: 'one whose only sample is at the end',
      texts: [LONG.slice(0, 32)],
      where: `.${LONG.slice(0, 32)}`,
    },
    { name: 'one that is just too short for samples', texts: [LONG.slice(0, 31)], where: `.${LONG}` },
    {
      name: 'one with characters of several bytes',
      texts: ['é€😀'.repeat(5)],
      where: `ä${'é€😀'.repeat(5)}`,
    },
  ])('finds $name', ({ texts, where }) => {
    expect(finds(texts, where)).toBe(true)
  })

  test.each([
    { name: 'texts of which nothing occurs', texts: [LONG, 'secret'], where: '.'.repeat(100) },
    { name: 'the first part of a text', texts: [LONG], where: `${LONG.slice(0, -1)}${'.'.repeat(60)}` },
    { name: 'the last part of a text', texts: [LONG], where: `${LONG.slice(1)}${'.'.repeat(60)}` },
    { name: 'a text that is cut at the end', texts: [LONG], where: `..${LONG.slice(0, -1)}` },
    { name: 'a text in capitals', texts: [LONG], where: LONG.toUpperCase() },
    { name: 'anything where there are no texts', texts: [], where: LONG },
    { name: 'anything in less than a sample', texts: [LONG], where: '012' },
  ])('does not find $name', ({ texts, where }) => {
    expect(finds(texts, where)).toBe(false)
  })

  test('does not look beyond the bytes in their buffer', () => {
    const all = Buffer.from(`${'.'.repeat(29)}${LONG}`)
    const search = new TextSearch([LONG])
    expect(search.findsAnyIn(all.subarray(0, -1))).toBe(false)
    expect(search.findsAnyIn(all.subarray(30))).toBe(false)
    expect(search.findsAnyIn(all.subarray(29))).toBe(true)
  })

  test('finds what a search for each text finds, where texts resemble each other', () => {
    const letters = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength })
    const texts = fc.array(fc.oneof(letters(6, 40), letters(32, 36)), { maxLength: 4 })
    const parts = fc.array(fc.oneof(letters(0, 40), fc.constant('part')), { maxLength: 6 })
    fc.assert(
      fc.property(texts, parts, fc.nat(3), (searched, around, pick) => {
        const text = searched[pick] ?? ''
        // With the whole text, or all but one end of it, amid the rest.
        for (const piece of [text, text.slice(1), text.slice(0, -1)]) {
          const where = around.join(piece)
          expect(finds(searched, where)).toBe(searched.some((each) => where.includes(each)))
        }
      }),
      fuzzed(2_000),
    )
  })
})
