import { describe, expect, test } from '@jest/globals'
import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { decideRetry, type RetryInput } from '../../../src/pipedrive/http/retry.js'

const decide = (kind: ApiErrorKind, input: Partial<Omit<RetryInput, 'failure'>> = {}) => {
  const { attempt = 1 } = input
  const timeouts = kind === 'timeout' ? attempt : 0
  return decideRetry({ failure: { kind }, headers: {}, attempt, timeouts, random: 0.5, ...input })
}
const after = (afterMs: number) => ({ retry: true, afterMs })

/** Every kind: the type check fails when one is missing. */
const RETRIED = {
  rate_limited: true,
  server: true,
  malformed_body: true,
  no_account: false,
  timeout: true,
  network: true,
  bad_request: false,
  unauthorized: false,
  authorization_lost: false,
  client_rejected: false,
  payment_required: false,
  forbidden: false,
  scope_missing: false,
  blocked: false,
  not_found: false,
  gone: false,
  unsupported: false,
  daily_budget_spent: false,
  too_large: false,
  reserve_reached: false,
  unexpected_status: false,
  proxy: false,
  untrusted_certificate: false,
} satisfies Record<ApiErrorKind, boolean>
const kinds = (retried: boolean) =>
  (Object.keys(RETRIED) as ApiErrorKind[]).filter((kind) => RETRIED[kind] === retried)

describe('which failures are retried', () => {
  test.each(kinds(true))('a failure of the kind %s is retried until the sixth attempt', (kind) => {
    const decisions = [1, 2, 3, 4, 5, 6, 7].map((attempt) => decide(kind, { attempt }).retry)
    expect(decisions).toEqual([true, true, true, true, true, false, false])
  })

  test.each(kinds(false))('a failure of the kind %s is never retried', (kind) => {
    const headers = { 'retry-after': '1', 'x-ratelimit-reset': '1' }
    expect(decide(kind, { headers })).toEqual({ retry: false })
  })
})

describe('how many timeouts are retried', () => {
  test.each([
    { timeoutAttempts: 1, retries: [false, false, false] },
    { timeoutAttempts: 2, retries: [true, false, false] },
    { timeoutAttempts: 3, retries: [true, true, false] },
    { timeoutAttempts: undefined, retries: [true, true, true] },
  ])(
    'a request that allows $timeoutAttempts attempts to time out is retried while fewer have timed out',
    ({ timeoutAttempts, retries }) => {
      const decisions = [1, 2, 3].map((timeouts) => decide('timeout', { timeouts, timeoutAttempts }).retry)
      expect(decisions).toEqual(retries)
    },
  )

  test('other failures are retried after as many timeouts as the request allows', () => {
    const input = { attempt: 3, timeouts: 2, timeoutAttempts: 2 }
    for (const kind of ['server', 'network', 'malformed_body', 'rate_limited'] as const)
      expect(decide(kind, input).retry).toBe(true)
  })

  test('a request that allows more timeouts than there are attempts ends with the sixth attempt', () => {
    expect(decide('timeout', { attempt: 5, timeouts: 5, timeoutAttempts: 10 }).retry).toBe(true)
    expect(decide('timeout', { attempt: 6, timeouts: 6, timeoutAttempts: 10 }).retry).toBe(false)
  })
})

describe('the wait after a failure of the server or the network', () => {
  test.each([
    { attempt: 1, ceiling: 1_000 },
    { attempt: 2, ceiling: 2_000 },
    { attempt: 3, ceiling: 4_000 },
    { attempt: 4, ceiling: 8_000 },
    { attempt: 5, ceiling: 16_000 },
  ])('the wait after attempt $attempt is random, up to $ceiling ms', ({ attempt, ceiling }) => {
    for (const kind of ['server', 'malformed_body', 'timeout', 'network'] as const) {
      expect(decide(kind, { attempt, random: 0 })).toEqual(after(0))
      expect(decide(kind, { attempt, random: 0.25 })).toEqual(after(ceiling / 4))
      expect(decide(kind, { attempt, random: 1 })).toEqual(after(ceiling))
    }
  })

  test('the wait is a whole number of milliseconds', () => {
    expect(decide('server', { random: 0.12345 })).toEqual(after(123))
  })

  test('the wait after a server error does not depend on rate limit headers', () => {
    const headers = { 'retry-after': '60', 'x-ratelimit-reset': '60' }
    expect(decide('server', { random: 1, headers })).toEqual(after(1_000))
  })
})

describe('the wait after a 429', () => {
  test.each<{ name: string; headers: Record<string, unknown>; afterMs: number }>([
    { name: 'with retry-after lasts that long', headers: { 'retry-after': '3' }, afterMs: 3_000 },
    { name: 'with x-ratelimit-reset lasts that long', headers: { 'x-ratelimit-reset': '2' }, afterMs: 2_000 },
    {
      name: 'with both headers lasts as long as retry-after says',
      headers: { 'retry-after': '5', 'x-ratelimit-reset': '1' },
      afterMs: 5_000,
    },
    { name: 'with retry-after 0 lasts half a second', headers: { 'retry-after': '0' }, afterMs: 500 },
    { name: 'with retry-after 0.1 lasts half a second', headers: { 'retry-after': '0.1' }, afterMs: 500 },
    {
      name: 'with x-ratelimit-reset 0 lasts half a second',
      headers: { 'x-ratelimit-reset': '0' },
      afterMs: 500,
    },
    {
      name: 'with a negative retry-after lasts one window',
      headers: { 'retry-after': '-3' },
      afterMs: 2_000,
    },
    {
      name: 'with an absurd retry-after lasts one window',
      headers: { 'retry-after': '99999999999' },
      afterMs: 2_000,
    },
    { name: 'without headers lasts one window', headers: {}, afterMs: 2_000 },
    {
      name: 'with an invalid retry-after lasts as long as x-ratelimit-reset says',
      headers: { 'retry-after': 'soon', 'x-ratelimit-reset': '7' },
      afterMs: 7_000,
    },
  ])('the wait after a 429 $name', ({ headers, afterMs }) => {
    // No jitter, and no longer wait after later attempts: the limiter lets the waiting requests go one by one.
    for (const random of [0, 0.5, 1]) {
      expect(decide('rate_limited', { attempt: 1, random, headers })).toEqual(after(afterMs))
      expect(decide('rate_limited', { attempt: 5, random, headers })).toEqual(after(afterMs))
    }
  })
})
