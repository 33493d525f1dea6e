import type { Json, JsonObject, RecordChange } from './messages.js'

const REPLACEMENT = '\uFFFD'

/** How JSON.stringify escapes exactly these. A literal backslash before `u0000` only costs a needless check. */
const SUSPECT = /\\u0000|\\ud[89a-f]/i

/** Whether serialized JSON may have a NUL character or half of a surrogate pair, which warehouses refuse. */
export function mayHaveInvalidUnicode(json: string): boolean {
  // Most texts have no escapes at all, and a single character is found ten times as fast.
  return json.includes('\\') && SUSPECT.test(json)
}

/** The record with NUL characters and lone surrogates replaced by U+FFFD, and the top-level fields that changed. */
export function replaceInvalidUnicode(record: JsonObject): { data: JsonObject; changes: RecordChange[] } {
  const changes: RecordChange[] = []
  const entries = Object.entries(record).map(([field, value]): [string, Json] => {
    const name = validText(field)
    const valid = validValue(value)
    if (valid.changed || name !== field) {
      changes.push({ field: name, change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' })
    }
    return [name, valid.value]
  })
  // fromEntries, because an assignment to the key __proto__ would be lost.
  return { data: Object.fromEntries(entries), changes }
}

function validValue(value: Json): { value: Json; changed: boolean } {
  if (typeof value === 'string') {
    const text = validText(value)
    return { value: text, changed: text !== value }
  }
  if (Array.isArray(value)) {
    const items = value.map(validValue)
    return { value: items.map((item) => item.value), changed: items.some((item) => item.changed) }
  }
  if (value === null || typeof value !== 'object') return { value, changed: false }
  const { data, changes } = replaceInvalidUnicode(value)
  return { value: data, changed: changes.length > 0 }
}

function validText(text: string): string {
  return text.replaceAll('\0', REPLACEMENT).toWellFormed()
}
