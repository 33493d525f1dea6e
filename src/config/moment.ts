const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * A date or time of a config, in milliseconds since the epoch; undefined if it is neither. Accepts a date alone, `T` or a
 * space, and times with or without seconds, fractions and an offset. Without an offset, the time is in UTC.
 */
export function parseMoment(text: string): number | undefined {
  const parts = FORM.exec(text.trim())
  if (!parts) return undefined
  const [, date = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = parts
  const offset = zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  const moment = Date.parse(`${date}T${minutes}:${seconds}${fraction.slice(0, 4)}${offset}`)
  return Number.isNaN(moment) || !isCalendarDay(date) ? undefined : moment
}

/** Date.parse reads 31 February as 3 March. */
function isCalendarDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}
