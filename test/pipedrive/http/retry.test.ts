import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../../src/pipedrive/http/api-error.js'
import { decideRetry } from '../../../src/pipedrive/http/retry.js'

const decide = (kind: FaultKind, attempt: number, random: number, headers: Record<string, unknown> = {}) =>
  decideRetry({ fault: { kind }, headers, attempt, random })
const after = (afterMs: number) => ({ retry: true, afterMs })

/** Every kind, or the types complain. */
const RETRIED = {
  rate_limited: true,
  server: true,
  malformed_body: true,
  timeout: true,
  network: true,
  bad_request: false,
  unauthorized: false,
  sign_in_lost: false,
  app_refused: false,
  payment_required: false,
  forbidden: false,
  scope_missing: false,
  blocked: false,
  not_found: false,
  gone: false,
  unsupported: false,
  daily_budget_spent: false,
  reserve_reached: false,
  unexpected_status: false,
  proxy: false,
  untrusted_certificate: false,
} satisfies Record<FaultKind, boolean>
const kinds = (retried: boolean) =>
  (Object.keys(RETRIED) as FaultKind[]).filter((kind) => RETRIED[kind] === retried)

describe('a failed attempt', () => {
  test.each(kinds(true))('is repeated up to the sixth: %s', (kind) => {
    const decisions = [1, 2, 3, 4, 5, 6, 7].map((attempt) => decide(kind, attempt, 0.5).retry)
    expect(decisions).toEqual([true, true, true, true, true, false, false])
  })

  test.each(kinds(false))('is never repeated: %s', (kind) => {
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

  test('in whole milliseconds', () => {
    expect(decide('server', 1, 0.12345)).toEqual(after(123))
  })

  test('whatever the headers say about the rate limit', () => {
    expect(decide('server', 1, 1, { 'retry-after': '60', 'x-ratelimit-reset': '60' })).toEqual(after(1_000))
  })
})

describe('a rate limit waits for its reset, no longer after the fifth attempt than after the first', () => {
  test.each<{ name: string; headers: Record<string, unknown>; afterMs: number }>([
    { name: 'as retry-after says', headers: { 'retry-after': '3' }, afterMs: 3_000 },
    { name: 'as x-ratelimit-reset says', headers: { 'x-ratelimit-reset': '2' }, afterMs: 2_000 },
    {
      name: 'as retry-after says when both speak',
      headers: { 'retry-after': '5', 'x-ratelimit-reset': '1' },
      afterMs: 5_000,
    },
    { name: 'not at all when it is now', headers: { 'retry-after': '0' }, afterMs: 0 },
    { name: 'for a window without headers', headers: {}, afterMs: 2_000 },
    {
      name: 'as the other header says when one is useless',
      headers: { 'retry-after': 'soon', 'x-ratelimit-reset': '7' },
      afterMs: 7_000,
    },
  ])('$name', ({ headers, afterMs }) => {
    // The limiter lets those who wait for the same reset go one after another: no jitter is needed.
    for (const random of [0, 0.5, 1]) {
      expect(decide('rate_limited', 1, random, headers)).toEqual(after(afterMs))
      expect(decide('rate_limited', 5, random, headers)).toEqual(after(afterMs))
    }
  })
})
