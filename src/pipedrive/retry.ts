import type { Fault, FaultKind } from './faults.js'

const POLICY = {
  /** Attempts in all, the first included. */
  attempts: 6,
  /** Full jitter between nothing and this, doubled with each attempt. */
  backoffMs: 1_000,
  longestBackoffMs: 30_000,
  /** The burst window is two seconds; without a header that is what to wait. */
  burstWindowMs: 2_000,
  /** A reset further away than this is no burst window: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
  longestResetMs: 300_000,
} satisfies Record<string, number>

const RETRIED: ReadonlySet<FaultKind> = new Set([
  'rate_limited',
  'server',
  'malformed_body',
  'timeout',
  'network',
] satisfies FaultKind[])

export type RetryDecision = { retry: true; afterMs: number } | { retry: false }

export interface FailedAttempt {
  fault: Fault
  headers: Readonly<Record<string, unknown>>
  /** 1 for the first. */
  attempt: number
  /** Between 0 and 1. */
  random: number
}

/** Whether a failed attempt is worth another, and how long to wait before it. All our requests only read. */
export function decideRetry({ fault, headers, attempt, random }: FailedAttempt): RetryDecision {
  if (!RETRIED.has(fault.kind) || attempt >= POLICY.attempts) return { retry: false }
  const ceiling = Math.min(POLICY.longestBackoffMs, POLICY.backoffMs * 2 ** (attempt - 1))
  if (fault.kind !== 'rate_limited') return { retry: true, afterMs: Math.round(random * ceiling) }
  const reset = resetMs(headers) ?? POLICY.burstWindowMs
  if (reset > POLICY.longestResetMs) return { retry: false }
  // Everybody waits for the same reset: a little apart, so that they do not all come back at once.
  return { retry: true, afterMs: reset + Math.round(random * POLICY.backoffMs) }
}

/** Milliseconds until the window resets: `retry-after` where it is sent, else `x-ratelimit-reset`; both relative seconds. */
function resetMs(headers: Readonly<Record<string, unknown>>): number | undefined {
  return seconds(headers['retry-after']) ?? seconds(headers['x-ratelimit-reset'])
}

function seconds(header: unknown): number | undefined {
  const value = typeof header === 'string' && header.trim() !== '' ? Number(header) : NaN
  return Number.isFinite(value) && value >= 0 ? value * 1000 : undefined
}
