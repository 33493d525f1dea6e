import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/airbyte/messages.js'
import { mayHoldBrokenText, mendText } from '../../src/airbyte/unicode.js'

const HIGH = '\uD83D'
const LOW = '\uDE00'

describe('broken text is suspected', () => {
  test.each([
    { name: 'for a NUL', value: 'a\0', suspect: true },
    { name: 'for half of a pair, the first', value: HIGH, suspect: true },
    { name: 'for half of a pair, the second', value: LOW, suspect: true },
    { name: 'in the name of a field', value: { '\0': 1 }, suspect: true },
    { name: 'for the text of an escape, which costs only a look', value: '\\u0000', suspect: true },
    { name: 'not for a whole pair', value: `${HIGH}${LOW}`, suspect: false },
    { name: 'not for other control characters', value: '\n\t\u0001', suspect: false },
    { name: 'not for any other text', value: 'Zürich 東京', suspect: false },
  ])('$name', ({ value, suspect }) => {
    expect(mayHoldBrokenText(JSON.stringify({ value }))).toBe(suspect)
  })
})

describe('mended text', () => {
  const changes = (...fields: string[]) =>
    fields.map((field) => ({ field, change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' }))

  test.each<{ name: string; data: JsonObject; mended: JsonObject; fields: string[] }>([
    { name: 'has no NUL', data: { a: '\0x\0' }, mended: { a: '\uFFFDx\uFFFD' }, fields: ['a'] },
    { name: 'has no first half', data: { a: `${HIGH}x` }, mended: { a: '\uFFFDx' }, fields: ['a'] },
    { name: 'has no second half', data: { a: `x${LOW}` }, mended: { a: 'x\uFFFD' }, fields: ['a'] },
    {
      name: 'has no pair the wrong way round',
      data: { a: LOW + HIGH },
      mended: { a: '\uFFFD\uFFFD' },
      fields: ['a'],
    },
    { name: 'keeps a whole pair', data: { a: HIGH + LOW }, mended: { a: '😀' }, fields: [] },
    {
      name: 'names the top-level field of what lies deep',
      data: { a: { b: [{ c: 'x\0' }, 1] }, d: 'fine' },
      mended: { a: { b: [{ c: 'x\uFFFD' }, 1] }, d: 'fine' },
      fields: ['a'],
    },
    {
      name: 'has sound names of fields, at depth too',
      data: { 'a\0': 1, b: { 'c\0': 2 } },
      mended: { 'a\uFFFD': 1, b: { 'c\uFFFD': 2 } },
      fields: ['a\uFFFD', 'b'],
    },
    {
      name: 'is untouched where nothing is broken',
      data: { a: null, b: 0, c: false, d: [], e: {}, f: ['x', null] },
      mended: { a: null, b: 0, c: false, d: [], e: {}, f: ['x', null] },
      fields: [],
    },
  ])('$name', ({ data, mended, fields }) => {
    expect(mendText(data)).toEqual({ data: mended, changes: changes(...fields) })
  })
})
