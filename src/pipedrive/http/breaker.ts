import type { ApiErrorKind } from './api-error.js'

const POLICY = {
  /** A run without any response ends after this long: retries of single requests alone would take 40 minutes. */
  openAfterMs: 5 * 60_000,
  /** A computer that was asleep sees a single attempt last for minutes. */
  leastAttempts: 3,
} satisfies Record<string, number>

/** Kinds of an attempt that say that Pipedrive cannot be reached at all, or fails altogether. */
const OUTAGE_KINDS: ReadonlySet<ApiErrorKind> = new Set([
  'network',
  'timeout',
  'server',
] satisfies ApiErrorKind[])

export interface AttemptOutcome {
  sentAt: number
  endedAt: number
  /** Why the attempt failed; undefined if it succeeded. */
  kind?: ApiErrorKind | undefined
}

/** Recognizes an outage: all attempts of all requests have failed for five minutes. */
export class Breaker {
  private outage: { since: number; attempts: number } | undefined

  /** Records the end of an attempt. Returns true when the run should end. */
  record({ sentAt, endedAt, kind }: AttemptOutcome): boolean {
    if (kind === undefined || !OUTAGE_KINDS.has(kind)) {
      this.outage = undefined
      return false
    }
    this.outage ??= { since: sentAt, attempts: 0 }
    this.outage.attempts += 1
    return this.outage.attempts >= POLICY.leastAttempts && endedAt - this.outage.since >= POLICY.openAfterMs
  }
}
