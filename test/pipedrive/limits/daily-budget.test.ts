import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DailyBudget, type Charge } from '../../../src/pipedrive/limits/daily-budget.js'
import { fuzzed } from '../../support/fuzz.js'

const headers = (remaining?: number, limit?: number) => ({
  ...(limit !== undefined && { 'x-daily-ratelimit-token-limit': String(limit) }),
  ...(remaining !== undefined && { 'x-daily-ratelimit-token-remaining': String(remaining) }),
})

/** A request of this cost whose response comes at once and states what was left before it. */
function spend(budget: DailyBudget, cost: number, remaining?: number, limit?: number): void {
  budget.settle(budget.charge(cost), headers(remaining, limit))
}

/** A budget of which this much is left. */
function having(left: number, setting = 0): DailyBudget {
  const budget = new DailyBudget(setting)
  spend(budget, 10, left + 10, 30_000)
  return budget
}

describe('the balance', () => {
  test('the balance is unknown before the first response with a balance', () => {
    const budget = new DailyBudget()
    const charge = budget.charge(10)
    expect([budget.left, budget.limit]).toEqual([undefined, undefined])
    budget.settle(charge)
    expect([budget.left, budget.limit]).toEqual([undefined, undefined])
  })

  test('the balance is what a response states, less its own cost', () => {
    const budget = new DailyBudget()
    spend(budget, 10, 150_000, 150_000)
    expect([budget.left, budget.limit]).toEqual([149_990, 150_000])
  })

  test('the balance excludes the cost of requests in flight', () => {
    const budget = having(1_000)
    const charges = [budget.charge(10), budget.charge(20), budget.charge(40)] as const
    expect(budget.left).toBe(930)
    budget.settle(charges[1], headers(1_000))
    expect(budget.left).toBe(930)
    budget.settle(charges[0], headers(980))
    budget.settle(charges[2], headers(970))
    expect(budget.left).toBe(930)
  })

  test.each([
    { name: 'first to last', order: [0, 1, 2] },
    { name: 'last to first', order: [2, 1, 0] },
    { name: 'the middle one last', order: [2, 0, 1] },
  ])(
    'the balance is the same in whatever order responses arrive, and never higher meanwhile: $name',
    ({ order }) => {
      const budget = having(1_000)
      const requests = [
        { cost: 10, before: 1_000 },
        { cost: 20, before: 990 },
        { cost: 40, before: 970 },
      ].map(({ cost, before }) => ({ charge: budget.charge(cost), before }))
      for (const { charge, before } of order.flatMap((index) => requests.slice(index, index + 1))) {
        budget.settle(charge, headers(before))
        expect(budget.left).toBeLessThanOrEqual(930)
      }
      expect(budget.left).toBe(930)
    },
  )

  test('the balance excludes what other integrations spend', () => {
    const budget = having(1_000)
    spend(budget, 10, 600)
    expect(budget.left).toBe(590)
  })

  test('the balance excludes what other integrations spend when an older response arrives later', () => {
    const budget = having(1_000)
    const [early, late] = [budget.charge(10), budget.charge(10)]
    budget.settle(late, headers(600))
    budget.settle(early, headers(1_000))
    expect(budget.left).toBe(590)
  })

  test('the balance excludes the cost of a request without headers', () => {
    const budget = having(1_000)
    spend(budget, 10)
    expect(budget.left).toBe(990)
    budget.settle(budget.charge(20))
    expect(budget.left).toBe(970)
  })

  test('the next response corrects the balance when a request without headers was not charged', () => {
    const budget = having(1_000)
    spend(budget, 10)
    spend(budget, 10, 1_000)
    expect(budget.left).toBe(990)
  })

  test.each(['', '-5', 'many', '1.5', null])('a header of %p does not state a balance', (remaining) => {
    const budget = having(1_000)
    budget.settle(budget.charge(10), { 'x-daily-ratelimit-token-remaining': remaining })
    expect(budget.left).toBe(990)
  })

  test('the balance may be 0', () => {
    const budget = new DailyBudget()
    spend(budget, 0, 0)
    expect(budget.left).toBe(0)
  })

  test('the limit stays the one that was stated last', () => {
    const budget = having(1_000)
    spend(budget, 10, 1_000)
    expect(budget.limit).toBe(30_000)
    spend(budget, 10, 990, 60_000)
    expect(budget.limit).toBe(60_000)
  })
})

describe('at midnight', () => {
  test('the balance rises at midnight', () => {
    const budget = having(100)
    spend(budget, 10, 30_000)
    expect(budget.left).toBe(29_990)
    spend(budget, 10, 29_990)
    expect(budget.left).toBe(29_980)
  })

  test('requests in flight at midnight count for the new day', () => {
    const budget = having(100)
    const [first, second] = [budget.charge(10), budget.charge(20)]
    budget.settle(first, headers(30_000))
    expect(budget.left).toBe(29_970)
    budget.settle(second, headers(29_990))
    expect(budget.left).toBe(29_970)
  })

  test('a late response from yesterday does not restore yesterday’s balance', () => {
    const budget = having(100)
    const [yesterday, today] = [budget.charge(10), budget.charge(10)]
    budget.settle(today, headers(30_000))
    budget.settle(yesterday, headers(100))
    expect(budget.left).toBe(29_980)
    spend(budget, 10, 29_990)
    expect(budget.left).toBe(29_980)
  })

  test('a response from yesterday does not hide the new balance that the next one states', () => {
    const budget = having(100)
    const [yesterday, today] = [budget.charge(10), budget.charge(10)]
    budget.settle(yesterday, headers(100))
    budget.settle(today, headers(30_000))
    expect(budget.left).toBeGreaterThan(29_000)
    expect(budget.left).toBeLessThanOrEqual(29_990)
  })

  test('the balance rises again at the next midnight', () => {
    const budget = having(100)
    spend(budget, 10, 30_000)
    spend(budget, 10, 200)
    spend(budget, 10, 30_000)
    expect(budget.left).toBe(29_990)
  })

  test('the new day is recognized when the first responses of the run are from both days', () => {
    const budget = new DailyBudget()
    const [yesterday, today] = [budget.charge(10), budget.charge(10)]
    budget.settle(yesterday, headers(100))
    budget.settle(today, headers(30_000))
    spend(budget, 10, 29_990)
    expect(budget.left).toBe(29_980)
  })
})

describe('the reserve', () => {
  test.each([
    { setting: 0, limit: undefined, reserve: 0 },
    { setting: 0, limit: 30_000, reserve: 0 },
    { setting: 0.2, limit: 30_000, reserve: 6_000 },
    { setting: 0.33333, limit: 100, reserve: 34 },
    { setting: 0.001, limit: 100, reserve: 1 },
    { setting: 0.2, limit: undefined, reserve: undefined },
    { setting: 1, limit: 30_000, reserve: 1 },
    { setting: 1, limit: undefined, reserve: 1 },
    { setting: 5_000, limit: undefined, reserve: 5_000 },
    { setting: 5_000, limit: 30_000, reserve: 5_000 },
    { setting: 50_000, limit: 30_000, reserve: 50_000 },
  ])('a reserve of $setting is $reserve tokens when the limit is $limit', ({ setting, limit, reserve }) => {
    const budget = new DailyBudget(setting)
    spend(budget, 1, limit, limit)
    expect(budget.reserve).toBe(reserve)
  })

  test('there is no reserve by default', () => {
    expect(new DailyBudget().reserve).toBe(0)
  })

  test.each([
    { name: 'tokens', setting: 100 },
    { name: 'a fraction', setting: 100 / 30_000 },
  ])('a reserve that is set as $name is not touched by any request', ({ setting }) => {
    const budget = having(120, setting)
    expect([10, 20, 21].map((cost) => budget.permits(cost))).toEqual([true, true, false])
  })

  test('the reserve takes requests in flight into account', () => {
    const budget = having(120, 100)
    const charge = budget.charge(15)
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
    budget.settle(charge, headers(120))
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
  })

  test('the reserve takes the spending of other integrations into account', () => {
    const budget = having(1_000, 100)
    expect(budget.permits(10)).toBe(true)
    spend(budget, 10, 115)
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
  })

  test('without a reserve every request is permitted, even when the balance is 0', () => {
    const budget = having(0)
    expect(budget.permits(80)).toBe(true)
  })

  test('every request is permitted while the balance is unknown', () => {
    expect([0.5, 100].map((setting) => new DailyBudget(setting).permits(80))).toEqual([true, true])
  })

  test('every request is permitted while the limit that the reserve is a fraction of is unknown', () => {
    const budget = new DailyBudget(0.5)
    spend(budget, 10, 15)
    expect([budget.left, budget.permits(80)]).toEqual([5, true])
  })

  test('the reserve is available again after midnight', () => {
    const budget = having(100, 100)
    const charge = budget.charge(10)
    expect(budget.permits(1)).toBe(false)
    budget.settle(charge, headers(30_000))
    expect(budget.permits(1)).toBe(true)
  })
})

interface Request {
  charge: Charge
  cost: number
  /** The balance that its response will state; known when the server has counted it. */
  before?: number
}

/** Charges requests in any order and responds to them in any other. */
class Company {
  private readonly flying: Request[] = []
  private readonly counted: Request[] = []

  constructor(
    readonly budget: DailyBudget,
    public tokens: number,
  ) {}

  send(cost: number): void {
    this.flying.push({ charge: this.budget.charge(cost), cost })
  }

  count(which: number): void {
    const [request] = this.flying.splice(which % Math.max(1, this.flying.length), 1)
    if (!request) return
    this.counted.push({ ...request, before: this.tokens })
    this.tokens -= request.cost
  }

  answer(which: number, silent: boolean): void {
    const [request] = this.counted.splice(which % Math.max(1, this.counted.length), 1)
    if (request) this.budget.settle(request.charge, headers(silent ? undefined : request.before))
  }

  /** A request that never arrives at the server. */
  lose(which: number): void {
    const [request] = this.flying.splice(which % Math.max(1, this.flying.length), 1)
    if (request) this.budget.settle(request.charge)
  }

  /** The balance when all requests that are on their way have been charged. */
  get truth(): number {
    return this.tokens - this.flying.reduce((sum, { cost }) => sum + cost, 0)
  }
}

describe('the balance under any order of counting and of responses', () => {
  const which = fc.nat({ max: 20 })
  const turn = (
    kinds: readonly ('send' | 'count' | 'answer' | 'silent' | 'lost' | 'others' | 'midnight')[],
  ) => fc.record({ kind: fc.constantFrom(...kinds), which, cost: fc.constantFrom(1, 10, 20, 40) })
  type Turn = ReturnType<typeof turn> extends fc.Arbitrary<infer T> ? T : never

  function play(company: Company, { kind, which: index, cost }: Turn): void {
    if (kind === 'send') company.send(cost)
    else if (kind === 'count') company.count(index)
    else if (kind === 'lost') company.lose(index)
    else if (kind === 'others') company.tokens -= cost
    else if (kind === 'midnight') company.tokens = 30_000
    else company.answer(index, kind === 'silent')
  }

  function everAboveTruth(turns: readonly Turn[], known: boolean): boolean {
    const company = new Company(new DailyBudget(), 20_000)
    if (known) {
      company.send(10)
      company.count(0)
      company.answer(0, false)
    }
    return turns.some((one) => {
      play(company, one)
      return company.budget.left !== undefined && company.budget.left > company.truth
    })
  }

  const turns = (...kinds: Parameters<typeof turn>[0]) => fc.array(turn(kinds), { maxLength: 60 })

  test('the balance is never above the real one when all requests get a response', () => {
    fc.assert(
      fc.property(turns('send', 'count', 'answer'), fc.boolean(), (some, known) => {
        expect(everAboveTruth(some, known)).toBe(false)
      }),
      fuzzed(150),
    )
  })

  test('the balance is the real one after a last request that is counted and answered last', () => {
    const kinds = ['send', 'count', 'answer', 'silent', 'lost', 'others', 'midnight'] as const
    fc.assert(
      fc.property(fc.array(turn(kinds), { maxLength: 60 }), (some) => {
        const company = new Company(new DailyBudget(), 20_000)
        for (const one of some) play(company, one)
        for (let rest = 0; rest < 60; rest++) company.count(0)
        for (let rest = 0; rest < 60; rest++) company.answer(0, false)
        // One that finds more than was known corrects it; one that finds less does so as well.
        company.send(10)
        company.count(0)
        company.answer(0, false)
        expect(company.budget.left).toBe(company.truth)
      }),
      fuzzed(150),
    )
  })
})

describe('orders that once led to a balance above the real one', () => {
  // The cost of a request without headers was lost when an older response followed: its balance does not include it.
  test.each([
    { name: 'of the run', known: false },
    { name: 'of two in the wrong order', known: true },
  ])('the balance is not above the real one when the first response $name has no headers', ({ known }) => {
    const company = new Company(new DailyBudget(), 1_000)
    if (known) {
      company.send(5)
      company.count(0)
      company.answer(0, false)
    }
    company.send(10)
    company.send(10)
    company.count(0)
    company.count(0)
    company.answer(1, true)
    company.answer(0, false)
    expect(company.budget.left).toBeLessThanOrEqual(company.truth)
  })

  // The cost of a lost request made the next response look like a refill, which dropped the cost of a later one.
  test('the balance is not above the real one after a lost request and responses in the wrong order', () => {
    const company = new Company(new DailyBudget(), 1_010)
    company.send(10)
    company.count(0)
    company.answer(0, false)
    company.send(10)
    company.lose(0)
    company.send(10)
    company.send(10)
    company.count(0)
    company.count(0)
    company.answer(1, false)
    company.answer(0, false)
    expect(company.budget.left).toBeLessThanOrEqual(company.truth)
  })
})
