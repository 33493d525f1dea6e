type Headers = Readonly<Record<string, unknown>>

/** What an answer says of the burst window of its token; whatever is missing or makes no sense is absent. */
export interface BurstHeaders {
  /** Requests in two seconds; at least 1. */
  limit?: number
  /** How many of them were left after this request, from 0 to the limit. */
  remaining?: number
}

/** What an answer says of the company's tokens of the day. They may be missing after a while without requests. */
export interface DailyTokens {
  limit?: number
  /** Before this request was charged. */
  remaining?: number
}

/** The burst window is two seconds; without a header that makes sense, that is how long a refusal lasts. */
const BURST_WINDOW_MS = 2_000

/** Above this a number of seconds is no duration but a moment, in seconds or in milliseconds since 1970. */
const OLDEST_EPOCH = 1_000_000_000

export function burstWindow(headers: Headers): BurstHeaders {
  const limit = whole(headers['x-ratelimit-limit'])
  if (limit === undefined || limit === 0) return {}
  const remaining = whole(headers['x-ratelimit-remaining'])
  return { limit, ...(remaining !== undefined && remaining <= limit && { remaining }) }
}

export function dailyTokens(headers: Headers): DailyTokens {
  const limit = whole(headers['x-daily-ratelimit-token-limit'])
  const remaining = whole(headers['x-daily-ratelimit-token-remaining'])
  return { ...(limit !== undefined && { limit }), ...(remaining !== undefined && { remaining }) }
}

/** How long a 429 asks to wait: `retry-after` where it is sent, else `x-ratelimit-reset`; both are relative seconds. */
export function waitMs(headers: Headers): number {
  return retryAfterMs(headers) ?? seconds(headers['x-ratelimit-reset']) ?? BURST_WINDOW_MS
}

/** `retry-after` alone: the only header that tells when the budget of the day returns. */
export function retryAfterMs(headers: Headers): number | undefined {
  const header = headers['retry-after']
  return seconds(header) ?? untilDate(header, headers.date)
}

/** `Wed, 21 Oct 2026 07:28:00 GMT`. Date.parse alone takes "-49" for a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/

/** A moment counts from the server's own clock: ours may be days away from it. */
function untilDate(moment: unknown, now: unknown): number | undefined {
  const wait = HTTP_DATE.test(String(moment)) ? Date.parse(String(moment)) - Date.parse(String(now)) : NaN
  return Number.isNaN(wait) || wait < 0 ? undefined : wait
}

function seconds(header: unknown): number | undefined {
  const value = decimal(header)
  return value !== undefined && value < OLDEST_EPOCH ? value * 1000 : undefined
}

function whole(header: unknown): number | undefined {
  const value = decimal(header)
  return Number.isSafeInteger(value) ? value : undefined
}

function decimal(header: unknown): number | undefined {
  const text = String(header).trim()
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}
