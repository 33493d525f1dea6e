import { describe, expect, test } from '@jest/globals'
import {
  burstWindow,
  dailyTokens,
  retryAfterMs,
  waitMs,
} from '../../../src/pipedrive/limits/rate-limit-headers.js'

/** What makes no sense as a whole number that is not negative. */
const NONSENSE: { name: string; value: unknown }[] = [
  { name: 'missing', value: undefined },
  { name: 'null', value: null },
  { name: 'empty', value: '' },
  { name: 'blank', value: ' \t' },
  { name: 'a text', value: 'many' },
  { name: 'negative', value: '-1' },
  { name: 'signed', value: '+1' },
  { name: 'a fraction', value: '1.5' },
  { name: 'in another notation', value: '1e3' },
  { name: 'hexadecimal', value: '0x10' },
  { name: 'with a unit', value: '20 requests' },
  { name: 'grouped', value: '30,000' },
  { name: 'infinite', value: 'Infinity' },
  { name: 'not a number', value: NaN },
  { name: 'beyond exact numbers', value: '9007199254740993' },
  { name: 'several', value: ['20', '80'] },
  { name: 'an object', value: {} },
  { name: 'true', value: true },
]

describe('the burst window', () => {
  test.each<{ name: string; limit: unknown; remaining: unknown; window: object }>([
    { name: 'is what both headers say', limit: '80', remaining: '79', window: { limit: 80, remaining: 79 } },
    { name: 'is what numbers say', limit: 80, remaining: 0, window: { limit: 80, remaining: 0 } },
    { name: 'is read around spaces', limit: ' 80 ', remaining: '\t7', window: { limit: 80, remaining: 7 } },
    {
      name: 'is what lists of one say',
      limit: ['80'],
      remaining: ['7'],
      window: { limit: 80, remaining: 7 },
    },
    { name: 'may be full', limit: '80', remaining: '0', window: { limit: 80, remaining: 0 } },
    { name: 'may be untouched', limit: '80', remaining: '80', window: { limit: 80, remaining: 80 } },
    { name: 'may be of one request', limit: '1', remaining: '0', window: { limit: 1, remaining: 0 } },
    { name: 'has no more left than it has', limit: '80', remaining: '81', window: { limit: 80 } },
    { name: 'cannot be of no requests', limit: '0', remaining: '0', window: {} },
  ])('$name', ({ limit, remaining, window }) => {
    expect(burstWindow({ 'x-ratelimit-limit': limit, 'x-ratelimit-remaining': remaining })).toEqual(window)
  })

  test.each(NONSENSE)('is unknown when its limit is $name, whatever remains', ({ value }) => {
    expect(burstWindow({ 'x-ratelimit-limit': value, 'x-ratelimit-remaining': '5' })).toEqual({})
  })

  test.each(NONSENSE)('keeps its limit when what remains is $name', ({ value }) => {
    const headers = { 'x-ratelimit-limit': '80', 'x-ratelimit-remaining': value }
    expect(burstWindow(headers)).toEqual({ limit: 80 })
  })

  test('is not that of the day', () => {
    const headers = { 'x-daily-ratelimit-token-limit': '30000', 'x-daily-ratelimit-token-remaining': '5' }
    expect(burstWindow(headers)).toEqual({})
  })
})

describe("the day's tokens", () => {
  const daily = (limit: unknown, remaining: unknown) =>
    dailyTokens({ 'x-daily-ratelimit-token-limit': limit, 'x-daily-ratelimit-token-remaining': remaining })

  test.each<{ name: string; limit: unknown; remaining: unknown; tokens: object }>([
    {
      name: 'are what both headers say',
      limit: '150000',
      remaining: '149580',
      tokens: { limit: 150_000, remaining: 149_580 },
    },
    { name: 'may be spent', limit: '30000', remaining: '0', tokens: { limit: 30_000, remaining: 0 } },
    {
      name: 'may be spent, as a number',
      limit: 30_000,
      remaining: 0,
      tokens: { limit: 30_000, remaining: 0 },
    },
    {
      name: 'may be more than the limit',
      limit: '30000',
      remaining: '35000',
      tokens: { limit: 30_000, remaining: 35_000 },
    },
  ])('$name', ({ limit, remaining, tokens }) => {
    expect(daily(limit, remaining)).toEqual(tokens)
  })

  test.each(NONSENSE)('are each read alone: the other one is $name', ({ value }) => {
    expect(daily(value, '5')).toEqual({ remaining: 5 })
    expect(daily('30000', value)).toEqual({ limit: 30_000 })
  })

  test('are not those of the window', () => {
    expect(dailyTokens({ 'x-ratelimit-limit': '80', 'x-ratelimit-remaining': '79' })).toEqual({})
  })
})

/** Nobody's clock is asked but the server's: it is years off here. */
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
  { name: 'nought', value: '0', ms: 0 },
  { name: 'nought as a number', value: 0, ms: 0 },
  { name: 'a fraction', value: '0.5', ms: 500 },
  { name: 'between spaces', value: ' 2 ', ms: 2_000 },
  { name: 'until midnight', value: '86399', ms: 86_399_000 },
  { name: 'a moment in seconds since 1970', value: '1790000000', ms: undefined },
  { name: 'a moment in milliseconds since 1970', value: '1790000000000', ms: undefined },
  { name: 'missing', value: undefined, ms: undefined },
  { name: 'null', value: null, ms: undefined },
  { name: 'empty', value: '', ms: undefined },
  { name: 'blank', value: ' ', ms: undefined },
  { name: 'a text', value: 'soon', ms: undefined },
  { name: 'negative', value: '-1', ms: undefined },
  { name: 'infinite', value: 'Infinity', ms: undefined },
  { name: 'with a unit', value: '3s', ms: undefined },
  { name: 'in another notation', value: '1e3', ms: undefined },
  { name: 'several', value: ['3', '5'], ms: undefined },
  { name: 'several in one', value: '60, 60', ms: undefined },
]

describe('retry-after', () => {
  test.each(WAITS)('as $name', ({ value, ms }) => {
    expect(retryAfterMs({ 'retry-after': value })).toBe(ms)
  })

  test.each(WAITS.filter(({ ms }) => ms !== undefined))('as $name, whatever the date', ({ value, ms }) => {
    expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBe(ms)
  })

  test.each<Wait & { date?: unknown }>([
    { name: 'counts from the server’s clock', value: 'Sat, 01 Jan 2000 00:01:05 GMT', ms: 65_000 },
    { name: 'may be days away', value: 'Mon, 03 Jan 2000 00:00:00 GMT', ms: 2 * 86_400_000 },
    { name: 'may be now', value: SERVER_NOW, ms: 0 },
    { name: 'says nothing when it is over', value: 'Fri, 31 Dec 1999 23:59:59 GMT', ms: undefined },
    { name: 'says nothing when there is no such day', value: 'Sat, 99 Jan 2000 00:00:00 GMT', ms: undefined },
  ])('as a date $name', ({ value, ms }) => {
    expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBe(ms)
  })

  test.each([undefined, null, '', 'today', 'Sat, 99 Jan 2000 00:00:00 GMT'])(
    'as a date says nothing when the server’s clock says %p',
    (date) => {
      expect(retryAfterMs({ 'retry-after': 'Sat, 01 Jan 2000 00:01:05 GMT', date })).toBeUndefined()
    },
  )

  // Date.parse takes almost anything: '-3600' for the year 3600, '-49' for 2049, '3,5' for March 5th, 2001.
  test.each([
    { value: '-1' },
    { value: '-49' },
    { value: '-3600' },
    { value: ['3', '5'] },
    { value: 'soon 2030' },
  ])('is no date when it is $value', ({ value }) => {
    expect(retryAfterMs({ 'retry-after': value, date: SERVER_NOW })).toBeUndefined()
  })

  test('is not x-ratelimit-reset', () => {
    expect(retryAfterMs({ 'x-ratelimit-reset': '2' })).toBeUndefined()
  })
})

describe('a refusal lasts', () => {
  test.each(WAITS)('as long as retry-after says, else for a window: $name', ({ value, ms }) => {
    expect(waitMs({ 'retry-after': value })).toBe(ms ?? 2_000)
  })

  test.each(WAITS)('as long as x-ratelimit-reset says, else for a window: $name', ({ value, ms }) => {
    expect(waitMs({ 'x-ratelimit-reset': value })).toBe(ms ?? 2_000)
  })

  test.each(WAITS)('as long as x-ratelimit-reset says where retry-after does not: $name', ({ value, ms }) => {
    expect(waitMs({ 'retry-after': value, 'x-ratelimit-reset': '7' })).toBe(ms ?? 7_000)
  })

  test('until the date that retry-after names', () => {
    const headers = {
      'retry-after': 'Sat, 01 Jan 2000 00:00:09 GMT',
      'x-ratelimit-reset': '1',
      date: SERVER_NOW,
    }
    expect(waitMs(headers)).toBe(9_000)
  })

  test('no time that x-ratelimit-reset would name as a date', () => {
    const headers = { 'x-ratelimit-reset': 'Sat, 01 Jan 2000 00:00:09 GMT', date: SERVER_NOW }
    expect(waitMs(headers)).toBe(2_000)
  })
})
