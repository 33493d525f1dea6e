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
  /** Whole seconds until a slot becomes free, relative, as in the header. */
  readonly reset: number
}

/** The rolling two-second window of each token. A rejected request does not count. */
export class BurstLimit {
  private readonly admitted = new Map<string, number[]>()

  constructor(private readonly plan: Plan) {}

  admit(token: string, kind: 'api_token' | 'oauth', now: number): Window {
    const limit = plans[this.plan].burst * (kind === 'oauth' ? OAUTH_FACTOR : 1)
    const times = (this.admitted.get(token) ?? []).filter((at) => now - at < WINDOW_MS)
    const accepted = times.length < limit
    if (accepted) times.push(now)
    this.admitted.set(token, times)
    const oldest = times[0] ?? now
    return { accepted, limit, remaining: limit - times.length, reset: secondsUntil(oldest + WINDOW_MS, now) }
  }
}

/** The company's tokens of the day. They reset at midnight: UTC here, the documents name no time zone. */
export class DailyBudget {
  private day = -1
  private spent = 0

  constructor(
    readonly limit: number,
    private readonly clock: Clock,
  ) {}

  remaining(): number {
    const day = Math.floor(this.clock.now() / DAY)
    if (day !== this.day) {
      this.day = day
      this.spent = 0
    }
    return this.limit - this.spent
  }

  /** Charges the cost; false, and nothing is charged, when it is more than the remaining tokens. */
  charge(tokens: number): boolean {
    if (tokens > this.remaining()) return false
    this.spent += tokens
    return true
  }

  secondsToReset(): number {
    const now = this.clock.now()
    return secondsUntil((Math.floor(now / DAY) + 1) * DAY, now)
  }
}

function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000))
}
