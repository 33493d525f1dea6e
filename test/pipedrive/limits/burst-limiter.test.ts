import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { BurstLimiter, type BurstOptions } from '../../../src/pipedrive/limits/burst-limiter.js'
import { REQUESTS_PER_WINDOW } from '../../../src/pipedrive/limits/pricing-plans.js'
import { drawing } from '../../support/random.js'

const WINDOW_MS = 2_000
const STEP_MS = 5
/** What is due by now has happened. */
const SOON_MS = 2 * STEP_MS
/** How long a request may be on its way over an open connection. */
const TRAVEL_MS = 50

// Twenty virtual seconds of the widest plans take some real ones.
jest.setTimeout(60_000)

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
})

afterEach(() => {
  jest.useRealTimers()
})

/** Lets virtual time pass in small steps; between them, promises and timers of no time run until nothing moves. */
async function pass(ms: number, afterEachStep: () => void = () => undefined): Promise<void> {
  const end = Date.now() + ms
  await settle()
  while (Date.now() < end) {
    jest.advanceTimersByTime(Math.min(STEP_MS, end - Date.now()))
    await settle()
    afterEachStep()
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

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** The most moments in any two seconds, wherever these begin. */
function peakOf(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b)
  let from = 0
  let peak = 0
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= WINDOW_MS) from += 1
    peak = Math.max(peak, to - from + 1)
  }
  return peak
}

interface Behaviour {
  /** From our sending it to the server's counting it. */
  travelMs: () => number
  /** From the counting to the answer. */
  answerMs: () => number
  /** What the answers say the limit is; without it they say nothing. */
  limit: number | undefined
  /** Whether what is over the limit is refused, as Pipedrive does, or counted all the same. */
  refuses: boolean
  /** Whether a request that was counted is dropped. */
  fails: () => boolean
}

/** Counts each request as it arrives. */
class Server {
  readonly sent: number[] = []
  readonly counted: number[] = []
  readonly foreign: number[] = []
  refused = 0
  answered = 0
  over = 0
  private readonly behaviour: Behaviour

  constructor(
    readonly limiter: BurstLimiter,
    behaviour: Partial<Behaviour> = {},
  ) {
    const { random } = drawing(1)
    const travelMs = () => random() * TRAVEL_MS
    const usual = { travelMs, answerMs: () => 0, limit: undefined, refuses: false, fails: () => false }
    this.behaviour = { ...usual, ...behaviour }
  }

  /** So many requests through the limiter, all asked for at once. */
  receive(requests: number): void {
    for (let index = 0; index < requests; index++) {
      void this.request()
        .catch(() => undefined)
        .finally(() => (this.over += 1))
    }
  }

  /** More requests than may be sent, for ever. */
  saturate(atOnce: number): void {
    const askOn = async (): Promise<void> => {
      for (;;) await this.request().catch(() => undefined)
    }
    for (let reader = 0; reader < atOnce; reader++) void askOn()
  }

  /** A request of somebody else with the same token. */
  readonly takeForeign = (): void => {
    if (!this.isFull()) this.foreign.push(Date.now())
  }

  request(): Promise<void> {
    return this.limiter.run((answered) => this.answer(answered))
  }

  private async answer(answered: (headers: Record<string, unknown>) => void): Promise<void> {
    const { travelMs, answerMs, fails } = this.behaviour
    this.sent.push(Date.now())
    const { headers, refusedForMs } = await new Promise<Counting>((resolve) => {
      setTimeout(() => {
        resolve(this.count())
      }, travelMs())
    })
    await after(answerMs())
    if (fails()) throw new Error('socket hang up')
    this.answered += 1
    answered(headers)
    if (refusedForMs === undefined) return
    this.limiter.close(refusedForMs)
    throw new Error('request over limit')
  }

  private count(): Counting {
    const now = Date.now()
    const { limit, refuses } = this.behaviour
    const refused = refuses && this.isFull()
    if (refused) this.refused += 1
    else this.counted.push(now)
    const window = this.window()
    const headers = {
      ...(limit !== undefined && {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, limit - window.length)),
      }),
    }
    const reset = Math.ceil((Math.min(...window) + WINDOW_MS - now) / 1000) * 1000
    return { headers, refusedForMs: refused ? reset : undefined }
  }

  private isFull(): boolean {
    return this.window().length >= (this.behaviour.limit ?? Infinity)
  }

  private window(): number[] {
    const now = Date.now()
    return [...this.counted, ...this.foreign].filter((at) => now - at < WINDOW_MS)
  }
}

interface Counting {
  headers: Record<string, unknown>
  refusedForMs: number | undefined
}

const lite = (limits: Partial<BurstOptions> = {}): BurstOptions => ({
  plan: 'lite',
  auth: 'api_token',
  burstShare: 1,
  ...limits,
})

const AUTHS = [
  { auth: 'api_token', factor: 1 },
  { auth: 'oauth', factor: 4 },
] as const

const KINDS = (Object.keys(REQUESTS_PER_WINDOW) as (keyof typeof REQUESTS_PER_WINDOW)[]).flatMap((plan) =>
  AUTHS.map(({ auth, factor }) => ({ plan, auth, limit: REQUESTS_PER_WINDOW[plan] * factor })),
)

describe('the documented limits', () => {
  test('are those of the plans', () => {
    expect(REQUESTS_PER_WINDOW).toEqual({
      lite: 20,
      growth: 40,
      professional: 80,
      premium: 100,
      ultimate: 120,
    })
  })
})

describe.each(KINDS)('on the plan $plan by $auth', ({ plan, auth, limit }) => {
  test(`${limit} requests go at once, and not one more in two seconds`, async () => {
    const server = new Server(new BurstLimiter({ plan, auth, burstShare: 1 }))
    server.receive(limit * 2 + 1)
    await pass(0)
    expect(server.sent).toHaveLength(limit)
    await pass(WINDOW_MS - 1)
    expect(server.sent).toHaveLength(limit)
    await pass(3 * WINDOW_MS)
    expect(server.over).toBe(limit * 2 + 1)
    expect(peakOf(server.counted)).toBe(limit)
  })

  test.each([
    { name: 'quick', answerMs: 5 },
    { name: 'slow', answerMs: 200 },
    { name: 'very slow', answerMs: 1_000 },
  ])('$name answers use the limit up, and never pass it', async ({ answerMs }) => {
    const server = new Server(new BurstLimiter({ plan, auth, burstShare: 1 }), {
      answerMs: () => answerMs,
      limit,
    })
    server.saturate(limit + 5)
    await pass(10 * WINDOW_MS)
    const inTwentySeconds = server.counted.length
    await pass(WINDOW_MS)
    expect(peakOf(server.counted)).toBeLessThanOrEqual(limit)
    expect(inTwentySeconds / (10 * limit)).toBeGreaterThanOrEqual(0.95)
    // Once connections are open: how long ten times the limit took.
    const [first = NaN, last = NaN] = [server.sent[limit], server.sent[10 * limit]]
    expect((9 * WINDOW_MS) / (last - first)).toBeGreaterThanOrEqual(0.95)
  })
})

/** A limiter and what it told. */
function eventful(limits: Partial<BurstOptions> = {}) {
  const told: { limits: [stated: number, ours: number][]; closings: number[] } = { limits: [], closings: [] }
  const limiter = new BurstLimiter(lite(limits), {
    onLimit: (stated, ours) => told.limits.push([stated, ours]),
    onRateLimited: (until) => told.closings.push(until),
  })
  return { limiter, told }
}

/** One request, answered at once with these headers. */
async function answer(limiter: BurstLimiter, headers: Record<string, unknown>): Promise<void> {
  await during(
    limiter.run((answered) => {
      answered(headers)
      return Promise.resolve()
    }),
  )
}

const stating = (limit: unknown, remaining?: unknown) => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
})

/** Runs what waits for timers of no time. */
async function during<T>(work: Promise<T>): Promise<T> {
  await settle()
  return work
}

describe('the burst limiter', () => {
  test.each(AUTHS)(
    'starts at the lowest plan by $auth when the plan is left open',
    async ({ auth, factor }) => {
      const server = new Server(new BurstLimiter({ plan: 'auto', auth, burstShare: 1 }))
      expect(server.limiter.availableSlots).toBe(20 * factor)
      server.receive(200)
      await pass(0)
      expect(server.sent).toHaveLength(20 * factor)
    },
  )

  test('gives back the place of an attempt that failed, and passes the failure on', async () => {
    const limiter = new BurstLimiter(lite())
    const failing = Array.from({ length: 20 }, () => limiter.run(() => Promise.reject(new Error('reset'))))
    const failures = Promise.allSettled(failing)
    await settle()
    const reasons = (await failures).map((failure) => failure.status === 'rejected' && String(failure.reason))
    expect(new Set(reasons)).toEqual(new Set(['Error: reset']))
    const server = new Server(limiter)
    server.receive(20)
    await pass(WINDOW_MS - 1)
    expect(server.sent).toHaveLength(0)
    await pass(100)
    expect(server.sent).toHaveLength(20)
  })

  test('gives back the place of an attempt that throws before it begins', async () => {
    const limiter = new BurstLimiter(lite())
    const broken = () => {
      throw new Error('no')
    }
    const failing = Promise.allSettled(Array.from({ length: 20 }, () => limiter.run(broken)))
    await settle()
    await failing
    await pass(WINDOW_MS + 100)
    expect(await during(limiter.run(() => Promise.resolve('rows')))).toBe('rows')
  })

  test('answers what the attempt answered', async () => {
    expect(await during(new BurstLimiter(lite()).run(() => Promise.resolve('rows')))).toBe('rows')
  })

  test('lets requests go in the order in which they were asked for', async () => {
    const limiter = new BurstLimiter(lite())
    const order: number[] = []
    for (let index = 0; index < 60; index++) {
      void limiter.run(() => Promise.resolve(order.push(index)))
    }
    await pass(3 * WINDOW_MS)
    expect(order).toEqual(Array.from({ length: 60 }, (_, index) => index))
  })
})

describe('a share of the limit', () => {
  test.each([
    { burstShare: 1, plan: 'lite', auth: 'api_token', allowance: 20 },
    { burstShare: 0.5, plan: 'lite', auth: 'api_token', allowance: 10 },
    { burstShare: 0.5, plan: 'growth', auth: 'oauth', allowance: 80 },
    { burstShare: 0.33, plan: 'lite', auth: 'api_token', allowance: 6 },
    { burstShare: 0.001, plan: 'lite', auth: 'api_token', allowance: 1 },
    { burstShare: 0.001, plan: 'ultimate', auth: 'oauth', allowance: 1 },
  ] as const)('of $share leaves $allowance on the plan $plan by $auth', async ({ allowance, ...limits }) => {
    const server = new Server(new BurstLimiter(limits))
    expect(server.limiter.availableSlots).toBe(allowance)
    server.receive(200)
    await pass(3 * WINDOW_MS)
    expect(server.counted.length).toBeGreaterThanOrEqual(2 * allowance)
    expect(peakOf(server.counted)).toBe(allowance)
  })

  test('is one of what Pipedrive states', async () => {
    const limiter = new BurstLimiter(lite({ plan: 'auto', burstShare: 0.5 }))
    await answer(limiter, stating('80', '79'))
    expect(limiter.availableSlots).toBe(40)
  })

  test('is not taken from what others leave, only from the whole', async () => {
    const limiter = new BurstLimiter(lite({ burstShare: 0.5 }))
    await answer(limiter, stating('20', '14'))
    expect(limiter.availableSlots).toBe(10)
    await answer(limiter, stating('20', '6'))
    expect(limiter.availableSlots).toBe(8)
  })
})

describe('while connections are being opened', () => {
  test('a place comes back two seconds after the answer, as the request may have been counted that late', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 5_000, travelMs: () => 0 })
    server.receive(21)
    await pass(5_000 + WINDOW_MS)
    expect(server.sent).toHaveLength(20)
    await pass(50)
    expect(server.sent).toHaveLength(21)
  })

  test('no window is overfilled by requests that arrive late', async () => {
    const { random } = drawing(1)
    const start = Date.now()
    const opening = () => Date.now() < start + WINDOW_MS
    const server = new Server(new BurstLimiter(lite()), {
      travelMs: () => random() * (opening() ? 1_500 : TRAVEL_MS),
      answerMs: () => 30,
    })
    server.saturate(40)
    await pass(6 * WINDOW_MS)
    expect(peakOf(server.counted)).toBe(20)
  })

  test('a place comes back two seconds after sending once one has, however long answers take', async () => {
    const start = Date.now()
    const quickAtFirst = () => (Date.now() < start + WINDOW_MS ? 0 : 5_000)
    const server = new Server(new BurstLimiter(lite()), { answerMs: quickAtFirst, travelMs: () => 0 })
    server.receive(19)
    await pass(WINDOW_MS + 100)
    server.receive(20)
    await pass(0)
    expect(server.sent).toHaveLength(39)
    // Answers take longer than the window by now: a place is one of a request that is still open.
    server.receive(1)
    await pass(WINDOW_MS + 100)
    expect(server.sent).toHaveLength(39)
    await pass(3_000)
    expect(server.sent).toHaveLength(40)
  })

  // Requests sent more than 50 ms apart are taken for others', though the first ones are still connecting.
  test('our own requests that overtake each other are not taken for those of others', async () => {
    const { random } = drawing(1)
    const start = Date.now()
    const opening = () => Date.now() < start + WINDOW_MS
    const server = new Server(new BurstLimiter(lite({ plan: 'auto' })), {
      travelMs: () => (opening() ? 50 + random() * 250 : random() * TRAVEL_MS),
      answerMs: () => 30,
      limit: 80,
    })
    server.saturate(100)
    const seen = new Set<number>()
    await pass(2 * WINDOW_MS, () => seen.add(server.limiter.availableSlots))
    expect(seen).toEqual(new Set([20, 80]))
  })

  // `connected` stays true for good, but idle connections end after seconds and are opened anew.
  test('also when they are opened again after a pause', async () => {
    const start = Date.now()
    const pauses = [0, 60_000]
    const opening = () => pauses.some((at) => Date.now() >= start + at && Date.now() < start + at + 1_000)
    const server = new Server(new BurstLimiter(lite()), {
      travelMs: () => (opening() ? 300 : 0),
      answerMs: () => 30,
    })
    server.receive(20)
    await pass(60_000)
    server.receive(40)
    await pass(3 * WINDOW_MS)
    expect(server.over).toBe(60)
    expect(peakOf(server.counted)).toBe(20)
  })
})

describe('a limit that Pipedrive states', () => {
  test.each<{ name: string; plan: BurstOptions['plan']; stated: unknown; limit: number; told: number[][] }>([
    {
      name: 'is taken up where the plan was left open',
      plan: 'auto',
      stated: '80',
      limit: 80,
      told: [[80, 20]],
    },
    { name: 'is taken up when it is a number', plan: 'auto', stated: 80, limit: 80, told: [[80, 20]] },
    {
      name: 'is taken down to where the plan was left open',
      plan: 'auto',
      stated: '5',
      limit: 5,
      told: [[5, 20]],
    },
    {
      name: 'is taken down to where the plan was named',
      plan: 'premium',
      stated: '20',
      limit: 20,
      told: [[20, 100]],
    },
    {
      name: 'is told but not taken where it is above a named plan',
      plan: 'lite',
      stated: '80',
      limit: 20,
      told: [[80, 20]],
    },
    { name: 'changes nothing when it is the same', plan: 'auto', stated: '20', limit: 20, told: [] },
    { name: 'is no limit when it is nought', plan: 'auto', stated: '0', limit: 20, told: [] },
    { name: 'is no limit when it is negative', plan: 'auto', stated: '-1', limit: 20, told: [] },
    { name: 'is no limit when it is a fraction', plan: 'auto', stated: '40.5', limit: 20, told: [] },
    { name: 'is no limit when it is a text', plan: 'auto', stated: 'many', limit: 20, told: [] },
    { name: 'is no limit when it is empty', plan: 'auto', stated: '', limit: 20, told: [] },
    { name: 'is no limit when it is several', plan: 'auto', stated: ['80', '20'], limit: 20, told: [] },
    { name: 'is no limit when it is missing', plan: 'auto', stated: undefined, limit: 20, told: [] },
  ])('$name', async ({ plan, stated, limit, told }) => {
    const { limiter, told: heard } = eventful({ plan })
    await answer(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(limit)
    expect(heard.limits).toEqual(told)
    const server = new Server(limiter)
    server.receive(500)
    await pass(0)
    // The one that brought the headers has a place.
    expect(server.sent).toHaveLength(limit - 1)
  })

  test('is told once, however often Pipedrive states it', async () => {
    for (const plan of ['auto', 'lite'] as const) {
      const { limiter, told } = eventful({ plan })
      for (let turn = 0; turn < 5; turn++) await answer(limiter, stating('80'))
      expect(told.limits).toEqual([[80, 20]])
    }
  })

  test('counts the requests that are out already when it rises', async () => {
    const server = new Server(new BurstLimiter(lite({ plan: 'auto' })))
    server.receive(19)
    await pass(0)
    await answer(server.limiter, stating('80'))
    server.receive(200)
    await pass(0)
    expect(server.sent).toHaveLength(79)
    await pass(10_000)
    expect(server.over).toBe(219)
    expect(peakOf(server.counted)).toBe(80)
  })

  test('counts the requests that are out already when it falls', async () => {
    const server = new Server(new BurstLimiter(lite({ plan: 'premium' })))
    server.receive(99)
    await pass(0)
    await answer(server.limiter, stating('20'))
    server.receive(60)
    await pass(WINDOW_MS)
    expect(server.sent).toHaveLength(99)
    await pass(4 * WINDOW_MS)
    expect(server.over).toBe(159)
    expect(peakOf(server.counted.slice(99))).toBe(20)
  })

  test('can fall and rise again where the plan was left open', async () => {
    const { limiter, told } = eventful({ plan: 'auto' })
    for (const stated of ['80', '5', '120', '40']) await answer(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(40)
    expect(told.limits).toEqual([
      [80, 20],
      [5, 80],
      [120, 5],
      [40, 120],
    ])
  })

  // `follow` never goes up again under a named plan: one low answer slows the whole rest of the run.
  test('can fall and rise again as far as the plan that was named', async () => {
    const limiter = new BurstLimiter(lite({ plan: 'premium' }))
    for (const stated of ['10', '100']) await answer(limiter, stating(stated))
    expect(limiter.availableSlots).toBe(100)
  })
})

describe('requests of others with the same token', () => {
  test.each<{ name: string; headers: Record<string, unknown>; allowance: number }>([
    { name: 'leave us the rest', headers: stating('20', '9'), allowance: 10 },
    { name: 'leave us one at least', headers: stating('20', '0'), allowance: 1 },
    { name: 'are none when only ours are counted', headers: stating('20', '19'), allowance: 20 },
    { name: 'are none when less than ours are counted', headers: stating('20', '20'), allowance: 20 },
    { name: 'are unknown without the remaining', headers: stating('20'), allowance: 20 },
    { name: 'are unknown without the limit', headers: stating(undefined, '0'), allowance: 20 },
    { name: 'are unknown when more remain than there are', headers: stating('20', '21'), allowance: 20 },
    { name: 'are unknown when less than nothing remains', headers: stating('20', '-3'), allowance: 20 },
    { name: 'are unknown when what remains is a text', headers: stating('20', 'few'), allowance: 20 },
  ])('$name', async ({ headers, allowance }) => {
    const limiter = new BurstLimiter(lite())
    await answer(limiter, headers)
    expect(limiter.availableSlots).toBe(allowance)
    const server = new Server(limiter)
    server.receive(40)
    await pass(0)
    expect(server.sent).toHaveLength(allowance - 1)
  })

  test('are expected in the next window too, and forgotten after it', async () => {
    const limiter = new BurstLimiter(lite())
    await answer(limiter, stating('20', '9'))
    await pass(2 * WINDOW_MS - 100)
    expect(limiter.availableSlots).toBe(10)
    await pass(200)
    expect(limiter.availableSlots).toBe(20)
  })

  test('are as many as the answer says that saw most of them', async () => {
    const limiter = new BurstLimiter(lite())
    for (const remaining of ['17', '9', '14', '16']) await answer(limiter, stating('20', remaining))
    expect(limiter.availableSlots).toBe(11)
  })

  test('get through while we want more than there is, and what they leave is ours again when they stop', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 300, limit: 20, refuses: true })
    server.saturate(25)
    const others = setInterval(server.takeForeign, 200)
    await pass(12_000)
    const [refused, sent, foreign] = [server.refused, server.sent.length, server.foreign.length]
    await pass(10_000)
    expect(server.refused).toBe(refused)
    expect(server.foreign.length - foreign).toBe(50)
    expect(server.sent.length - sent).toBeGreaterThanOrEqual(40)
    clearInterval(others)
    await pass(8_000)
    expect(server.limiter.availableSlots).toBe(20)
  })

  // Requests close behind whose places came back meanwhile are taken for others'; one is left to us for four seconds.
  test('are not seen in an answer that took longer than the window', async () => {
    const { random } = drawing(1)
    const server = new Server(new BurstLimiter(lite()), {
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
    'are not seen where there are none, in whatever order ours are counted: $plan, $answerMs ms',
    async ({ answerMs, plan }) => {
      const limit = REQUESTS_PER_WINDOW[plan]
      const { random } = drawing(answerMs)
      const server = new Server(new BurstLimiter(lite({ plan })), {
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

describe('after a refusal', () => {
  test('nothing is sent until the reset, and whoever asks is told until when', async () => {
    const { limiter, told } = eventful()
    const server = new Server(limiter)
    server.receive(5)
    await pass(100)
    const closedAt = Date.now()
    limiter.close(7_000)
    expect(told.closings).toEqual([closedAt + 7_000])
    expect(limiter.availableSlots).toBe(0)
    server.receive(30)
    await pass(6_999)
    expect(server.sent).toHaveLength(5)
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(6)
    expect(limiter.availableSlots).toBe(1)
  })

  test('requests that are under way end as they will', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 500 })
    server.receive(5)
    await pass(100)
    server.limiter.close(60_000)
    await pass(1_000)
    expect(server.answered).toBe(5)
  })

  test.each([{ answerMs: 50 }, { answerMs: 200 }, { answerMs: 500 }, { answerMs: 1_000 }])(
    'one goes first, each answer lets two more go, and all are let go in the end: $answerMs ms',
    async ({ answerMs }) => {
      const server = new Server(new BurstLimiter(lite()), { answerMs: () => answerMs, travelMs: () => 0 })
      server.saturate(40)
      await pass(1_500)
      server.limiter.close(5_000)
      await pass(5_000 + SOON_MS)
      expect(server.sent).toHaveLength(21)
      const { answered } = server
      const [reopenedAt = NaN] = server.sent.slice(20)
      await pass(10_000, () => {
        const inWindow = server.sent.filter((at) => at >= reopenedAt && at > Date.now() - WINDOW_MS)
        expect(inWindow.length).toBeLessThanOrEqual(1 + 2 * (server.answered - answered))
      })
      expect(server.limiter.availableSlots).toBe(20)
      expect(peakOf(server.sent)).toBe(20)
    },
  )

  test('no window is overfilled while it opens, and the next refusal starts it all over', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 50 })
    server.saturate(40)
    await pass(100)
    for (const turn of [1, 2]) {
      server.limiter.close(1_000 * turn)
      await pass(1_000 * turn)
      expect(server.limiter.availableSlots).toBe(1)
      await pass(6_000)
      expect(server.limiter.availableSlots).toBe(20)
    }
    expect(peakOf(server.counted)).toBeLessThanOrEqual(20)
  })

  test('a second one that asks for less changes nothing', async () => {
    const { limiter, told } = eventful()
    const closedAt = Date.now()
    limiter.close(5_000)
    await pass(1_000)
    limiter.close(3_000)
    limiter.close(4_000)
    expect(told.closings).toEqual([closedAt + 5_000])
    const server = new Server(limiter)
    server.receive(1)
    await pass(3_999)
    expect(server.sent).toEqual([])
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(1)
  })

  test('a second one that asks for more extends the wait', async () => {
    const { limiter, told } = eventful()
    const closedAt = Date.now()
    limiter.close(5_000)
    await pass(1_000)
    limiter.close(9_000)
    expect(told.closings).toEqual([closedAt + 5_000, closedAt + 10_000])
    const server = new Server(limiter)
    server.receive(1)
    await pass(8_999)
    expect(server.sent).toEqual([])
    await pass(SOON_MS)
    expect(server.sent).toHaveLength(1)
  })

  test('a reset that is now still lets one go first', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 500, travelMs: () => 0 })
    server.limiter.close(0)
    await pass(5)
    server.receive(40)
    await pass(400)
    expect(server.sent).toHaveLength(1)
  })

  // Places that the queue has handed out a moment before are used all the same.
  test('nothing is sent any more, in the midst of a burst either', async () => {
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

  // Answers to requests from before the closing open the gate as well: all go at once.
  test('one goes first although answers from before come in late', async () => {
    const server = new Server(new BurstLimiter(lite()), { answerMs: () => 2_200, travelMs: () => 0 })
    server.receive(60)
    await pass(100)
    server.limiter.close(2_000)
    await pass(6_000)
    const [first = NaN] = server.sent.slice(20)
    expect(server.sent.filter((at) => at === first)).toHaveLength(1)
  })

  // Each answer of the burst resets a millisecond later than the one before, and each is told.
  test('a burst of refusals is told once', async () => {
    const { limiter, told } = eventful()
    const { random } = drawing(1)
    for (let index = 0; index < 20; index++) {
      void limiter.run(async () => {
        await after(random() * TRAVEL_MS)
        limiter.close(2_000)
      })
    }
    await pass(100)
    expect(told.closings).toHaveLength(1)
  })
})

describe('stopping', () => {
  const reason = new Error('The budget is spent.')

  test('refuses with the reason whoever waits', async () => {
    const limiter = new BurstLimiter(lite())
    const server = new Server(limiter, { answerMs: () => 1_000 })
    server.receive(20)
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

  test('refuses with the reason whoever comes later, even when places are free', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.stop(reason)
    const attempt = jest.fn(() => Promise.resolve('rows'))
    const later = limiter.run(attempt).catch((error: unknown) => error)
    await pass(100)
    expect(await later).toBe(reason)
    expect(attempt).not.toHaveBeenCalled()
  })

  test('refuses at once whoever waits for a reset', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.close(60_000)
    const waiting = limiter.run(() => Promise.resolve('rows')).catch((error: unknown) => error)
    await pass(100)
    limiter.stop(reason)
    await pass(100)
    expect(await waiting).toBe(reason)
  })

  test('lets attempts end that are under way', async () => {
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

  test('keeps the first reason', async () => {
    const limiter = new BurstLimiter(lite())
    limiter.stop(reason)
    limiter.stop(new Error('another'))
    const later = limiter.run(() => Promise.resolve('rows')).catch((error: unknown) => error)
    await pass(100)
    expect(await later).toBe(reason)
  })

  // A place that the queue has handed out a moment before is used all the same.
  test('lets nothing go any more, in the midst of a burst either', async () => {
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

describe('whatever happens', () => {
  const traffic = fc.record({
    plan: fc.constantFrom('auto', 'lite', 'growth'),
    share: fc.constantFrom(1, 0.5, 0.2),
    requests: fc.integer({ min: 1, max: 90 }),
    seed: fc.integer(),
    answerMs: fc.constantFrom(0, 100, 900, 3_000),
    connectMs: fc.constantFrom(0, 200, 900),
    failing: fc.constantFrom(0, 0.1, 0.5),
    headers: fc.boolean(),
    closings: fc.array(fc.record({ atMs: fc.nat({ max: 12_000 }), forMs: fc.nat({ max: 6_000 }) }), {
      maxLength: 3,
    }),
  })

  test('no window holds more than the limit, nothing is sent while closed, and everything ends', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async ({ plan, share, requests, seed, closings, ...wire }) => {
        const limit = REQUESTS_PER_WINDOW[plan === 'auto' ? 'lite' : plan]
        const { random } = drawing(seed)
        const limiter = new BurstLimiter({ plan, auth: 'api_token', burstShare: share })
        let connectedAt = Infinity
        const connecting = () => Date.now() < connectedAt
        const server: Server = new Server(limiter, {
          travelMs: () => random() * (connecting() ? Math.max(wire.connectMs, TRAVEL_MS) : TRAVEL_MS),
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
          server.receive(Math.min(30, requests - sent))
          await pass(random() * 1_000)
        }
        for (let seconds = 0; server.over < requests && seconds < 600; seconds += 1) await pass(1_000)
        expect(server.over).toBe(requests)
        expect(peakOf(server.counted)).toBeLessThanOrEqual(Math.floor(limit * share))
        expect(
          server.sent.filter((at) => closed.some(({ from, until }) => at > from + STEP_MS && at < until)),
        ).toEqual([])
      }),
      { numRuns: 60 },
    )
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
  const quick = { travelMs: () => 0 }

  // Places come back by timers that are unref'ed; idle keep-alive sockets are too: Node 20 exits with code 13 here.
  test('stays alive while a request waits for a place and nothing else is going on', async () => {
    const holding = watchTimers()
    const server = new Server(new BurstLimiter(lite()), quick)
    server.receive(21)
    await pass(100)
    expect(server.sent).toHaveLength(20)
    expect(holding()).toBeGreaterThan(0)
  })

  test('stays alive while a request waits for a reset', async () => {
    const holding = watchTimers()
    const server = new Server(new BurstLimiter(lite()), quick)
    server.limiter.close(60_000)
    server.receive(1)
    await pass(10_000)
    expect(server.sent).toHaveLength(0)
    expect(holding()).toBeGreaterThan(0)
  })

  test('is not held back by places that nobody waits for', async () => {
    const holding = watchTimers()
    const server = new Server(new BurstLimiter(lite()), quick)
    server.receive(20)
    await pass(100)
    expect(server.over).toBe(20)
    expect(holding()).toBe(0)
  })

  test('is not held back by a reset that nobody waits for', async () => {
    const holding = watchTimers()
    new BurstLimiter(lite()).close(60_000)
    await pass(100)
    expect(holding()).toBe(0)
  })

  test('is not held back by requests that were refused when it stopped', async () => {
    const holding = watchTimers()
    const server = new Server(new BurstLimiter(lite()), quick)
    server.receive(40)
    await pass(100)
    server.limiter.stop(new Error('over'))
    await pass(100)
    expect(server.over).toBe(40)
    expect(holding()).toBe(0)
  })
})
