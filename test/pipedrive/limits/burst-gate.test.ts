import { describe, expect, test } from '@jest/globals'
import { BurstLimiter } from '../../../src/pipedrive/limits/burst-limiter.js'
import { drawing } from '../../support/random.js'
import { BurstServer, lite, peakOf, TRAVEL_MS, WINDOW_MS } from './burst-server.js'
import { after, pass, useVirtualClock } from './virtual-clock.js'

useVirtualClock()

/** The queue hands out slots by timers of its own. */
const SOON_MS = 2

/** A limiter and the times until which it said that it is closed. */
function watchedLimiter() {
  const closings: number[] = []
  const limiter = new BurstLimiter(lite(), { onRateLimited: (until) => closings.push(until) })
  return { limiter, closings }
}

describe('a closed gate', () => {
  test('nothing is sent until the reset after a 429, and the time of the reset is reported', async () => {
    const { limiter, closings } = watchedLimiter()
    const server = new BurstServer(limiter)
    server.send(5)
    await pass(100)
    const closedAt = Date.now()
    limiter.close(7_000)
    expect(closings).toEqual([closedAt + 7_000])
    expect(limiter.availableSlots).toBe(0)
    server.send(30)
    await pass(6_999)
    expect(server.sent).toHaveLength(5)
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(6)
    expect(limiter.availableSlots).toBe(1)
  })

  test('running attempts get their responses while the gate is closed', async () => {
    const server = new BurstServer(new BurstLimiter(lite()), { answerMs: () => 500 })
    server.send(5)
    await pass(100)
    server.limiter.close(60_000)
    await pass(1_000)
    expect(server.answered).toBe(5)
  })

  test('a second closing that ends earlier changes nothing', async () => {
    const { limiter, closings } = watchedLimiter()
    const closedAt = Date.now()
    limiter.close(5_000)
    await pass(1_000)
    limiter.close(3_000)
    limiter.close(4_000)
    expect(closings).toEqual([closedAt + 5_000])
    const server = new BurstServer(limiter)
    server.send(1)
    await pass(3_999)
    expect(server.sent).toEqual([])
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(1)
  })

  test('a second closing that ends later extends the wait', async () => {
    const { limiter, closings } = watchedLimiter()
    const closedAt = Date.now()
    limiter.close(5_000)
    await pass(1_000)
    limiter.close(9_000)
    expect(closings).toEqual([closedAt + 5_000, closedAt + 10_000])
    const server = new BurstServer(limiter)
    server.send(1)
    await pass(8_999)
    expect(server.sent).toEqual([])
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(1)
  })

  // The queue may have handed out further slots a moment before.
  test('a closing in the middle of a burst stops the rest of the burst', async () => {
    const limiter = new BurstLimiter(lite())
    const sent: number[] = []
    const attempt = () => {
      if (sent.length === 0) limiter.close(5_000)
      return Promise.resolve(sent.push(Date.now()))
    }
    for (let index = 0; index < 20; index++) void limiter.run(attempt)
    await pass(1_000)
    expect(sent).toHaveLength(1)
  })

  // Each 429 of the burst resets a few milliseconds later than the one before.
  test('the 429s of one burst are reported once', async () => {
    const { limiter, closings } = watchedLimiter()
    const { random } = drawing(1)
    for (let index = 0; index < 20; index++) {
      void limiter.run(async () => {
        await after(random() * TRAVEL_MS)
        limiter.close(2_000)
      })
    }
    await pass(100)
    expect(closings).toHaveLength(1)
  })
})

describe('a gate that opens', () => {
  test.each([{ answerMs: 50 }, { answerMs: 200 }, { answerMs: 500 }, { answerMs: 1_000 }])(
    'after the reset one request goes first, and each response of $answerMs ms lets two more go',
    async ({ answerMs }) => {
      const limiter = new BurstLimiter(lite())
      const server = new BurstServer(limiter, { answerMs: () => answerMs, travelMs: () => 0 })
      server.saturate(40)
      await pass(1_500)
      limiter.close(5_000)
      await pass(5_000 + SOON_MS)
      expect(server.sent).toHaveLength(21)
      const { answered } = server
      const [reopenedAt = NaN] = server.sent.slice(20)
      await pass(10_000, () => {
        const inWindow = server.sent.filter((at) => at >= reopenedAt && at > Date.now() - WINDOW_MS)
        expect(inWindow.length).toBeLessThanOrEqual(1 + 2 * (server.answered - answered))
      })
      expect(limiter.availableSlots).toBe(20)
      expect(peakOf(server.sent)).toBe(20)
    },
  )

  test('no window is overfilled while the gate opens, and the next 429 starts it all over', async () => {
    const limiter = new BurstLimiter(lite())
    const server = new BurstServer(limiter, { answerMs: () => 50 })
    server.saturate(40)
    await pass(100)
    for (const turn of [1, 2]) {
      limiter.close(1_000 * turn)
      await pass(1_000 * turn)
      expect(limiter.availableSlots).toBe(1)
      await pass(6_000)
      expect(limiter.availableSlots).toBe(20)
    }
    expect(peakOf(server.counted)).toBeLessThanOrEqual(20)
  })

  test('one request goes first after a reset that is now', async () => {
    const server = new BurstServer(new BurstLimiter(lite()), { answerMs: () => 500, travelMs: () => 0 })
    server.limiter.close(0)
    await pass(5)
    server.send(40)
    await pass(400)
    expect(server.sent).toHaveLength(1)
  })

  // They used to open the gate as well, so that all waiting requests went at once.
  test('responses to requests from before the closing do not open the gate', async () => {
    const server = new BurstServer(new BurstLimiter(lite()), { answerMs: () => 2_200, travelMs: () => 0 })
    server.send(60)
    await pass(100)
    server.limiter.close(2_000)
    await pass(6_000)
    const [first = NaN] = server.sent.slice(20)
    expect(server.sent.filter((at) => at === first)).toHaveLength(1)
  })
})
