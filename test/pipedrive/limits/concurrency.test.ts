import { describe, expect, test } from '@jest/globals'
import { listsAtOnce, meanRoundTrip } from '../../../src/pipedrive/limits/concurrency.js'

describe('the mean round trip', () => {
  test('is the first one while there is no other', () => {
    expect(meanRoundTrip(undefined, 300)).toBe(300)
    expect(meanRoundTrip(undefined, 0)).toBe(0)
  })

  test.each([
    { mean: 100, newest: 100, becomes: 100 },
    { mean: 100, newest: 200, becomes: 120 },
    { mean: 100, newest: 0, becomes: 80 },
    { mean: 0, newest: 500, becomes: 100 },
  ])('of $mean ms is $becomes ms after one of $newest ms', ({ mean, newest, becomes }) => {
    expect(meanRoundTrip(mean, newest)).toBeCloseTo(becomes)
  })

  test('comes to what answers take lately, whatever they took before', () => {
    const afterTwenty = Array.from({ length: 20 }).reduce<number>((mean) => meanRoundTrip(mean, 100), 5_000)
    expect(afterTwenty).toBeGreaterThan(100)
    expect(afterTwenty).toBeLessThan(200)
  })

  test('is moved little by a single answer that hung', () => {
    expect(meanRoundTrip(200, 2_000)).toBeLessThan(600)
  })
})

describe('lists at once', () => {
  test.each([
    { requests: 20, roundTripMs: 100, lists: 3 },
    { requests: 20, roundTripMs: 250, lists: 6 },
    { requests: 20, roundTripMs: 1_000, lists: 21 },
    { requests: 80, roundTripMs: 250, lists: 21 },
    { requests: 480, roundTripMs: 200, lists: 97 },
    { requests: 20, roundTripMs: 101, lists: 4 },
    { requests: 1, roundTripMs: 100, lists: 2 },
  ])('are $lists for $requests requests in two seconds and answers of $roundTripMs ms', (given) => {
    expect(listsAtOnce(given.requests, given.roundTripMs)).toBe(given.lists)
  })

  test('are one while nothing is known of the answers, or nothing may be sent', () => {
    expect(listsAtOnce(480, 0)).toBe(1)
    expect(listsAtOnce(0, 5_000)).toBe(1)
  })

  test.each([20, 80, 120, 480])(
    'of %i requests are enough to use the limit up, with half of the time to spare',
    (limit) => {
      for (const roundTripMs of [20, 90, 333, 1_000, 5_000]) {
        const requestsInWindow = (listsAtOnce(limit, roundTripMs) * 2_000) / (2 * roundTripMs)
        expect(requestsInWindow).toBeGreaterThanOrEqual(limit)
      }
    },
  )
})
