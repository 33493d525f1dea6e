import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../src/pipedrive/faults.js'
import { decideRetry } from '../../src/pipedrive/retry.js'

const decide = (kind: FaultKind, attempt: number, random: number, headers: Record<string, unknown> = {}) =>
  decideRetry({ fault: { kind }, headers, attempt, random })
const after = (afterMs: number) => ({ retry: true, afterMs })

const RETRIED = ['rate_limited', 'server', 'malformed_body', 'timeout', 'network'] as const
const FINAL = [
  'bad_request',
  'unauthorized',
  'payment_required',
  'forbidden',
  'scope_missing',
  'blocked',
  'not_found',
  'gone',
  'unsupported',
  'daily_budget_spent',
  'unexpected_status',
] as const

describe('a failed attempt', () => {
  test.each(RETRIED)('is repeated up to the sixth: %s', (kind) => {
    const decisions = [1, 2, 3, 4, 5, 6, 7].map((attempt) => decide(kind, attempt, 0.5).retry)
    expect(decisions).toEqual([true, true, true, true, true, false, false])
  })

  test.each(FINAL)('is never repeated: %s', (kind) => {
    expect(decide(kind, 1, 0.5, { 'retry-after': '1', 'x-ratelimit-reset': '1' })).toEqual({ retry: false })
  })
})

describe('a fault of servers or the network waits longer each time, at random', () => {
  test.each([
    { attempt: 1, ceiling: 1_000 },
    { attempt: 2, ceiling: 2_000 },
    { attempt: 3, ceiling: 4_000 },
    { attempt: 4, ceiling: 8_000 },
    { attempt: 5, ceiling: 16_000 },
  ])('after attempt $attempt up to $ceiling ms', ({ attempt, ceiling }) => {
    for (const kind of ['server', 'malformed_body', 'timeout', 'network'] as const) {
      expect(decide(kind, attempt, 0)).toEqual(after(0))
      expect(decide(kind, attempt, 0.25)).toEqual(after(ceiling / 4))
      expect(decide(kind, attempt, 1)).toEqual(after(ceiling))
    }
  })

  test('whatever the headers say about the rate limit', () => {
    expect(decide('server', 1, 1, { 'retry-after': '60', 'x-ratelimit-reset': '60' })).toEqual(after(1_000))
  })
})

describe('a rate limit waits for its reset', () => {
  const WINDOW = 2_000

  test.each<{ name: string; headers: Record<string, unknown>; afterMs: number }>([
    { name: 'as retry-after says', headers: { 'retry-after': '3' }, afterMs: 3_000 },
    { name: 'as x-ratelimit-reset says', headers: { 'x-ratelimit-reset': '2' }, afterMs: 2_000 },
    {
      name: 'as retry-after says when both speak',
      headers: { 'retry-after': '5', 'x-ratelimit-reset': '1' },
      afterMs: 5_000,
    },
    { name: 'not at all when it is now', headers: { 'retry-after': '0' }, afterMs: 0 },
    { name: 'of fractions of a second', headers: { 'x-ratelimit-reset': '0.5' }, afterMs: 500 },
    { name: 'for a window without headers', headers: {}, afterMs: WINDOW },
    { name: 'for a window after an empty header', headers: { 'retry-after': ' ' }, afterMs: WINDOW },
    { name: 'for a window after a negative header', headers: { 'x-ratelimit-reset': '-1' }, afterMs: WINDOW },
    { name: 'for a window after a text', headers: { 'retry-after': 'soon' }, afterMs: WINDOW },
    {
      name: 'for a window after a date',
      headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
      afterMs: WINDOW,
    },
    { name: 'for a window after infinity', headers: { 'retry-after': 'Infinity' }, afterMs: WINDOW },
    { name: 'for a window after null', headers: { 'retry-after': null }, afterMs: WINDOW },
    {
      name: 'as the other header says when one is useless',
      headers: { 'retry-after': 'soon', 'x-ratelimit-reset': '7' },
      afterMs: 7_000,
    },
    { name: 'up to five minutes', headers: { 'retry-after': '300' }, afterMs: 300_000 },
  ])('$name', ({ headers, afterMs }) => {
    expect(decide('rate_limited', 1, 0, headers)).toEqual(after(afterMs))
    // Those who wait for the same reset come back within a second of it, never before.
    expect(decide('rate_limited', 5, 1, headers)).toEqual(after(afterMs + 1_000))
  })

  test.each([
    { name: 'minutes away', headers: { 'retry-after': '301' } },
    { name: 'at midnight', headers: { 'x-ratelimit-reset': '86400' } },
    { name: 'in seconds since 1970', headers: { 'x-ratelimit-reset': '1790000000' } },
    { name: 'in milliseconds since 1970', headers: { 'x-ratelimit-reset': '1790000000000' } },
  ])('but gives up when that is $name', ({ headers }) => {
    expect(decide('rate_limited', 1, 0, headers)).toEqual({ retry: false })
  })
})
