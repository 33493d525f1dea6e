import { describe, expect, test } from '@jest/globals'
import { concurrencyFor, meanRoundTrip } from '../../../src/pipedrive/limits/concurrency.js'

describe('the mean round trip', () => {
  test('the first round trip is the mean', () => {
    expect(meanRoundTrip(undefined, 300)).toBe(300)
    expect(meanRoundTrip(undefined, 0)).toBe(0)
  })

  test.each([
    { mean: 100, newest: 100, expected: 100 },
    { mean: 100, newest: 200, expected: 120 },
    { mean: 100, newest: 0, expected: 80 },
    { mean: 0, newest: 500, expected: 100 },
  ])('a mean of $mean ms is $expected ms after a round trip of $newest ms', ({ mean, newest, expected }) => {
    expect(meanRoundTrip(mean, newest)).toBeCloseTo(expected)
  })

  test('the mean approaches the recent round trips, however long earlier ones took', () => {
    const afterTwenty = Array.from({ length: 20 }).reduce<number>((mean) => meanRoundTrip(mean, 100), 5_000)
    expect(afterTwenty).toBeGreaterThan(100)
    expect(afterTwenty).toBeLessThan(200)
  })

  test('a single slow response moves the mean only a little', () => {
    expect(meanRoundTrip(200, 2_000)).toBeLessThan(600)
  })
})

describe('the concurrency', () => {
  test.each([
    { requests: 20, roundTripMs: 100, lists: 3 },
    { requests: 20, roundTripMs: 250, lists: 6 },
    { requests: 20, roundTripMs: 1_000, lists: 21 },
    { requests: 80, roundTripMs: 250, lists: 21 },
    { requests: 480, roundTripMs: 200, lists: 97 },
    { requests: 20, roundTripMs: 101, lists: 4 },
    { requests: 1, roundTripMs: 100, lists: 2 },
  ])(
    'the concurrency is $lists for $requests requests in two seconds and round trips of $roundTripMs ms',
    ({ requests, roundTripMs, lists }) => {
      expect(concurrencyFor(requests, roundTripMs)).toBe(lists)
    },
  )

  test('the concurrency is 1 while the round trip is unknown, and while no request may be sent', () => {
    expect(concurrencyFor(480, 0)).toBe(1)
    expect(concurrencyFor(0, 5_000)).toBe(1)
  })

  test.each([20, 80, 120, 480])(
    'a limit of %i requests is used up when each list spends half of its time on other things',
    (limit) => {
      for (const roundTripMs of [20, 90, 333, 1_000, 5_000]) {
        const requestsInWindow = (concurrencyFor(limit, roundTripMs) * 2_000) / (2 * roundTripMs)
        expect(requestsInWindow).toBeGreaterThanOrEqual(limit)
      }
    },
  )
})
