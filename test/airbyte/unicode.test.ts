import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/airbyte/messages.js'
import { mayHaveInvalidUnicode, replaceInvalidUnicode } from '../../src/airbyte/unicode.js'

const HIGH = '\uD83D'
const LOW = '\uDE00'

describe('serialized JSON may have invalid Unicode', () => {
  test.each([
    { name: 'with a NUL', value: 'a\0', suspect: true },
    { name: 'with the first half of a surrogate pair', value: HIGH, suspect: true },
    { name: 'with the second half of a surrogate pair', value: LOW, suspect: true },
    { name: 'with a NUL in a field name', value: { '\0': 1 }, suspect: true },
    { name: 'with the text of an escape, which only costs a check', value: '\\u0000', suspect: true },
    { name: 'but not with a whole pair', value: `${HIGH}${LOW}`, suspect: false },
    { name: 'but not with other control characters', value: '\n\t\u0001', suspect: false },
    { name: 'but not with any other text', value: 'Zürich 東京', suspect: false },
  ])('$name', ({ value, suspect }) => {
    expect(mayHaveInvalidUnicode(JSON.stringify({ value }))).toBe(suspect)
  })
})

describe('a record whose invalid Unicode is replaced', () => {
  const changes = (...fields: string[]) =>
    fields.map((field) => ({ field, change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' }))

  test.each<{ name: string; data: JsonObject; replaced: JsonObject; fields: string[] }>([
    { name: 'has no NUL', data: { a: '\0x\0' }, replaced: { a: '\uFFFDx\uFFFD' }, fields: ['a'] },
    {
      name: 'has no first half of a pair',
      data: { a: `${HIGH}x` },
      replaced: { a: '\uFFFDx' },
      fields: ['a'],
    },
    {
      name: 'has no second half of a pair',
      data: { a: `x${LOW}` },
      replaced: { a: 'x\uFFFD' },
      fields: ['a'],
    },
    {
      name: 'has no pair in the wrong order',
      data: { a: LOW + HIGH },
      replaced: { a: '\uFFFD\uFFFD' },
      fields: ['a'],
    },
    { name: 'keeps a whole pair', data: { a: HIGH + LOW }, replaced: { a: '😀' }, fields: [] },
    {
      name: 'names the top-level field of a nested change',
      data: { a: { b: [{ c: 'x\0' }, 1] }, d: 'fine' },
      replaced: { a: { b: [{ c: 'x\uFFFD' }, 1] }, d: 'fine' },
      fields: ['a'],
    },
    {
      name: 'has valid field names at every depth',
      data: { 'a\0': 1, b: { 'c\0': 2 } },
      replaced: { 'a\uFFFD': 1, b: { 'c\uFFFD': 2 } },
      fields: ['a\uFFFD', 'b'],
    },
    {
      name: 'is unchanged if everything is valid',
      data: { a: null, b: 0, c: false, d: [], e: {}, f: ['x', null] },
      replaced: { a: null, b: 0, c: false, d: [], e: {}, f: ['x', null] },
      fields: [],
    },
    {
      name: 'keeps a field named __proto__',
      data: JSON.parse('{"__proto__":{"a":"x"},"b":"\\u0000"}') as JsonObject,
      replaced: JSON.parse('{"__proto__":{"a":"x"},"b":"\uFFFD"}') as JsonObject,
      fields: ['b'],
    },
  ])('$name', ({ data, replaced, fields }) => {
    expect(replaceInvalidUnicode(data)).toEqual({ data: replaced, changes: changes(...fields) })
  })
})
