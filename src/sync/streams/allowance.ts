import { configError, type ConnectorError } from '../../airbyte/errors.js'
import type { Time } from '../../common/time.js'
import { addSpent, spentWithinDay, type SpentTokens } from '../state/spent-tokens.js'

/** The tokens of a company with one seat on the smallest plan, in case Pipedrive does not report the budget. */
const SMALLEST_BUDGET = 30_000

/** What reading rows again that show no change may cost of the allowance: the rest is for those that do. */
const REREAD_SHARE = 0.5

export interface AllowanceOptions {
  /** The share of the day's tokens, from 0 to 1. */
  readonly share: number
  /** The company's tokens per day above the reserve, if they are known. */
  readonly dailyTokens: () => number | undefined
  readonly now: () => Time
}

/** What streams that cost a request per parent may spend together within 24 hours. */
export class Allowance {
  /** By stream. */
  private readonly spent = new Map<string, SpentTokens>()
  private held = 0

  /** `before`: what each stream has spent in earlier runs. */
  constructor(
    private readonly options: AllowanceOptions,
    before: ReadonlyMap<string, SpentTokens> = new Map(),
  ) {
    for (const [stream, tokens] of before) this.spent.set(stream, tokens)
  }

  /** In tokens per 24 hours. */
  get total(): number {
    const { share, dailyTokens } = this.options
    return Math.floor(share * (dailyTokens() ?? SMALLEST_BUDGET))
  }

  /** How many requests of that cost may be sent now. */
  affords(cost: number): number {
    const now = this.options.now()
    const spent = [...this.spent.values()].reduce((sum, tokens) => sum + spentWithinDay(tokens, now), 0)
    return Math.max(0, Math.floor((this.total - spent - this.held) / cost))
  }

  /** Whether rows may be read again that show no change. */
  get allowsReread(): boolean {
    return this.affords(1) > this.total * (1 - REREAD_SHARE)
  }

  /** Keeps tokens for requests that are about to be sent, until they are released. */
  hold(tokens: number): void {
    this.held += tokens
  }

  release(tokens: number): void {
    this.held -= tokens
  }

  spend(stream: string, tokens: number): void {
    this.spent.set(stream, addSpent(this.spentBy(stream), this.options.now(), tokens))
  }

  spentBy(stream: string): SpentTokens {
    return this.spent.get(stream) ?? {}
  }
}

/** A full refresh that the allowance cuts off would start over in every sync. */
export function tooDearAtOnce(stream: string, tokens: string): ConnectorError {
  return configError(
    `${stream} cannot be refreshed in full within the ${tokens} that streams with a request per parent may cost a day. ` +
      'Sync it incrementally, which takes as many days as it needs, or raise per_parent_daily_share.',
    { stream },
  )
}
