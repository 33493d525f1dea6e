import { parseIso8601, timeOfIso8601 } from './iso-8601.js'

/** Milliseconds since the epoch. As text: RFC 3339 in UTC, with a fraction only where there is one. */
export type Time = number

/** From the beginning of time on: what is read from here on includes all older rows. */
export const BEGINNING: Time = 0

/** v1 fills a time that was never set with zeros. */
const NEVER = '0000-00-00'

/** As most of Pipedrive writes it; whether the day exists makes no difference to the text. */
const RFC_3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

/** How much of a value an error message shows. */
const SHOWN_CHARACTERS = 40

const SECOND_MS = 1_000

/** A value that should be a time and is not; `subject` says where it stood, for example `deals.update_time`. */
export class UnreadableTime extends Error {
  override name = 'UnreadableTime' as const

  constructor(
    readonly value: unknown,
    subject = 'A value',
  ) {
    super(`${subject} is not a time: ${excerptOf(value)}.`)
  }
}

/**
 * Any ISO 8601 form, UTC where it names no zone. Null only for null, undefined, '' and v1's zeros.
 * Throws UnreadableTime for any other value.
 */
export function parseTime(value: unknown): Time | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value !== 'string') throw new UnreadableTime(value)
  if (value.startsWith(NEVER)) return null
  const time = timeOfIso8601(value)
  if (time === undefined) throw new UnreadableTime(value)
  return time
}

/** The same, but null for a value that is not understood. */
export function timeOrNull(value: unknown): Time | null {
  return typeof value === 'string' ? (timeOfIso8601(value) ?? null) : null
}

export function formatTime(time: Time): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}

/** A plain date; null for '' and v1's zeros. Malformed dates keep their text. */
export function toPlainDate(value: string): string | null {
  return value === '' || value.startsWith(NEVER) ? null : value
}

/** The same time as RFC 3339 in UTC, with all digits of its fraction. Dates and malformed times keep their text. */
export function toRfc3339(value: string): string | null {
  if (toPlainDate(value) === null) return null
  if (RFC_3339.test(value)) return value
  const parsed = parseIso8601(value)
  if (!parsed?.hasClock) return value
  const text = new Date(Math.floor(parsed.time / SECOND_MS) * SECOND_MS).toISOString()
  // RFC 3339 has years of four digits only.
  if (!/^\d/.test(text)) return value
  const fraction = parsed.secondFraction ?? fractionOf(parsed.time)
  return `${text.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`
}

function fractionOf(time: Time): string {
  const ms = ((time % SECOND_MS) + SECOND_MS) % SECOND_MS
  return ms === 0 ? '' : String(ms).padStart(3, '0')
}

function excerptOf(value: unknown): string {
  if (typeof value !== 'string') return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
  const printable = value.replace(/\p{C}/gu, '�')
  return `"${printable.slice(0, SHOWN_CHARACTERS).toWellFormed()}${printable.length > SHOWN_CHARACTERS ? '…' : ''}"`
}

/** When a request was sent and how long its answer took, by our clock; and the time of the answer by the server's. */
export interface ResponseTimes {
  sentAt: Time
  roundTripMs: number
  serverTime?: Time
}

/** A server and a client further apart than this disagree about the time; which one is right is unknown. */
const CREDIBLE_SKEW_MS = 120_000

/** Whether the server reports its time, and the time is close to ours. */
export function isCredible({ sentAt, roundTripMs, serverTime }: ResponseTimes): boolean {
  return serverTime !== undefined && Math.abs(serverTime - (sentAt + roundTripMs)) <= CREDIBLE_SKEW_MS
}

/** A time, by the server's clock, at which the request had not been answered yet; certain if that clock is credible. */
export function serverTimeAtSend(times: ResponseTimes): Time {
  const { sentAt, roundTripMs, serverTime = Infinity } = times
  const start = serverTime - roundTripMs
  return isCredible(times) ? start : Math.min(start, sentAt)
}
