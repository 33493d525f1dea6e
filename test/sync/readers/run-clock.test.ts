import { describe, expect, test } from '@jest/globals'
import { RunClock } from '../../../src/sync/readers/run-clock.js'

const NOW = Date.UTC(2026, 5, 2, 12)
const LOOKBACK = 600_000
const S = 1_000
const rows = (...times: (number | null)[]) =>
  times.map((time) => ({ key: '1', time, data: {}, fingerprint: 0 }))

describe('the horizon of a run', () => {
  test.each([
    {
      name: 'lies a lookback before the start by the server’s clock',
      times: { sentAt: NOW, roundTripMs: 200, serverTime: NOW + 30 * S },
      newest: NOW + 40 * S,
      horizon: NOW + 29 * S - LOOKBACK,
    },
    {
      name: 'follows the newest row where the server does not say its time and ours is ahead',
      times: { sentAt: NOW, roundTripMs: 0 },
      newest: NOW - 700 * S,
      horizon: NOW - 700 * S - LOOKBACK,
    },
    {
      name: 'does not pass our own clock where the server does not say its time',
      times: { sentAt: NOW, roundTripMs: 0 },
      newest: NOW + 9 * S,
      horizon: NOW - LOOKBACK,
    },
    {
      name: 'follows the earlier of the clocks where they are too far apart',
      times: { sentAt: NOW, roundTripMs: 0, serverTime: NOW + 3_600 * S },
      newest: NOW + 3_500 * S,
      horizon: NOW - LOOKBACK,
    },
  ])('$name', ({ times, newest, horizon }) => {
    const clock = new RunClock(LOOKBACK)
    clock.observe(times, rows(null, newest))
    expect(clock.horizon()).toBe(horizon)
  })

  test('is unknown before the first response', () => {
    expect(new RunClock(LOOKBACK).horizon()).toBe(-Infinity)
  })

  test('does not move with later responses, and is lowered by one that cannot be trusted', () => {
    const clock = new RunClock(0)
    clock.observe({ sentAt: NOW, roundTripMs: 0, serverTime: NOW }, rows(NOW - 50 * S))
    clock.observe({ sentAt: NOW + 60 * S, roundTripMs: 0, serverTime: NOW + 60 * S }, [])
    expect(clock.horizon()).toBe(NOW)
    clock.observe({ sentAt: NOW + 90 * S, roundTripMs: 0 }, [])
    expect(clock.horizon()).toBe(NOW - 50 * S)
  })

  test.each([
    { name: 'is that of the first response', serverTime: NOW, rows: rows(NOW - 50 * S), start: NOW },
    { name: 'is the newest row by a clock that may be ahead', rows: rows(NOW - 50 * S), start: NOW - 50 * S },
    { name: 'is the beginning where there is no row either', rows: [], start: 0 },
  ])('the start that a later run goes on from $name', ({ serverTime, rows: seen, start }) => {
    const times = { sentAt: NOW, roundTripMs: 0, ...(serverTime !== undefined && { serverTime }) }
    expect(new RunClock(LOOKBACK).observe(times, seen)).toBe(start)
  })

  test('of a walk that goes on goes by the start of that walk', () => {
    const clock = new RunClock(LOOKBACK)
    clock.observe({ sentAt: NOW, roundTripMs: 0, serverTime: NOW }, [])
    expect(clock.horizon(NOW - 86_400 * S)).toBe(NOW - 86_400 * S - LOOKBACK)
  })
})
