/** v1 writes UTC without saying so. */
const V1_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/

/** Plain dates that were never set: both stand for null. */
const UNSET_DATE = /^(0000-00-00)?$/
const DATE_FIELD = /_date$|^birthday$/

/** The same value as a record has it, at any depth: with the zone that v1 leaves out, and null for unset dates. */
export function withZones(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(V1_TIME, '$1T$2Z')
  if (Array.isArray(value)) return value.map(withZones)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isUnset(key, inner) ? null : withZones(inner)]),
  )
}

function isUnset(field: string, value: unknown): boolean {
  return typeof value === 'string' && DATE_FIELD.test(field) && UNSET_DATE.test(value)
}
