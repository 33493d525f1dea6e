/** v2: whole seconds and Z. v1: UTC without a zone. ms: the v1 lists of leads and lead labels. */
export type TimeFormat = 'v2' | 'v1' | 'ms'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export function formatTime(format: TimeFormat, at: number): string {
  const iso = new Date(at).toISOString()
  if (format === 'ms') return iso
  const seconds = iso.slice(0, 19)
  return format === 'v2' ? `${seconds}Z` : seconds.replace('T', ' ')
}

export function formatDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Epoch milliseconds of a time in any of the API's formats; null when it is missing or invalid. */
export function parseTime(time: unknown): number | null {
  if (typeof time !== 'string') return null
  const at = Date.parse(time.charAt(10) === ' ' ? `${time.slice(0, 10)}T${time.slice(11)}Z` : time)
  return Number.isNaN(at) ? null : at
}

// "RFC3339, e.g. 2025-01-01T10:20:00Z": fractions and offsets are rejected, as by the live API.
const WHOLE_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/** A time parameter, or null when the API rejects it. */
export function parseTimeParameter(text: string): number | null {
  return WHOLE_SECONDS.test(text) ? parseTime(text) : null
}
