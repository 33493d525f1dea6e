import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BurstLimiter } from '../../../src/pipedrive/limits/burst-limiter.js'
import {
  burstLimitOf,
  REQUESTS_PER_WINDOW,
  type PricingPlan,
} from '../../../src/pipedrive/limits/pricing-plans.js'
import { drawing } from '../../support/random.js'
import { BurstServer, peakOf, TRAVEL_MS, WINDOW_MS } from './burst-server.js'
import { pass, useVirtualClock } from './virtual-clock.js'
import { fuzzed } from '../../support/fuzz.js'

useVirtualClock()

const PLANS = Object.keys(REQUESTS_PER_WINDOW) as PricingPlan[]

test('the limits are the documented ones, and four times that with OAuth', () => {
  const limits = (auth: 'api_token' | 'oauth') => PLANS.map((plan) => [plan, burstLimitOf(plan, auth)])
  expect(Object.fromEntries(limits('api_token'))).toEqual({
    lite: 20,
    growth: 40,
    professional: 80,
    premium: 100,
    ultimate: 120,
  })
  expect(Object.fromEntries(limits('oauth'))).toEqual({
    lite: 80,
    growth: 160,
    professional: 320,
    premium: 400,
    ultimate: 480,
  })
})

// With OAuth there are four times as many requests to simulate in each window: the lowest and the highest plan show it.
const KINDS = [
  ...PLANS.map((plan) => ({
    plan,
    auth: 'api_token' as const,
    limit: REQUESTS_PER_WINDOW[plan],
    windows: 5,
    latencies: plan === 'lite' ? [5, 200, 1_000] : [200],
  })),
  ...(['lite', 'ultimate'] as const).map((plan) => ({
    plan,
    auth: 'oauth' as const,
    limit: REQUESTS_PER_WINDOW[plan] * 4,
    windows: 3,
    latencies: [200],
  })),
]

describe('the rate of each plan', () => {
  test.each(KINDS)(
    'the plan $plan with $auth sends $limit requests at once, and no more in two seconds',
    async ({ plan, auth, limit }) => {
      const server = new BurstServer(new BurstLimiter({ plan, auth, burstShare: 1 }))
      server.send(limit * 2 + 1)
      await pass(0)
      expect(server.sent).toHaveLength(limit)
      await pass(WINDOW_MS - 1)
      expect(server.sent).toHaveLength(limit)
      await pass(3 * WINDOW_MS)
      expect(server.finished).toBe(limit * 2 + 1)
      expect(peakOf(server.counted)).toBe(limit)
    },
  )

  test.each(KINDS.flatMap((kind) => kind.latencies.map((answerMs) => ({ ...kind, answerMs }))))(
    'the plan $plan with $auth uses 95 % of its limit and never exceeds it when responses take $answerMs ms',
    async ({ plan, auth, limit, windows, answerMs }) => {
      const limiter = new BurstLimiter({ plan, auth, burstShare: 1 })
      const server = new BurstServer(limiter, { answerMs: () => answerMs, limit })
      server.saturate(limit + 5)
      await pass(windows * WINDOW_MS)
      const counted = server.counted.length
      await pass(WINDOW_MS)
      expect(peakOf(server.counted)).toBeLessThanOrEqual(limit)
      expect(counted / (windows * limit)).toBeGreaterThanOrEqual(0.95)
      const [first = NaN, last = NaN] = [server.sent[limit], server.sent[windows * limit]]
      expect(((windows - 1) * WINDOW_MS) / (last - first)).toBeGreaterThanOrEqual(0.95)
    },
  )
})

describe('any traffic', () => {
  const traffic = fc.record({
    plan: fc.constantFrom('auto', 'lite', 'growth'),
    burstShare: fc.constantFrom(1, 0.5, 0.2),
    requests: fc.integer({ min: 1, max: 90 }),
    seed: fc.integer(),
    answerMs: fc.constantFrom(0, 100, 900, 3_000),
    connectMs: fc.constantFrom(0, 200, 900),
    tellsOpening: fc.boolean(),
    failing: fc.constantFrom(0, 0.1, 0.5),
    headers: fc.boolean(),
    closings: fc.array(fc.record({ atMs: fc.nat({ max: 12_000 }), forMs: fc.nat({ max: 6_000 }) }), {
      maxLength: 3,
    }),
  })

  test('any traffic stays within the limit, is not sent while the gate is closed, and ends', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async ({ plan, burstShare, requests, seed, closings, ...wire }) => {
        const limit = burstLimitOf(plan, 'api_token')
        const { random } = drawing(seed)
        const limiter = new BurstLimiter({ plan, auth: 'api_token', burstShare })
        let connectedAt = Infinity
        const isConnecting = () => Date.now() < connectedAt
        const server: BurstServer = new BurstServer(limiter, {
          openingMs: () => (isConnecting() ? random() * wire.connectMs : 0),
          tellsOpening: wire.tellsOpening,
          travelMs: () => random() * TRAVEL_MS,
          answerMs: () => random() * wire.answerMs,
          fails: () => {
            connectedAt = Math.min(connectedAt, Date.now() + WINDOW_MS)
            return random() < wire.failing
          },
          limit: wire.headers ? limit : undefined,
        })
        const closed: { from: number; until: number }[] = []
        for (const { atMs, forMs } of closings) {
          setTimeout(() => {
            closed.push({ from: Date.now(), until: Date.now() + forMs })
            limiter.close(forMs)
          }, atMs)
        }
        for (let sent = 0; sent < requests; sent += 30) {
          server.send(Math.min(30, requests - sent))
          await pass(random() * 1_000)
        }
        for (let seconds = 0; server.finished < requests && seconds < 600; seconds += 1) await pass(1_000)
        expect(server.finished).toBe(requests)
        expect(peakOf(server.counted)).toBeLessThanOrEqual(Math.floor(limit * burstShare))
        const whileClosed = server.sent.filter((at) =>
          closed.some(({ from, until }) => at > from && at < until),
        )
        expect(whileClosed).toEqual([])
      }),
      fuzzed(10),
    )
  })
})
