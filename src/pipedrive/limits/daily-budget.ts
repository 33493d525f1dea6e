import { dailyTokens, type ResponseHeaders } from './rate-limit-headers.js'

/** A request that was sent: its cost, and what was known when it was sent. */
export interface Charge {
  readonly cost: number
  /** The balance, undefined while unknown. */
  readonly balance: number | undefined
  /** How often the budget had been refilled. */
  readonly refills: number
  /** The cost of all requests that had ended, and of those that had ended without a balance header. */
  readonly settledCost: number
  readonly silentCost: number
}

/**
 * The company's tokens for the day, as far as responses state them. Each response states the balance before its own
 * charge. Responses arrive in another order than they were counted, and other integrations spend from the same budget.
 */
export class DailyBudget {
  /** The company's tokens per day; undefined while unknown. */
  limit: number | undefined
  private balance: number | undefined
  private inFlight = 0
  private refills = 0
  private settledCost = 0
  private silentCost = 0

  constructor(
    /** What to leave for other integrations: below 1 a fraction of the company's budget, else tokens. */
    private readonly setting = 0,
  ) {}

  /** What to leave for other integrations, in tokens. A fraction is undefined until the limit is known. */
  get reserve(): number | undefined {
    if (this.setting === 0 || this.setting >= 1) return this.setting
    return this.limit === undefined ? undefined : Math.ceil(this.setting * this.limit)
  }

  /** The tokens of a day that the reserve leaves; undefined until they are known. */
  get usable(): number | undefined {
    const { limit, reserve } = this
    return limit === undefined || reserve === undefined ? undefined : Math.max(0, limit - reserve)
  }

  /** Whether enough is known to keep the reserve. */
  get keepsReserve(): boolean {
    return this.left !== undefined && this.reserve !== undefined
  }

  /** Whether a request of this cost leaves the reserve untouched. True while the balance or the reserve is unknown. */
  permits(cost: number): boolean {
    const { left, reserve } = this
    if (this.setting === 0 || left === undefined || reserve === undefined) return true
    return left - cost >= reserve
  }

  /**
   * A lower bound of the balance, provided that no other integration spends: requests in flight may have been charged
   * already, or not yet. Undefined while unknown.
   */
  get left(): number | undefined {
    return this.balance === undefined ? undefined : this.balance - this.inFlight
  }

  /** Records a request that is being sent. */
  charge(cost: number): Charge {
    this.inFlight += cost
    const { balance, refills, settledCost, silentCost } = this
    return { cost, balance, refills, settledCost, silentCost }
  }

  /** Records the end of a request. A request without a response has no headers, and counts as charged. */
  settle(charge: Charge, headers: ResponseHeaders = {}): void {
    const { cost, balance, refills } = charge
    const { limit, remaining } = dailyTokens(headers)
    const settledSince = this.settledCost - charge.settledCost
    const silentSince = this.silentCost - charge.silentCost
    this.limit = limit ?? this.limit
    this.inFlight -= cost
    this.settledCost += cost
    if (remaining === undefined) this.silentCost += cost
    // No balance stated, or one from before the refill: only the cost is certain.
    if (remaining === undefined || refills < this.refills) {
      if (this.balance !== undefined) this.balance -= cost
      return
    }
    // Requests that ended since this one was sent may have been charged after it.
    const lowest = Math.min(this.balance ?? Infinity, remaining - cost - silentSince)
    // The balance only ever falls, except at midnight and by top-ups: then it is higher than when this one was sent.
    const refilled = balance !== undefined && remaining > balance
    this.balance = refilled ? remaining - cost - settledSince : lowest
    if (refilled) this.refills += 1
  }
}
