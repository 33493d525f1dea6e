import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DailyBudget, type Charge } from '../../../src/pipedrive/limits/daily-budget.js'

const headers = (remaining?: number, limit?: number) => ({
  ...(limit !== undefined && { 'x-daily-ratelimit-token-limit': String(limit) }),
  ...(remaining !== undefined && { 'x-daily-ratelimit-token-remaining': String(remaining) }),
})

/** A request that costs so much, and its answer at once: so much was left before it. */
function spend(budget: DailyBudget, cost: number, remaining?: number, limit?: number): void {
  budget.settle(budget.charge(cost), headers(remaining, limit))
}

/** A budget of which so much is left. */
function having(left: number, setting = 0): DailyBudget {
  const budget = new DailyBudget(setting)
  spend(budget, 10, left + 10, 30_000)
  return budget
}

describe('what is left of the day', () => {
  test('is unknown before the first answer', () => {
    const budget = new DailyBudget()
    const charge = budget.charge(10)
    expect([budget.left, budget.limit]).toEqual([undefined, undefined])
    budget.settle(charge)
    expect([budget.left, budget.limit]).toEqual([undefined, undefined])
  })

  test('is what an answer says, less what it cost itself', () => {
    const budget = new DailyBudget()
    spend(budget, 10, 150_000, 150_000)
    expect([budget.left, budget.limit]).toEqual([149_990, 150_000])
  })

  test('is less what is in flight', () => {
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
    'comes to the same in whatever order answers arrive, and is never more meanwhile: $name',
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

  test('is less what others spend', () => {
    const budget = having(1_000)
    spend(budget, 10, 600)
    expect(budget.left).toBe(590)
  })

  test('is less what others spend, also when an older answer comes in later', () => {
    const budget = having(1_000)
    const [early, late] = [budget.charge(10), budget.charge(10)]
    budget.settle(late, headers(600))
    budget.settle(early, headers(1_000))
    expect(budget.left).toBe(590)
  })

  test('is less the cost of a request without headers', () => {
    const budget = having(1_000)
    spend(budget, 10)
    expect(budget.left).toBe(990)
    budget.settle(budget.charge(20))
    expect(budget.left).toBe(970)
  })

  test('goes by the next answer again when a request without headers was not charged', () => {
    const budget = having(1_000)
    spend(budget, 10)
    spend(budget, 10, 1_000)
    expect(budget.left).toBe(990)
  })

  test.each(['', '-5', 'many', '1.5', null])('does not go by a header that says %p', (remaining) => {
    const budget = having(1_000)
    budget.settle(budget.charge(10), { 'x-daily-ratelimit-token-remaining': remaining })
    expect(budget.left).toBe(990)
  })

  test('may be nothing', () => {
    const budget = new DailyBudget()
    spend(budget, 0, 0)
    expect(budget.left).toBe(0)
  })

  test('keeps the last limit that was stated', () => {
    const budget = having(1_000)
    spend(budget, 10, 1_000)
    expect(budget.limit).toBe(30_000)
    spend(budget, 10, 990, 60_000)
    expect(budget.limit).toBe(60_000)
  })
})

describe('at midnight', () => {
  test('more is left than before', () => {
    const budget = having(100)
    spend(budget, 10, 30_000)
    expect(budget.left).toBe(29_990)
    spend(budget, 10, 29_990)
    expect(budget.left).toBe(29_980)
  })

  test('what is in flight counts for the new day', () => {
    const budget = having(100)
    const [first, second] = [budget.charge(10), budget.charge(20)]
    budget.settle(first, headers(30_000))
    expect(budget.left).toBe(29_970)
    budget.settle(second, headers(29_990))
    expect(budget.left).toBe(29_970)
  })

  test('an answer of yesterday that arrives later does not bring yesterday back', () => {
    const budget = having(100)
    const [yesterday, today] = [budget.charge(10), budget.charge(10)]
    budget.settle(today, headers(30_000))
    budget.settle(yesterday, headers(100))
    expect(budget.left).toBe(29_980)
    spend(budget, 10, 29_990)
    expect(budget.left).toBe(29_980)
  })

  test('an answer of yesterday does not hide the new day from the next one', () => {
    const budget = having(100)
    const [yesterday, today] = [budget.charge(10), budget.charge(10)]
    budget.settle(yesterday, headers(100))
    budget.settle(today, headers(30_000))
    expect(budget.left).toBeGreaterThan(29_000)
    expect(budget.left).toBeLessThanOrEqual(29_990)
  })

  test('comes again the next day', () => {
    const budget = having(100)
    spend(budget, 10, 30_000)
    spend(budget, 10, 200)
    spend(budget, 10, 30_000)
    expect(budget.left).toBe(29_990)
  })

  test('a new day is seen even if the first answers of the run are one of each', () => {
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
  ])('of $setting is $reserve tokens of $limit', ({ setting, limit, reserve }) => {
    const budget = new DailyBudget(setting)
    spend(budget, 1, limit, limit)
    expect(budget.reserve).toBe(reserve)
  })

  test('is nothing unless it was asked for', () => {
    expect(new DailyBudget().reserve).toBe(0)
  })

  test.each([
    { name: 'tokens', setting: 100 },
    { name: 'a share', setting: 100 / 30_000 },
  ])('as $name may be touched by no request', ({ setting }) => {
    const budget = having(120, setting)
    expect([10, 20, 21].map((cost) => budget.permits(cost))).toEqual([true, true, false])
  })

  test('is kept from what is in flight', () => {
    const budget = having(120, 100)
    const charge = budget.charge(15)
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
    budget.settle(charge, headers(120))
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
  })

  test('is kept from what others leave', () => {
    const budget = having(1_000, 100)
    expect(budget.permits(10)).toBe(true)
    spend(budget, 10, 115)
    expect([5, 6].map((cost) => budget.permits(cost))).toEqual([true, false])
  })

  test('of nothing permits everything, even when nothing is left', () => {
    const budget = having(0)
    expect(budget.permits(80)).toBe(true)
  })

  test('permits everything while nothing is known', () => {
    expect([0.5, 100].map((setting) => new DailyBudget(setting).permits(80))).toEqual([true, true])
  })

  test('as a share permits everything while the whole is unknown', () => {
    const budget = new DailyBudget(0.5)
    spend(budget, 10, 15)
    expect([budget.left, budget.permits(80)]).toEqual([5, true])
  })

  test('is whole again after midnight', () => {
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
  /** What its answer will say; once it is counted. */
  before?: number
}

/** Charges requests in any order and answers them in any other. */
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

  /** A request that never arrives. */
  lose(which: number): void {
    const [request] = this.flying.splice(which % Math.max(1, this.flying.length), 1)
    if (request) this.budget.settle(request.charge)
  }

  /** What will be left when all that is on its way has been charged. */
  get truth(): number {
    return this.tokens - this.flying.reduce((sum, { cost }) => sum + cost, 0)
  }
}

describe('what is left, whatever the order of counting and of answers,', () => {
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

  test('is never more than there is when all are answered', () => {
    fc.assert(
      fc.property(turns('send', 'count', 'answer'), fc.boolean(), (some, known) => {
        expect(everAboveTruth(some, known)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  test('is what there is when everything is answered and the last one is counted and answered last', () => {
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
      { numRuns: 1_000 },
    )
  })
})

describe('what is left is not more than there is', () => {
  // A cost without headers is lost when an older answer follows: that one's balance does not include it.
  test.each([
    { name: 'of all', known: false },
    { name: 'of two that changed places', known: true },
  ])('when the first answer $name has no headers', ({ known }) => {
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

  // The cost of a lost request makes the next answer look like a refill, which then forgets an answer counted later.
  test('when a request was lost and the next answers change places', () => {
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
