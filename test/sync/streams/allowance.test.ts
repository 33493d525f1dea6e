import { describe, expect, test } from '@jest/globals'
import { Allowance } from '../../../src/sync/streams/allowance.js'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 21, 20, 30)

function allowanceOf({ share = 0.5, daily = 1_000, now = () => NOW } = {}) {
  return new Allowance({ share, dailyTokens: () => daily, now })
}

describe('an allowance', () => {
  test('is a share of the tokens of the day', () => {
    expect(allowanceOf({ share: 0.25 }).total).toBe(250)
  })

  test('is a share of the smallest budget where Pipedrive does not report any', () => {
    expect(new Allowance({ share: 0.5, dailyTokens: () => undefined, now: () => NOW }).total).toBe(15_000)
  })

  test('pays for requests until it is spent, by any stream', () => {
    const allowance = allowanceOf()
    expect(allowance.affords(20)).toBe(25)
    allowance.spend('a', 100)
    allowance.spend('b', 395)
    expect([allowance.affords(5), allowance.affords(10)]).toEqual([1, 0])
  })

  test('counts what is held for requests that are about to be sent', () => {
    const allowance = allowanceOf()
    allowance.hold(490)
    expect(allowance.affords(20)).toBe(0)
    allowance.release(490)
    expect(allowance.affords(20)).toBe(25)
  })

  test('counts what earlier runs spent, and pays again a day later', () => {
    let now = NOW
    const options = { share: 0.5, dailyTokens: () => 1_000, now: () => now }
    const allowance = new Allowance(options, new Map([['a', { '2026-11-21T02': 500 }]]))
    expect(allowance.affords(10)).toBe(0)
    now += 7 * HOUR
    expect(allowance.affords(10)).toBe(50)
  })
})
