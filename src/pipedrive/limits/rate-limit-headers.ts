export type ResponseHeaders = Readonly<Record<string, unknown>>

/** The burst limit of the token that sent the request. Missing and invalid values are absent. */
export interface BurstHeaders {
  /** Requests in two seconds; at least 1. */
  limit?: number
  /** How many of them are left after this request, from 0 to the limit. */
  remaining?: number
}

/** The company's token budget for the day. Pipedrive may leave these headers out after a while without requests. */
export interface DailyTokens {
  limit?: number
  /** Before this request was charged. */
  remaining?: number
}

/** Pipedrive counts requests in a rolling window of two seconds: see pricing-plans.ts for the source. */
export const BURST_WINDOW_MS = 2_000

/** A `retry-after` of 0 has been seen on refusals: without a pause, all attempts are refused within milliseconds. */
const SHORTEST_WAIT_MS = 500

/** From here on, a number of seconds is a point in time (seconds or milliseconds since 1970), not a duration. */
const OLDEST_EPOCH = 1_000_000_000

export function burstHeaders(headers: ResponseHeaders): BurstHeaders {
  const limit = wholeNumber(headers['x-ratelimit-limit'])
  if (limit === undefined || limit === 0) return {}
  const remaining = wholeNumber(headers['x-ratelimit-remaining'])
  return { limit, ...(remaining !== undefined && remaining <= limit && { remaining }) }
}

export function dailyTokens(headers: ResponseHeaders): DailyTokens {
  const limit = wholeNumber(headers['x-daily-ratelimit-token-limit'])
  const remaining = wholeNumber(headers['x-daily-ratelimit-token-remaining'])
  return { ...(limit !== undefined && { limit }), ...(remaining !== undefined && { remaining }) }
}

/**
 * How long to wait after a 429: `retry-after` if present, else `x-ratelimit-reset` (both in seconds from now), else one
 * window. At least half a second, whatever the headers say.
 */
export function waitMs(headers: ResponseHeaders): number {
  const wait = retryAfterMs(headers) ?? durationMs(headers['x-ratelimit-reset']) ?? BURST_WINDOW_MS
  return Math.max(SHORTEST_WAIT_MS, wait)
}

/** `retry-after` alone: the only header that says when the daily budget is reset. */
export function retryAfterMs(headers: ResponseHeaders): number | undefined {
  const header = headers['retry-after']
  return durationMs(header) ?? untilDate(header, headers.date)
}

/** `Wed, 21 Oct 2026 07:28:00 GMT`. Date.parse alone reads "-49" as a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/

/** Measured from the server's own clock: the local one may be days away from it. */
function untilDate(date: unknown, serverNow: unknown): number | undefined {
  if (!HTTP_DATE.test(String(date))) return undefined
  const wait = Date.parse(String(date)) - Date.parse(String(serverNow))
  return Number.isNaN(wait) || wait < 0 ? undefined : wait
}

function durationMs(header: unknown): number | undefined {
  const seconds = decimal(header)
  return seconds !== undefined && seconds < OLDEST_EPOCH ? seconds * 1000 : undefined
}

function wholeNumber(header: unknown): number | undefined {
  const value = decimal(header)
  return Number.isSafeInteger(value) ? value : undefined
}

function decimal(header: unknown): number | undefined {
  const text = String(header).trim()
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}
