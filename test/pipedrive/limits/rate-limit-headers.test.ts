import { describe, expect, test } from '@jest/globals'
import {
  burstHeaders,
  dailyTokens,
  retryAfterMs,
  waitMs,
} from '../../../src/pipedrive/limits/rate-limit-headers.js'

/** Values that are not whole numbers of at least 0. */
const INVALID: { name: string; value: unknown }[] = [
  { name: 'missing', value: undefined },
  { name: 'null', value: null },
  { name: 'empty', value: '' },
  { name: 'blank', value: ' \t' },
  { name: 'a text', value: 'many' },
  { name: 'negative', value: '-1' },
  { name: 'signed', value: '+1' },
  { name: 'a fraction', value: '1.5' },
  { name: 'in exponent notation', value: '1e3' },
  { name: 'hexadecimal', value: '0x10' },
  { name: 'with a unit', value: '20 requests' },
  { name: 'grouped', value: '30,000' },
  { name: 'infinite', value: 'Infinity' },
  { name: 'not a number', value: NaN },
  { name: 'too large to be exact', value: '9007199254740993' },
  { name: 'a list of two', value: ['20', '80'] },
  { name: 'an object', value: {} },
  { name: 'true', value: true },
]

describe('burst headers', () => {
  test.each<{ name: string; limit: unknown; remaining: unknown; expected: object }>([
    { name: 'are read', limit: '80', remaining: '79', expected: { limit: 80, remaining: 79 } },
    { name: 'are read from numbers', limit: 80, remaining: 0, expected: { limit: 80, remaining: 0 } },
    {
      name: 'are read between spaces',
      limit: ' 80 ',
      remaining: '\t7',
      expected: { limit: 80, remaining: 7 },
    },
    {
      name: 'are read from lists of one value',
      limit: ['80'],
      remaining: ['7'],
      expected: { limit: 80, remaining: 7 },
    },
    { name: 'may state a full window', limit: '80', remaining: '0', expected: { limit: 80, remaining: 0 } },
    {
      name: 'may state an empty window',
      limit: '80',
      remaining: '80',
      expected: { limit: 80, remaining: 80 },
    },
    { name: 'may state a limit of 1', limit: '1', remaining: '0', expected: { limit: 1, remaining: 0 } },
    {
      name: 'with more remaining than the limit keep the limit',
      limit: '80',
      remaining: '81',
      expected: { limit: 80 },
    },
    { name: 'with a limit of 0 are invalid', limit: '0', remaining: '0', expected: {} },
  ])('burst headers $name', ({ limit, remaining, expected }) => {
    const headers = { 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining }
    expect(burstHeaders(headers)).toEqual(expected)
  })

  test.each(INVALID)('burst headers are ignored when the limit is $name', ({ value }) => {
    expect(burstHeaders({ 'x-ratelimit-limit': value, 'x-ratelimit-remaining': '5' })).toEqual({})
  })

  test.each(INVALID)('the burst limit is read when the remaining number is $name', ({ value }) => {
    const headers = { 'x-ratelimit-limit': '80', 'x-ratelimit-remaining': value }
    expect(burstHeaders(headers)).toEqual({ limit: 80 })
  })

  test('burst headers are not read from the headers of the daily budget', () => {
    const headers = { 'x-daily-ratelimit-token-limit': '30000', 'x-daily-ratelimit-token-remaining': '5' }
    expect(burstHeaders(headers)).toEqual({})
  })
})

describe('daily tokens', () => {
  const daily = (limit: unknown, remaining: unknown) =>
    dailyTokens({ 'x-daily-ratelimit-token-limit': limit, 'x-daily-ratelimit-token-remaining': remaining })

  test.each<{ name: string; limit: unknown; remaining: unknown; expected: object }>([
    {
      name: 'are read',
      limit: '150000',
      remaining: '149580',
      expected: { limit: 150_000, remaining: 149_580 },
    },
    { name: 'may be spent', limit: '30000', remaining: '0', expected: { limit: 30_000, remaining: 0 } },
    {
      name: 'may be spent, as a number',
      limit: 30_000,
      remaining: 0,
      expected: { limit: 30_000, remaining: 0 },
    },
    {
      name: 'may be more than the limit',
      limit: '30000',
      remaining: '35000',
      expected: { limit: 30_000, remaining: 35_000 },
    },
  ])('daily tokens $name', ({ limit, remaining, expected }) => {
    expect(daily(limit, remaining)).toEqual(expected)
  })

  test.each(INVALID)('each header of the daily tokens is read when the other one is $name', ({ value }) => {
    expect(daily(value, '5')).toEqual({ remaining: 5 })
    expect(daily('30000', value)).toEqual({ limit: 30_000 })
  })

  test('daily tokens are not read from the headers of the burst window', () => {
    expect(dailyTokens({ 'x-ratelimit-limit': '80', 'x-ratelimit-remaining': '79' })).toEqual({})
  })
})

/** Far from the local clock: only the server's clock counts. */
const SERVER_NOW = 'Sat, 01 Jan 2000 00:00:00 GMT'

interface Wait {
  name: string
  value: unknown
  ms: number | undefined
}

const WAITS: Wait[] = [
  { name: 'seconds', value: '3', ms: 3_000 },
  { name: 'a number', value: 3, ms: 3_000 },
  { name: 'a list of one', value: ['3'], ms: 3_000 },
  { name: '0', value: '0', ms: 0 },
  { name: '0 as a number', value: 0, ms: 0 },
  { name: 'a fraction', value: '0.5', ms: 500 },
  { name: 'between spaces', value: ' 2 ', ms: 2_000 },
  { name: 'the seconds until midnight', value: '86399', ms: 86_399_000 },
  { name: 'a time in seconds since 1970', value: '1790000000', ms: undefined },
  { name: 'a time in milliseconds since 1970', value: '1790000000000', ms: undefined },
  { name: 'missing', value: undefined, ms: undefined },
  { name: 'null', value: null, ms: undefined },
  { name: 'empty', value: '', ms: undefined },
  { name: 'blank', value: ' ', ms: undefined },
  { name: 'a text', value: 'soon', ms: undefined },
  { name: 'negative', value: '-1', ms: undefined },
  { name: 'infinite', value: 'Infinity', ms: undefined },
  { name: 'with a unit', value: '3s', ms: undefined },
  { name: 'in exponent notation', value: '1e3', ms: undefined },
  { name: 'a list of two', value: ['3', '5'], ms: undefined },
  { name: 'a text with two numbers', value: '60, 60', ms: undefined },
]

describe('retry-after', () => {
  test.each(WAITS)('a retry-after that is $name means $ms ms', ({ value, ms }) => {
    expect(retryAfterMs({ 'retry-after': value })).toBe(ms)
  })

  test.each(WAITS.filter(({ ms }) => ms !== undefined))(
    'a retry-after that is $name does not depend on the date header',
    ({ value, ms }) => {
      expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBe(ms)
    },
  )

  test.each<Wait & { date?: unknown }>([
    { name: 'is measured from the server’s clock', value: 'Sat, 01 Jan 2000 00:01:05 GMT', ms: 65_000 },
    { name: 'may be days away', value: 'Mon, 03 Jan 2000 00:00:00 GMT', ms: 2 * 86_400_000 },
    { name: 'may be now', value: SERVER_NOW, ms: 0 },
    { name: 'is ignored when it has passed', value: 'Fri, 31 Dec 1999 23:59:59 GMT', ms: undefined },
    { name: 'is ignored when there is no such day', value: 'Sat, 99 Jan 2000 00:00:00 GMT', ms: undefined },
  ])('a retry-after that is a date $name', ({ value, ms }) => {
    expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBe(ms)
  })

  test.each([undefined, null, '', 'today', 'Sat, 99 Jan 2000 00:00:00 GMT'])(
    'a retry-after that is a date is ignored when the date header is %p',
    (date) => {
      expect(retryAfterMs({ 'retry-after': 'Sat, 01 Jan 2000 00:01:05 GMT', date })).toBeUndefined()
    },
  )

  // Date.parse accepts almost anything: '-3600' is the year 3600, '-49' is 2049, '3,5' is March 5th, 2001.
  test.each([
    { value: '-1' },
    { value: '-49' },
    { value: '-3600' },
    { value: ['3', '5'] },
    { value: 'soon 2030' },
  ])('a retry-after of $value is not read as a date', ({ value }) => {
    expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBeUndefined()
  })

  test('retry-after is not read from x-ratelimit-reset', () => {
    expect(retryAfterMs({ 'x-ratelimit-reset': '2' })).toBeUndefined()
  })
})

describe('the wait after a 429', () => {
  const waits = WAITS.map((one) => ({ ...one, expected: Math.max(500, one.ms ?? 2_000) }))

  test.each(waits)('with a retry-after that is $name the wait is $expected ms', ({ value, expected }) => {
    expect(waitMs({ 'retry-after': value })).toBe(expected)
  })

  test.each(waits)(
    'with an x-ratelimit-reset that is $name the wait is $expected ms',
    ({ value, expected }) => {
      expect(waitMs({ 'x-ratelimit-reset': value })).toBe(expected)
    },
  )

  test.each(waits)(
    'a retry-after that is $name takes precedence if it is valid',
    ({ value, ms, expected }) => {
      const headers = { 'retry-after': value, 'x-ratelimit-reset': '7' }
      expect(waitMs(headers)).toBe(ms === undefined ? 7_000 : expected)
    },
  )

  test('the wait ends at the date that retry-after names', () => {
    const headers = {
      'retry-after': 'Sat, 01 Jan 2000 00:00:09 GMT',
      'x-ratelimit-reset': '1',
      date: SERVER_NOW,
    }
    expect(waitMs(headers)).toBe(9_000)
  })

  test('a date in x-ratelimit-reset is ignored', () => {
    const headers = { 'x-ratelimit-reset': 'Sat, 01 Jan 2000 00:00:09 GMT', date: SERVER_NOW }
    expect(waitMs(headers)).toBe(2_000)
  })
})
