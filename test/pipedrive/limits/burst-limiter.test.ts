import { describe, expect, jest, test } from '@jest/globals'
import { BurstLimiter, type BurstOptions } from '../../../src/pipedrive/limits/burst-limiter.js'
import { BurstServer, lite, peakOf, respondWith, stating, WINDOW_MS } from './burst-server.js'
import { after, pass, settle, settled, useVirtualClock } from './virtual-clock.js'

useVirtualClock()

/** A limiter and the limits that it reported. */
function watchedLimiter(options: Partial<BurstOptions> = {}) {
  const limits: [stated: number, assumed: number][] = []
  const limiter = new BurstLimiter(lite(options), {
    onLimit: (stated, assumed) => limits.push([stated, assumed]),
  })
  return { limiter, limits }
}

describe('attempts', () => {
  test.each([
    { auth: 'api_token', slots: 20 },
    { auth: 'oauth', slots: 80 },
  ] as const)(
    'the plan auto with $auth starts with the $slots slots of the lowest plan',
    async ({ auth, slots }) => {
      const server = new BurstServer(new BurstLimiter({ plan: 'auto', auth, burstShare: 1 }))
      expect(server.limiter.availableSlots).toBe(slots)
      server.send(200)
      await pass(0)
      expect(server.sent).toHaveLength(slots)
    },
  )

  test('an attempt that fails returns its slot after two seconds, and its error is passed on', async () => {
    const limiter = new BurstLimiter(lite())
    const failing = Array.from({ length: 20 }, () => limiter.run(() => Promise.reject(new Error('reset'))))
    const failures = Promise.allSettled(failing)
    await settle()
    const reasons = (await failures).map((failure) => failure.status === 'rejected' && String(failure.reason))
    expect(new Set(reasons)).toEqual(new Set(['Error: reset']))
    const server = new BurstServer(limiter)
    server.send(20)
    await pass(WINDOW_MS - 1)
    expect(server.sent).toHaveLength(0)
    await pass(100)
    expect(server.sent).toHaveLength(20)
  })

  test('an attempt that throws before it returns a promise returns its slot', async () => {
    const limiter = new BurstLimiter(lite())
    const broken = () => {
      throw new Error('no')
    }
    const failing = Promise.allSettled(Array.from({ length: 20 }, () => limiter.run(broken)))
    await settle()
    await failing
    await pass(WINDOW_MS + 100)
    expect(await settled(limiter.run(() => Promise.resolve('rows')))).toBe('rows')
  })

  test('an attempt returns its slot two seconds after its response, also while it waits for something else', async () => {
    const limiter = new BurstLimiter(lite())
    for (let index = 0; index < 20; index++)
      void limiter.run((report) => {
        report({})
        return new Promise(() => undefined)
      })
    await pass(WINDOW_MS + 100)
    const server = new BurstServer(limiter)
    server.send(40)
    await pass(0)
    expect(server.sent).toHaveLength(20)
  })

  test('the limiter returns what the attempt returned', async () => {
    expect(await settled(new BurstLimiter(lite()).run(() => Promise.resolve('rows')))).toBe('rows')
  })
})

describe('the order of waiting requests', () => {
  test('requests of one priority go in the order in which they were made', async () => {
    const limiter = new BurstLimiter(lite())
    const order: number[] = []
    for (let index = 0; index < 60; index++) void limiter.run(() => Promise.resolve(order.push(index)))
    await pass(3 * WINDOW_MS)
    expect(order).toEqual(Array.from({ length: 60 }, (_, index) => index))
  })

  test('of the requests that wait, the lowest priority number goes first, and 9 is the highest number', async () => {
    const limiter = new BurstLimiter(lite())
    const order: number[] = []
    new BurstServer(limiter).send(20)
    await pass(0)
    for (const priority of [12, 9, 3, undefined, 5, 0, 1])
      void limiter.run(() => Promise.resolve(order.push(priority ?? -1)), priority)
    await pass(2 * WINDOW_MS)
    expect(order).toEqual([-1, 0, 1, 3, 5, 12, 9])
  })
})

describe('the share of the limit', () => {
  test.each([
    { burstShare: 1, plan: 'lite', auth: 'api_token', slots: 20 },
    { burstShare: 0.5, plan: 'lite', auth: 'api_token', slots: 10 },
    { burstShare: 0.5, plan: 'growth', auth: 'oauth', slots: 80 },
    { burstShare: 0.33, plan: 'lite', auth: 'api_token', slots: 6 },
    { burstShare: 0.001, plan: 'lite', auth: 'api_token', slots: 1 },
    { burstShare: 0.001, plan: 'ultimate', auth: 'oauth', slots: 1 },
  ] as const)(
    'a share of $burstShare of the plan $plan with $auth is $slots',
    async ({ slots, ...options }) => {
      const server = new BurstServer(new BurstLimiter(options))
      expect(server.limiter.availableSlots).toBe(slots)
      expect(server.limiter.maxSlots).toBe(slots)
      server.send(200)
      await pass(3 * WINDOW_MS)
      expect(server.counted.length).toBeGreaterThanOrEqual(2 * slots)
      expect(peakOf(server.counted)).toBe(slots)
    },
  )

  test('the share applies to the limit that responses state', async () => {
    const limiter = new BurstLimiter(lite({ plan: 'auto', burstShare: 0.5 }))
    await respondWith(limiter, stating('80', '79'))
    expect(limiter.availableSlots).toBe(40)
  })

  test('the share applies to the whole limit, not to what other clients leave', async () => {
    const limiter = new BurstLimiter(lite({ burstShare: 0.5 }))
    await respondWith(limiter, stating('20', '14'))
    expect(limiter.availableSlots).toBe(10)
    await respondWith(limiter, stating('20', '6'))
    expect(limiter.availableSlots).toBe(8)
    expect(limiter.maxSlots).toBe(10)
  })
})

describe('the limit that responses state', () => {
  type Stated = {
    name: string
    plan: BurstOptions['plan']
    stated: unknown
    limit: number
    reported: number[][]
  }

  test.each<Stated>([
    {
      name: 'is followed upwards with the plan auto',
      plan: 'auto',
      stated: '80',
      limit: 80,
      reported: [[80, 20]],
    },
    { name: 'is followed when it is a number', plan: 'auto', stated: 80, limit: 80, reported: [[80, 20]] },
    {
      name: 'is followed downwards with the plan auto',
      plan: 'auto',
      stated: '5',
      limit: 5,
      reported: [[5, 20]],
    },
    {
      name: 'is followed downwards with a named plan',
      plan: 'premium',
      stated: '20',
      limit: 20,
      reported: [[20, 100]],
    },
    {
      name: 'is reported but not followed above a named plan',
      plan: 'lite',
      stated: '80',
      limit: 20,
      reported: [[80, 20]],
    },
    { name: 'is not reported when it is the same', plan: 'auto', stated: '20', limit: 20, reported: [] },
    { name: 'is ignored when it is 0', plan: 'auto', stated: '0', limit: 20, reported: [] },
    { name: 'is ignored when it is negative', plan: 'auto', stated: '-1', limit: 20, reported: [] },
    { name: 'is ignored when it is a fraction', plan: 'auto', stated: '40.5', limit: 20, reported: [] },
    { name: 'is ignored when it is a text', plan: 'auto', stated: 'many', limit: 20, reported: [] },
    { name: 'is ignored when it is empty', plan: 'auto', stated: '', limit: 20, reported: [] },
    {
      name: 'is ignored when there are several',
      plan: 'auto',
      stated: ['80', '20'],
      limit: 20,
      reported: [],
    },
    {
      name: 'keeps its value when the header is missing',
      plan: 'auto',
      stated: undefined,
      limit: 20,
      reported: [],
    },
  ])('the limit $name', async ({ plan, stated, limit, reported }) => {
    const { limiter, limits } = watchedLimiter({ plan })
    await respondWith(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(limit)
    expect(limits).toEqual(reported)
    const server = new BurstServer(limiter)
    server.send(500)
    await pass(0)
    // The request whose response had the headers holds a slot.
    expect(server.sent).toHaveLength(limit - 1)
  })

  test('a stated limit is reported once, however often responses state it', async () => {
    for (const plan of ['auto', 'lite'] as const) {
      const { limiter, limits } = watchedLimiter({ plan })
      for (let turn = 0; turn < 5; turn++) await respondWith(limiter, stating('80'))
      expect(limits).toEqual([[80, 20]])
    }
  })

  test('a limit that rises counts the requests that were already sent', async () => {
    const server = new BurstServer(new BurstLimiter(lite({ plan: 'auto' })))
    server.send(19)
    await pass(0)
    await respondWith(server.limiter, stating('80'))
    server.send(200)
    await pass(0)
    expect(server.sent).toHaveLength(79)
    await pass(10_000)
    expect(server.finished).toBe(219)
    expect(peakOf(server.counted)).toBe(80)
  })

  test('a limit that falls counts the requests that were already sent', async () => {
    const server = new BurstServer(new BurstLimiter(lite({ plan: 'premium' })))
    server.send(99)
    await pass(0)
    await respondWith(server.limiter, stating('20'))
    server.send(60)
    await pass(WINDOW_MS)
    expect(server.sent).toHaveLength(99)
    await pass(4 * WINDOW_MS)
    expect(server.finished).toBe(159)
    expect(peakOf(server.counted.slice(99))).toBe(20)
  })

  test('the limit falls and rises as often as responses say with the plan auto', async () => {
    const { limiter, limits } = watchedLimiter({ plan: 'auto' })
    for (const stated of ['80', '5', '120', '40']) await respondWith(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(40)
    expect(limits).toEqual([
      [80, 20],
      [5, 80],
      [120, 5],
      [40, 120],
    ])
  })

  // One low response used to slow down the rest of the run.
  test('the limit falls and rises up to the limit of a named plan', async () => {
    const limiter = new BurstLimiter(lite({ plan: 'premium' }))
    for (const stated of ['10', '100']) await respondWith(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(100)
  })
})

describe('a stopped limiter', () => {
  const reason = new Error('The budget is spent.')

  test('requests that wait when the limiter is stopped fail with the reason', async () => {
    const limiter = new BurstLimiter(lite())
    const server = new BurstServer(limiter, { answerMs: () => 1_000 })
    server.send(20)
    await pass(0)
    const waiting = Promise.allSettled([
      limiter.run(() => Promise.resolve(1)),
      limiter.run(() => Promise.resolve(2)),
    ])
    await pass(100)
    limiter.stop(reason)
    await settle()
    expect(await waiting).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ])
  })

  test('requests that are made after the stop fail with the reason, even when slots are free', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.stop(reason)
    const attempt = jest.fn(() => Promise.resolve('rows'))
    const later = limiter.run(attempt).catch((error: unknown) => error)
    await pass(100)
    expect(await later).toBe(reason)
    expect(attempt).not.toHaveBeenCalled()
  })

  test('requests that wait for a reset fail as soon as the limiter is stopped', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.close(60_000)
    const waiting = limiter.run(() => Promise.resolve('rows')).catch((error: unknown) => error)
    await pass(100)
    limiter.stop(reason)
    await pass(0)
    expect(await waiting).toBe(reason)
  })

  test('attempts that are running when the limiter is stopped are not interrupted', async () => {
    const limiter = new BurstLimiter(lite())
    const running = Promise.allSettled([
      limiter.run(() => after(500).then(() => 'rows')),
      limiter.run(() => after(500).then(() => Promise.reject(new Error('reset')))),
    ])
    await pass(100)
    limiter.stop(reason)
    await pass(3 * WINDOW_MS)
    expect(await running).toEqual([
      { status: 'fulfilled', value: 'rows' },
      { status: 'rejected', reason: new Error('reset') },
    ])
  })

  test('the reason of the first stop stays', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.stop(reason)
    limiter.stop(new Error('another'))
    const later = limiter.run(() => Promise.resolve('rows')).catch((error: unknown) => error)
    await pass(100)
    expect(await later).toBe(reason)
  })

  // The queue may have handed out further slots a moment before.
  test('a stop in the middle of a burst stops the rest of the burst', async () => {
    const limiter = new BurstLimiter(lite())
    const sent: number[] = []
    const attempt = () => {
      if (sent.length === 0) limiter.stop(reason)
      return Promise.resolve(sent.push(Date.now()))
    }
    for (let index = 0; index < 20; index++) void limiter.run(attempt).catch(() => undefined)
    await pass(1_000)
    expect(sent).toHaveLength(1)
  })
})
