import type { Clock } from './clock.js'
import { DAY } from './times.js'

export type Plan = 'lite' | 'growth' | 'professional' | 'premium' | 'ultimate'

/** Requests in two seconds per API token, and what a seat adds to the daily 30,000 tokens, by plan. */
const plans = {
  lite: { burst: 20, multiplier: 1 },
  growth: { burst: 40, multiplier: 2 },
  professional: { burst: 80, multiplier: 3 },
  premium: { burst: 100, multiplier: 5 },
  ultimate: { burst: 120, multiplier: 7 },
} as const satisfies Record<Plan, { burst: number; multiplier: number }>

const OAUTH_FACTOR = 4
const WINDOW_MS = 2000
const TOKENS_PER_SEAT = 30_000

export function dailyBudget(plan: Plan, seats: number): number {
  return TOKENS_PER_SEAT * plans[plan].multiplier * seats
}

export interface Window {
  readonly accepted: boolean
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until a place falls free, relative, as the header has it. */
  readonly reset: number
}

/** The rolling two-second window of each token. A refused request takes no place. */
export class BurstLimit {
  readonly #plan: Plan
  readonly #taken = new Map<string, number[]>()

  constructor(plan: Plan) {
    this.#plan = plan
  }

  take(token: string, kind: 'api_token' | 'oauth', now: number): Window {
    const limit = plans[this.#plan].burst * (kind === 'oauth' ? OAUTH_FACTOR : 1)
    const taken = (this.#taken.get(token) ?? []).filter((at) => now - at < WINDOW_MS)
    const accepted = taken.length < limit
    if (accepted) taken.push(now)
    this.#taken.set(token, taken)
    const oldest = taken[0] ?? now
    return { accepted, limit, remaining: limit - taken.length, reset: secondsUntil(oldest + WINDOW_MS, now) }
  }
}

/** The company's tokens of the day. They come back at midnight; the documents do not say whose: UTC here. */
export class DailyBudget {
  readonly limit: number
  readonly #clock: Clock
  #day = -1
  #spent = 0

  constructor(limit: number, clock: Clock) {
    this.limit = limit
    this.#clock = clock
  }

  remaining(): number {
    const day = Math.floor(this.#clock.now() / DAY)
    if (day !== this.#day) {
      this.#day = day
      this.#spent = 0
    }
    return this.limit - this.#spent
  }

  /** Charges the cost; false, and nothing charged, when it is more than what is left. */
  charge(tokens: number): boolean {
    if (tokens > this.remaining()) return false
    this.#spent += tokens
    return true
  }

  secondsToReset(): number {
    const now = this.#clock.now()
    return secondsUntil((Math.floor(now / DAY) + 1) * DAY, now)
  }
}

function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000))
}
