import { describe, expect, test } from '@jest/globals'
import { BurstLimiter } from '../../../src/pipedrive/limits/burst-limiter.js'
import { REQUESTS_PER_WINDOW } from '../../../src/pipedrive/limits/pricing-plans.js'
import { drawing } from '../../support/random.js'
import {
  BurstServer,
  lite,
  peakOf,
  respondWith,
  stating,
  TRAVEL_MS,
  WINDOW_MS,
  type Behaviour,
} from './burst-server.js'
import { pass, useVirtualClock } from './virtual-clock.js'

useVirtualClock()

describe('slots', () => {
  test.each<
    { name: string; answerMs: number; heldMs: number; returnedMs: number } & Partial<
      Omit<Behaviour, 'answerMs'>
    >
  >([
    {
      name: 'two seconds after the response where it is not known when the request left',
      ...{ answerMs: 5_000, tellsOpening: false },
      heldMs: 5_000 + TRAVEL_MS + WINDOW_MS - 100,
      returnedMs: 150,
    },
    {
      name: 'two seconds after the request arrived, however long the response took to come',
      ...{ answerMs: 1_500, travelMs: () => 0 },
      heldMs: WINDOW_MS + TRAVEL_MS,
      returnedMs: 50,
    },
    {
      name: 'not before the response',
      ...{ answerMs: 5_000, travelMs: () => 0 },
      heldMs: 4_900,
      returnedMs: 200,
    },
    {
      name: 'later by the time that opening the connection took',
      ...{ answerMs: 300, openingMs: () => 700 },
      heldMs: 700 + WINDOW_MS,
      returnedMs: TRAVEL_MS + 50,
    },
  ])('are returned $name', async ({ answerMs, heldMs, returnedMs, ...behaviour }) => {
    const server = new BurstServer(new BurstLimiter(lite()), { answerMs: () => answerMs, ...behaviour })
    server.send(21)
    await pass(heldMs)
    expect(server.sent).toHaveLength(20)
    await pass(returnedMs)
    expect(server.sent).toHaveLength(21)
  })

  test.each([true, false])(
    'do not overfill a window while connections open slowly, which the client knows: %s',
    async (tellsOpening) => {
      const { random } = drawing(1)
      const start = Date.now()
      const isOpening = () => Date.now() < start + WINDOW_MS
      const server = new BurstServer(new BurstLimiter(lite()), {
        openingMs: () => (isOpening() ? random() * 1_500 : 0),
        tellsOpening,
        answerMs: () => 30,
      })
      server.saturate(40)
      await pass(6 * WINDOW_MS)
      expect(peakOf(server.counted)).toBe(20)
    },
  )

  // Requests sent more than 50 ms apart looked like those of another client while the first ones were still connecting.
  test.each([true, false])(
    'of own requests that overtake each other are not attributed to another client, openings known: %s',
    async (tellsOpening) => {
      const { random } = drawing(1)
      const start = Date.now()
      const isOpening = () => Date.now() < start + WINDOW_MS
      const server = new BurstServer(new BurstLimiter(lite({ plan: 'auto' })), {
        openingMs: () => (isOpening() ? 50 + random() * 250 : 0),
        tellsOpening,
        answerMs: () => 30,
        limit: 80,
      })
      server.saturate(100)
      const seen = new Set<number>()
      await pass(2 * WINDOW_MS, () => seen.add(server.limiter.availableSlots))
      expect(seen).toEqual(new Set([20, 80]))
    },
  )

  // Idle connections are closed after seconds, and then opened anew.
  test('do not overfill a window when connections are opened again after a pause', async () => {
    const start = Date.now()
    const pauses = [0, 60_000]
    const isOpening = () => pauses.some((at) => Date.now() >= start + at && Date.now() < start + at + 1_000)
    const server = new BurstServer(new BurstLimiter(lite()), {
      openingMs: () => (isOpening() ? 300 : 0),
      travelMs: () => 0,
      answerMs: () => 30,
    })
    server.send(20)
    await pass(60_000)
    server.send(40)
    await pass(3 * WINDOW_MS)
    expect(server.finished).toBe(60)
    expect(peakOf(server.counted)).toBe(20)
  })
})

describe('other clients of the same token', () => {
  test.each<{ name: string; headers: Record<string, unknown>; slots: number }>([
    { name: 'leave the rest of the limit', headers: stating('20', '9'), slots: 10 },
    { name: 'always leave one slot', headers: stating('20', '0'), slots: 1 },
    { name: 'are absent when only own requests are counted', headers: stating('20', '19'), slots: 20 },
    {
      name: 'are absent when fewer than the own requests are counted',
      headers: stating('20', '20'),
      slots: 20,
    },
    { name: 'are unknown without the remaining number', headers: stating('20'), slots: 20 },
    { name: 'are unknown without the limit', headers: stating(undefined, '0'), slots: 20 },
    { name: 'are unknown when more remain than the limit', headers: stating('20', '21'), slots: 20 },
    { name: 'are unknown when the remaining number is negative', headers: stating('20', '-3'), slots: 20 },
    { name: 'are unknown when the remaining number is a text', headers: stating('20', 'few'), slots: 20 },
  ])('other clients $name', async ({ headers, slots }) => {
    const limiter = new BurstLimiter(lite())
    await respondWith(limiter, headers)
    expect(limiter.availableSlots).toBe(slots)
    const server = new BurstServer(limiter)
    server.send(40)
    await pass(0)
    expect(server.sent).toHaveLength(slots - 1)
  })

  test('another client is expected in the next window, too, and forgotten after it', async () => {
    const limiter = new BurstLimiter(lite())
    await respondWith(limiter, stating('20', '9'))
    await pass(2 * WINDOW_MS - 100)
    expect(limiter.availableSlots).toBe(10)
    await pass(200)
    expect(limiter.availableSlots).toBe(20)
  })

  test('the response that reveals most requests of other clients decides', async () => {
    const limiter = new BurstLimiter(lite())
    for (const remaining of ['17', '9', '14', '16']) await respondWith(limiter, stating('20', remaining))
    expect(limiter.availableSlots).toBe(11)
  })

  test('another client gets its requests through, and its share is used again when it stops', async () => {
    const limiter = new BurstLimiter(lite())
    const server = new BurstServer(limiter, { answerMs: () => 300, limit: 20, refuses: true })
    server.saturate(25)
    const foreign = setInterval(server.sendForeign, 200)
    await pass(12_000)
    const before = { refused: server.refused, sent: server.sent.length, foreign: server.foreign.length }
    await pass(10_000)
    expect(server.refused).toBe(before.refused)
    expect(server.foreign.length - before.foreign).toBe(50)
    expect(server.sent.length - before.sent).toBeGreaterThanOrEqual(40)
    clearInterval(foreign)
    await pass(8_000)
    expect(limiter.availableSlots).toBe(20)
  })

  // Own requests whose slots were returned meanwhile looked like another client's; one slot was left for four seconds.
  test('a response that took longer than the window reveals no other client', async () => {
    const { random } = drawing(1)
    const server = new BurstServer(new BurstLimiter(lite()), {
      answerMs: () => (random() < 0.1 ? 3_000 : 100),
      limit: 20,
    })
    server.saturate(40)
    const seen = new Set<number>()
    await pass(10 * WINDOW_MS, () => seen.add(server.limiter.availableSlots))
    expect(seen).toEqual(new Set([20]))
  })

  test.each([
    { answerMs: 0, plan: 'lite' },
    { answerMs: 30, plan: 'lite' },
    { answerMs: 300, plan: 'lite' },
    { answerMs: 1_500, plan: 'lite' },
    { answerMs: 30, plan: 'ultimate' },
    { answerMs: 300, plan: 'ultimate' },
  ] as const)(
    'no other client is seen where there is none, whatever the order of counting: $plan, $answerMs ms',
    async ({ answerMs, plan }) => {
      const limit = REQUESTS_PER_WINDOW[plan]
      const { random } = drawing(answerMs)
      const server = new BurstServer(new BurstLimiter(lite({ plan })), {
        travelMs: () => random() * TRAVEL_MS,
        answerMs: () => answerMs * (0.5 + random()),
        limit,
      })
      server.saturate(2 * limit)
      const seen = new Set<number>()
      await pass(5 * WINDOW_MS, () => seen.add(server.limiter.availableSlots))
      expect(server.counted.length).toBeGreaterThan(3 * limit)
      expect(seen).toEqual(new Set([limit]))
    },
  )
})
