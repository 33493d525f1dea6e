import { dailyTokens } from './rate-limit-headers.js'

/** A request that was sent: what it costs, and what was known to be left when it went out. */
export interface Charge {
  readonly cost: number
  readonly known: number | undefined
  /** How often the budget had been refilled by then. */
  readonly refills: number
  /** What had been answered by then, in tokens: in all, and without a word on the balance. */
  readonly answered: number
  readonly silent: number
}

/**
 * The company's tokens of the day, as far as the answers tell. Each says what was left before it was charged; answers
 * come in another order than they were counted, and other integrations spend from the same budget.
 */
export class DailyBudget {
  /** What the company has a day. */
  limit: number | undefined
  private balance: number | undefined
  private inFlight = 0
  private refills = 0
  private answeredCost = 0
  private silentCost = 0

  constructor(
    /** What to leave to others: below 1 a share of the company's budget, else tokens. */
    private readonly setting = 0,
  ) {}

  /** What to leave to others, in tokens; a share means nothing until the whole is known. */
  get reserve(): number | undefined {
    if (this.setting === 0 || this.setting >= 1) return this.setting
    return this.limit === undefined ? undefined : Math.ceil(this.setting * this.limit)
  }

  /** Whether enough is known to keep it. */
  get keepsReserve(): boolean {
    return this.left !== undefined && this.reserve !== undefined
  }

  /** Whether a request leaves the reserve untouched, as far as anybody can tell. */
  permits(cost: number): boolean {
    const { left, reserve } = this
    if (this.setting === 0 || left === undefined || reserve === undefined) return true
    return left - cost >= reserve
  }

  /** What is left for certain if nobody else spends: requests in flight may be charged already, or not yet. */
  get left(): number | undefined {
    return this.balance === undefined ? undefined : this.balance - this.inFlight
  }

  sent(cost: number): Charge {
    this.inFlight += cost
    const { balance: known, refills, answeredCost: answered, silentCost: silent } = this
    return { cost, known, refills, answered, silent }
  }

  /** Without an answer there are no headers; the request counts as charged all the same. */
  answered(charge: Charge, headers: Readonly<Record<string, unknown>> = {}): void {
    const { cost, known, refills } = charge
    const { limit, remaining } = dailyTokens(headers)
    const answeredSince = this.answeredCost - charge.answered
    const silentSince = this.silentCost - charge.silent
    this.limit = limit ?? this.limit
    this.inFlight -= cost
    this.answeredCost += cost
    if (remaining === undefined) this.silentCost += cost
    // Nothing said, or said of yesterday: only the cost is certain.
    if (remaining === undefined || refills < this.refills) {
      if (this.balance !== undefined) this.balance -= cost
      return
    }
    // What was answered since this one was sent may have been charged after it.
    const lowest = Math.min(this.balance ?? Infinity, remaining - cost - silentSince)
    // Tokens only ever go down, unless midnight or a top-up brought new ones: then more is left than when we asked.
    const refilled = known !== undefined && remaining > known
    this.balance = refilled ? remaining - cost - answeredSince : lowest
    if (refilled) this.refills += 1
  }
}
