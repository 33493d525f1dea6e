import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isTooLarge, parseExactJson, TOO_LARGE } from '../../src/common/exact-json.js'
import { fuzzed } from '../support/fuzz.js'

describe('a number in JSON', () => {
  test.each([
    { name: '9007199254740991', text: '9007199254740991', value: 9007199254740991 },
    { name: '9007199254740992', text: '9007199254740992', value: 9007199254740992n },
    { name: '9007199254740993', text: '9007199254740993', value: 9007199254740993n },
    { name: '-9007199254740993', text: '-9007199254740993', value: -9007199254740993n },
    {
      name: '123456789012345678901234567890',
      text: '123456789012345678901234567890',
      value: 123456789012345678901234567890n,
    },
    { name: '1234567890123456', text: '1234567890123456', value: 1234567890123456 },
    {
      name: '0.12345678901234567890',
      text: '0.12345678901234567890',
      value: Number('0.12345678901234567890'),
    },
    { name: '12345678901234567.5', text: '12345678901234567.5', value: Number('12345678901234567.5') },
    { name: '1e22', text: '1e22', value: 1e22 },
    { name: '1e308', text: '1e308', value: 1e308 },
    { name: '1e-400', text: '1e-400', value: 0 },
    { name: '1e400', text: '1e400', value: TOO_LARGE },
    { name: '1E+400', text: '1E+400', value: TOO_LARGE },
    { name: '-1.5e0400', text: '-1.5e0400', value: -TOO_LARGE },
    { name: '400 digits', text: '9'.repeat(400), value: TOO_LARGE },
    { name: '210 digits and e99', text: `${'9'.repeat(210)}e99`, value: TOO_LARGE },
    { name: '310 digits and a fraction', text: `${'9'.repeat(310)}.5`, value: TOO_LARGE },
    { name: '300 digits and e10', text: `${'9'.repeat(300)}e10`, value: TOO_LARGE },
  ])('$name is read with all its digits, or as too large', ({ text, value }) => {
    for (const [before, after] of [
      ['{"a":', '}'],
      ['{"a" : \n\t', '\n}'],
      ['{"b":[1,2],"a":', ',"c":"1"}'],
    ])
      expect(parseExactJson(`${before}${text}${after}`)).toHaveProperty('a', value)
    expect(parseExactJson(`[0,${text},"x"]`)).toEqual([0, value, 'x'])
  })

  test('inside a string stays a string, whatever quotes and backslashes surround it', () => {
    const texts = [
      ':12345678901234567890',
      '",12345678901234567890,"',
      '\\',
      '\\"',
      '\\\\":12345678901234567890',
      '[1e400]',
    ]
    const value = { a: texts, [texts[1] ?? '']: 12 }
    const text = JSON.stringify({ value, big: 1 }).replace('"big":1', '"big":12345678901234567890')
    expect(parseExactJson(text)).toEqual({ value, big: 12345678901234567890n })
  })

  test('leaves keys alone, __proto__ among them', () => {
    const parsed = parseExactJson('{"12345678901234567890":1,"__proto__":{"__proto__":12345678901234567890}}')
    const proto = Object.entries(parsed as object).find(([key]) => key === '__proto__')?.[1] as object
    expect(Object.entries(proto)).toEqual([['__proto__', 12345678901234567890n]])
    expect(Object.keys(parsed as object)).toEqual(['12345678901234567890', '__proto__'])
  })
})

test.each([
  '{12345678901234567890:1}',
  '{"a":12345678901234567890',
  '[01234567890123456789]',
  '[1e400',
  '',
  '{',
])('a text that is not JSON is refused, with long numbers too: %s', (text) => {
  expect(() => parseExactJson(text)).toThrow(SyntaxError)
})

test('only the two values that stand for it count as too large', () => {
  expect([TOO_LARGE, -TOO_LARGE, 0n, 2n ** 1023n, -(2n ** 70n)].map(isTooLarge)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

/** JSON text of any form: every integer stands for itself, with its digits. */
const long = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    long,
    fc.string(),
    fc.constantFrom(null, true, '\\', '"', ':12345678901234567890', '__proto__'),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
}))

function toText(value: unknown, blank: string): string {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => toText(item, blank)).join(`${blank},${blank}`)}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(
    ([key, inner]) => `${JSON.stringify(key)}${blank}:${blank}${toText(inner, blank)}`,
  )
  return `{${members.join(',')}}`
}

/** The same value with each integer as its text. */
function spelled(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return `number ${value}`
  if (Array.isArray(value)) return value.map(spelled)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, inner]) => [key, spelled(inner)])
}

test('any JSON is read with every digit of its integers', () => {
  fc.assert(
    fc.property(anyValue, fc.constantFrom('', ' ', '\n\t'), (value, blank) => {
      expect(spelled(parseExactJson(toText({ value }, blank)))).toEqual(spelled({ value }))
    }),
    fuzzed(33),
  )
})

test('megabytes of quotes, backslashes and digits are read in time proportional to their length', () => {
  const hostile = ['"'.repeat(500_000), '\\'.repeat(500_000), '9'.repeat(1_000_000), ':1'.repeat(500_000)]
  const text = `${JSON.stringify(hostile).slice(0, -1)},12345678901234567890,${'9'.repeat(1_000_000)}]`
  expect(parseExactJson(text)).toEqual([...hostile, 12345678901234567890n, TOO_LARGE])
})

test('a text that is nested 100,000 levels deep is read', () => {
  const depth = 100_000
  expect(parseExactJson(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`)).toEqual([
    expect.anything(),
  ])
})
