/** Moments are milliseconds since the epoch; as text, RFC 3339 in UTC, with a fraction only where there is one. */
export type Time = number

/** `2026-05-15 10:11:59` (v1, UTC without saying so), `2026-05-15T10:11:59Z` (v2), `…59.702Z` (leads), any offset. */
const FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

/** Null for what is no moment: null, an empty string, a plain date. */
export function parseTime(value: unknown): Time | null {
  const parts = typeof value === 'string' ? FORM.exec(value) : null
  if (!parts) return null
  const [, date = '', clock = '', fraction = '', zone = 'Z'] = parts
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const time = Date.parse(`${date}T${clock}${fraction.slice(0, 4)}${offset}`)
  return Number.isNaN(time) ? null : time
}

export function formatTime(time: Time): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}

/** v1 fills a time that was never set with zeros. */
const NEVER = '0000-00-00'

/** The same moment as RFC 3339 in UTC; what is not understood stays as it is, so that nobody loses a value. */
export function toRfc3339(value: string): string | null {
  if (value === '' || value.startsWith(NEVER)) return null
  const parts = FORM.exec(value)
  if (!parts) return value
  const [, date = '', clock = '', fraction = '', zone = 'Z'] = parts
  if (zone !== 'Z') return formatTime(parseTime(value) ?? 0)
  return `${date}T${clock}${fraction}Z`
}

export interface AnswerTimes {
  sentAt: Time
  roundTripMs: number
  serverTime?: Time
}

/** A server and a client further apart than this disagree about the time; nobody knows who is right. */
const CREDIBLE_SKEW_MS = 120_000

/** Whether the server says what time it is, and means what we mean. */
export function isCredible({ sentAt, roundTripMs, serverTime }: AnswerTimes): boolean {
  return serverTime !== undefined && Math.abs(serverTime - (sentAt + roundTripMs)) <= CREDIBLE_SKEW_MS
}

/** A moment, by the server's clock, at which the request had not been answered yet; certain if that is credible. */
export function startOf(times: AnswerTimes): Time {
  const { sentAt, roundTripMs, serverTime = Infinity } = times
  const start = serverTime - roundTripMs
  return isCredible(times) ? start : Math.min(start, sentAt)
}
