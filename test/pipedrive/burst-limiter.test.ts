import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { BurstLimiter, REQUESTS_PER_WINDOW } from '../../src/pipedrive/burst-limiter.js'

const WINDOW_MS = 2_000
const STEP_MS = 5

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
})

afterEach(() => {
  jest.useRealTimers()
})

/** Requests through one limiter, all asked for at once, each answered after so many milliseconds. */
class Traffic {
  readonly starts: number[] = []
  answered = 0

  constructor(readonly limiter: BurstLimiter) {}

  send(requests: number, answerAfterMs: (index: number) => number = () => 0): void {
    for (let index = 0; index < requests; index++) {
      void this.limiter
        .run(async () => {
          this.starts.push(Date.now())
          const ms = answerAfterMs(index)
          if (ms > 0) await new Promise((answer) => setTimeout(answer, ms))
        })
        .finally(() => (this.answered += 1))
    }
  }

  /** The most starts in any two seconds, wherever these begin. */
  get peak(): number {
    return Math.max(
      0,
      ...this.starts.map((from) => this.starts.filter((at) => at >= from && at < from + WINDOW_MS).length),
    )
  }
}

/** Lets virtual time pass in small steps; between them, promises and timers of no time run until nothing moves. */
async function pass(ms: number): Promise<void> {
  const end = Date.now() + ms
  await settle()
  while (Date.now() < end) {
    jest.advanceTimersByTime(Math.min(STEP_MS, end - Date.now()))
    await settle()
  }
}

async function settle(): Promise<void> {
  for (let idle = 0; idle < 5; idle++) {
    await new Promise((next) => setImmediate(next))
    const timers = jest.getTimerCount()
    jest.advanceTimersByTime(0)
    if (jest.getTimerCount() < timers) idle = 0
  }
}

/** Runs what waits for timers while time passes. */
async function during<T>(work: Promise<T>): Promise<T> {
  await settle()
  return work
}

describe('the burst limiter', () => {
  test.each(Object.entries(REQUESTS_PER_WINDOW).map(([plan, limit]) => ({ plan, limit }) as const))(
    'lets $limit requests go at once on the plan $plan, and not one more in two seconds',
    async ({ plan, limit }) => {
      const traffic = new Traffic(new BurstLimiter(plan as keyof typeof REQUESTS_PER_WINDOW))
      traffic.send(limit * 3)
      await pass(0)
      expect(traffic.starts).toHaveLength(limit)
      await pass(WINDOW_MS - 1)
      expect(traffic.starts).toHaveLength(limit)
      await pass(3 * WINDOW_MS)
      expect(traffic.answered).toBe(limit * 3)
      expect(traffic.peak).toBe(limit)
    },
  )

  test('starts at the lowest plan when the plan is left open', async () => {
    const traffic = new Traffic(new BurstLimiter('auto'))
    traffic.send(200)
    await pass(0)
    expect(traffic.starts).toHaveLength(REQUESTS_PER_WINDOW.lite)
  })

  test('keeps to any two seconds, not to those of a clock, whatever the answers take', async () => {
    const traffic = new Traffic(new BurstLimiter('lite'))
    traffic.send(150, (index) => (index * 137) % 900)
    for (let second = 0; second < 40; second++) {
      await pass(317)
      traffic.send(3, (index) => index * 50)
    }
    await pass(60_000)
    expect(traffic.answered).toBe(270)
    expect(traffic.peak).toBeLessThanOrEqual(20)
  })

  test('gives a slot back two seconds after the answer, as the server may have counted it that late', async () => {
    const traffic = new Traffic(new BurstLimiter('lite'))
    traffic.send(20, () => 5_000)
    await pass(0)
    traffic.send(1)
    await pass(5_000 + WINDOW_MS)
    expect(traffic.starts).toHaveLength(20)
    await pass(50)
    expect(traffic.starts).toHaveLength(21)
  })

  test('gives back the slot of an attempt that failed, and passes the failure on', async () => {
    const limiter = new BurstLimiter('lite')
    const failing = Array.from({ length: 20 }, () => limiter.run(() => Promise.reject(new Error('reset'))))
    await settle()
    await expect(Promise.all(failing)).rejects.toThrow('reset')
    const traffic = new Traffic(limiter)
    traffic.send(20)
    await pass(WINDOW_MS - 1)
    expect(traffic.starts).toHaveLength(0)
    await pass(100)
    expect(traffic.starts).toHaveLength(20)
  })

  test('answers what the attempt answered', async () => {
    expect(await during(new BurstLimiter('lite').run(() => Promise.resolve('rows')))).toBe('rows')
  })
})

describe('a limit that Pipedrive states', () => {
  const startsAtOnce = async (limiter: BurstLimiter) => {
    const traffic = new Traffic(limiter)
    traffic.send(500)
    await pass(0)
    return traffic.starts.length
  }

  test.each<{ name: string; plan: 'auto' | 'lite' | 'premium'; stated: unknown; limit: number }>([
    { name: 'is taken up where the plan was left open', plan: 'auto', stated: '80', limit: 80 },
    { name: 'is taken up when it is a number', plan: 'auto', stated: 80, limit: 80 },
    { name: 'is taken down to where the plan was left open', plan: 'auto', stated: '5', limit: 5 },
    { name: 'is taken down to where the plan was named', plan: 'premium', stated: '20', limit: 20 },
    { name: 'is not taken up where the plan was named', plan: 'lite', stated: '80', limit: 20 },
    { name: 'changes nothing when it is the same', plan: 'auto', stated: '20', limit: 20 },
    { name: 'is no limit when it is nought', plan: 'auto', stated: '0', limit: 20 },
    { name: 'is no limit when it is negative', plan: 'auto', stated: '-1', limit: 20 },
    { name: 'is no limit when it is a fraction', plan: 'auto', stated: '40.5', limit: 20 },
    { name: 'is no limit when it is a text', plan: 'auto', stated: 'many', limit: 20 },
    { name: 'is no limit when it is empty', plan: 'auto', stated: '', limit: 20 },
    { name: 'is no limit when it is missing', plan: 'auto', stated: undefined, limit: 20 },
  ])('$name', async ({ plan, stated, limit }) => {
    const limiter = new BurstLimiter(plan)
    await during(limiter.follow(stated))
    expect(await startsAtOnce(limiter)).toBe(limit)
  })

  test('counts the requests that are out already when it rises', async () => {
    const traffic = new Traffic(new BurstLimiter('auto'))
    traffic.send(200)
    await pass(0)
    await during(traffic.limiter.follow('80'))
    await pass(0)
    expect(traffic.starts).toHaveLength(80)
    await pass(10_000)
    expect(traffic.answered).toBe(200)
    expect(traffic.peak).toBe(80)
  })

  test('counts the requests that are out already when it falls', async () => {
    const traffic = new Traffic(new BurstLimiter('premium'))
    traffic.send(100)
    await pass(0)
    await during(traffic.limiter.follow('20'))
    traffic.send(60)
    await pass(WINDOW_MS - 1)
    expect(traffic.starts).toHaveLength(100)
    await pass(4 * WINDOW_MS)
    const later = new Traffic(traffic.limiter)
    later.starts.push(...traffic.starts.slice(100))
    expect([later.starts.length, later.peak]).toEqual([60, 20])
  })

  test('can fall and rise again', async () => {
    const limiter = new BurstLimiter('auto')
    for (const stated of ['80', '5', '120', '40']) await during(limiter.follow(stated))
    expect(await startsAtOnce(limiter)).toBe(40)
  })
})

/** Timers that have not fired and hold the process: without one, and without a socket, Node ends it. */
function watchTimers(): () => number {
  const live = new Set<NodeJS.Timeout>()
  const {
    setTimeout: start,
    clearTimeout: stop,
    setInterval: startMany,
    clearInterval: stopMany,
  } = globalThis
  globalThis.setTimeout = ((call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = start(() => {
      live.delete(timer)
      call(...args)
    }, ms)
    live.add(timer)
    return timer
  }) as typeof setTimeout
  globalThis.setInterval = (call: () => void, ms?: number) => {
    const timer = startMany(call, ms)
    live.add(timer)
    return timer
  }
  globalThis.clearTimeout = ((timer: NodeJS.Timeout) => {
    live.delete(timer)
    stop(timer)
  }) as typeof clearTimeout
  globalThis.clearInterval = ((timer: NodeJS.Timeout) => {
    live.delete(timer)
    stopMany(timer)
  }) as typeof clearInterval
  return () => [...live].filter((timer) => timer.hasRef()).length
}

describe('a process', () => {
  // Slots come back by timers that are unref'ed; idle keep-alive sockets are too: Node 20 exits with code 13 here.
  test('stays alive while a request waits for a slot and nothing else is going on', async () => {
    const holding = watchTimers()
    const traffic = new Traffic(new BurstLimiter('lite'))
    traffic.send(21)
    await pass(100)
    expect(traffic.starts).toHaveLength(20)
    expect(holding()).toBeGreaterThan(0)
  })

  test('is not held back by slots that nobody waits for', async () => {
    const holding = watchTimers()
    const traffic = new Traffic(new BurstLimiter('lite'))
    traffic.send(20)
    await pass(100)
    expect(traffic.answered).toBe(20)
    expect(holding()).toBe(0)
  })
})
