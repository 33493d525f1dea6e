/** v1 writes UTC without saying so. */
const V1_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/

/** The same value with the zone that v1 leaves out, at any depth. */
export function withZones(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(V1_TIME, '$1T$2Z')
  if (Array.isArray(value)) return value.map(withZones)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withZones(inner)]))
}
