import type { ApiErrorKind } from './api-error.js'

const POLICY = {
  /**
   * After this long without any response, the run ends: with the attempts that are still running, within five minutes.
   * Retries of single requests alone would take 40.
   */
  openAfterMs: 3 * 60_000,
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
  /** What was requested: method and path. */
  name: string
  /** Every other request waits for this one. */
  neededByAll?: boolean | undefined
  sentAt: number
  endedAt: number
  /** Why the attempt failed; undefined if it succeeded. */
  kind?: ApiErrorKind | undefined
}

/**
 * outage: all attempts have failed for minutes, whatever they requested. doubt: the same, but all of them requested the
 * same, and another request would tell. It is reported once.
 */
export type Diagnosis = 'none' | 'doubt' | 'outage'

/** Tells an outage of Pipedrive, or of the network, from a single list that fails. */
export class Breaker {
  private outage: { since: number; attempts: number; names: Set<string>; doubted: boolean } | undefined

  /** Records the end of an attempt. */
  record({ name, neededByAll, sentAt, endedAt, kind }: AttemptOutcome): Diagnosis {
    if (kind === undefined || !OUTAGE_KINDS.has(kind)) {
      this.outage = undefined
      return 'none'
    }
    this.outage ??= { since: sentAt, attempts: 0, names: new Set(), doubted: false }
    const { outage } = this
    outage.attempts += 1
    outage.names.add(name)
    if (outage.attempts < POLICY.leastAttempts || endedAt - outage.since < POLICY.openAfterMs) return 'none'
    if (outage.names.size > 1 || neededByAll) return 'outage'
    if (outage.doubted) return 'none'
    outage.doubted = true
    return 'doubt'
  }
}
