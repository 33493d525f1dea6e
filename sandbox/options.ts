import type { Plan } from './limits.js'
import type { OAuthOptions } from './oauth.js'
import type { SeedRecord } from './row.js'
import type { Switches } from './switches.js'

export interface SandboxOptions {
  /** Same seed, size and epoch: same data. Default 1. */
  readonly seed?: number
  /** The size of the company; everything else follows from it. Default 60. */
  readonly deals?: number
  /** Instead of a generated company: rows as the API returns them. Responses lack what a row lacks. */
  readonly records?: readonly SeedRecord[]
  /** When the generated data ends, in ms since the epoch; default now. */
  readonly epoch?: number
  /** So many deals, and persons, have no update_time. Default 0. */
  readonly nullTimes?: number
  /** Default 'ultimate'. */
  readonly plan?: Plan
  /** Default 50, so that no budget runs out by accident. */
  readonly seats?: number
  /** The company's tokens per day, instead of those of plan and seats. */
  readonly dailyTokens?: number
  readonly latencyMs?: number
  readonly switches?: Partial<Switches>
  /** Default Date.now. */
  readonly now?: () => number
  /** Default: random. */
  readonly apiToken?: string
  /** API token, OAuth client and company host follow from the seed instead of being random. Default false. */
  readonly seededTokens?: boolean
  /** A base URL to serve besides Pipedrive's; true: one of this sandbox's own. */
  readonly baseUrl?: string | true
  readonly oauth?: OAuthOptions
}
