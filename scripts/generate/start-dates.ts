import type { StreamSpec } from '../../src/manifest/stream.js'
import { hasStartDate } from '../../src/manifest/stream.js'

interface Spec {
  connectionSpecification: {
    properties: {
      replication_start_date: { pattern: string; pattern_descriptor: string }
      start_dates: { properties: object }
    }
  }
}

/** spec.json with a start date for each stream that has one, in the manifest's order. */
export function startDates(manifest: readonly StreamSpec[], current: string): string {
  const spec = JSON.parse(current) as Spec
  const { replication_start_date: general, start_dates } = spec.connectionSpecification.properties
  const { pattern, pattern_descriptor } = general
  const entries = manifest.filter(hasStartDate).map(({ name }, order) => {
    const description = 'Replaces the start date above for this stream.'
    return [name, { title: name, description, type: 'string', pattern, pattern_descriptor, order }] as const
  })
  start_dates.properties = Object.fromEntries(entries)
  return JSON.stringify(spec, null, 2)
}
