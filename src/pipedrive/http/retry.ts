import { waitMs, type ResponseHeaders } from '../limits/rate-limit-headers.js'
import type { ApiErrorKind, ApiFailure } from './api-error.js'

const POLICY = {
  /** Attempts in all, including the first. */
  attempts: 6,
  /** Full jitter: between 0 and this, doubled after each attempt. */
  backoffMs: 1_000,
  longestBackoffMs: 30_000,
} satisfies Record<string, number>

const RETRIED_KINDS: ReadonlySet<ApiErrorKind> = new Set([
  'rate_limited',
  'server',
  'malformed_body',
  'timeout',
  'network',
] satisfies ApiErrorKind[])

export type RetryDecision = { retry: true; afterMs: number } | { retry: false }

export interface RetryInput {
  failure: ApiFailure
  headers: ResponseHeaders
  /** The number of the attempt that failed; 1 for the first. */
  attempt: number
  /** How many attempts of this request have timed out, this one included. */
  timeouts: number
  /** How many attempts may time out; default: all. */
  timeoutAttempts?: number | undefined
  /** Between 0 and 1. */
  random: number
}

/** Whether to retry after a failed attempt, and after how long. All requests are safe to repeat. */
export function decideRetry(input: RetryInput): RetryDecision {
  const { failure, headers, attempt, timeouts, timeoutAttempts = POLICY.attempts, random } = input
  if (!RETRIED_KINDS.has(failure.kind) || attempt >= POLICY.attempts) return { retry: false }
  if (failure.kind === 'timeout' && timeouts >= timeoutAttempts) return { retry: false }
  if (failure.kind === 'rate_limited') return { retry: true, afterMs: waitMs(headers) }
  const ceiling = Math.min(POLICY.longestBackoffMs, POLICY.backoffMs * 2 ** (attempt - 1))
  return { retry: true, afterMs: Math.round(random * ceiling) }
}
