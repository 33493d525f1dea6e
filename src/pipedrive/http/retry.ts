import type { Fault, FaultKind } from './api-error.js'
import { waitMs } from '../limits/rate-limit-headers.js'

const POLICY = {
  /** Attempts in all, the first included. */
  attempts: 6,
  /** Full jitter between nothing and this, doubled with each attempt. */
  backoffMs: 1_000,
  longestBackoffMs: 30_000,
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
  if (fault.kind === 'rate_limited') return { retry: true, afterMs: waitMs(headers) }
  const ceiling = Math.min(POLICY.longestBackoffMs, POLICY.backoffMs * 2 ** (attempt - 1))
  return { retry: true, afterMs: Math.round(random * ceiling) }
}
