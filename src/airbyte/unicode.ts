import type { Json, JsonObject, RecordChange } from './messages.js'

const REPLACEMENT = '\uFFFD'

/** JSON.stringify escapes exactly these; a literal backslash before `u0000` only costs a needless look. */
const SUSPECT = /\\u0000|\\ud[89a-f]/i

/** Whether a serialized line may hold a NUL character or half of a surrogate pair, which warehouses refuse. */
export function mayHoldBrokenText(line: string): boolean {
  return SUSPECT.test(line)
}

/** The record with NUL characters and lone surrogates replaced by U+FFFD, and which top-level fields that touched. */
export function mendText(data: JsonObject): { data: JsonObject; changes: RecordChange[] } {
  const changes: RecordChange[] = []
  const mended: JsonObject = {}
  for (const [field, value] of Object.entries(data)) {
    const sound = mendValue(value)
    mended[mendString(field)] = sound.value
    if (sound.changed || mendString(field) !== field) {
      changes.push({ field: mendString(field), change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' })
    }
  }
  return { data: mended, changes }
}

function mendValue(value: Json): { value: Json; changed: boolean } {
  if (typeof value === 'string') {
    const sound = mendString(value)
    return { value: sound, changed: sound !== value }
  }
  if (Array.isArray(value)) {
    const items = value.map(mendValue)
    return { value: items.map((item) => item.value), changed: items.some((item) => item.changed) }
  }
  if (value === null || typeof value !== 'object') return { value, changed: false }
  const inner = mendText(value)
  return { value: inner.data, changed: inner.changes.length > 0 }
}

function mendString(text: string): string {
  return text.replaceAll('\0', REPLACEMENT).toWellFormed()
}
