import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, toPlainDate, toRfc3339, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { packageRoot } from '../../package-root.js'
import type { RawRow } from '../../pipedrive/lists/row.js'

/** The parts of a JSON Schema that the connector reads. */
export interface RecordSchema extends JsonObject {
  properties: Record<string, JsonObject>
}

/** schemas/NAME.json. */
export function loadSchema(name: string): RecordSchema {
  return JSON.parse(readFileSync(join(packageRoot, 'schemas', `${name}.json`), 'utf8')) as RecordSchema
}

/** Turns a row of the API into a record of the stream. Throws what a malformed value makes the conversion throw. */
export type RecordMapper = (row: RawRow) => JsonObject

/** `runStart` is the cursor of records whose rows have no time of their own. */
export function recordMapper(stream: StreamSpec, runStart: Time): RecordMapper {
  const schema = loadSchema(stream.schema)
  const changedAt = changedAtField(stream, runStart)
  return (row) => ({ ...toRecord(row, schema), ...changedAt })
}

/**
 * Every value as Pipedrive returned it, but times in the one form that the schema promises, and unset dates as null.
 */
export function toRecord(row: RawRow, schema: JsonObject): JsonObject {
  return convert(row as JsonObject, schema) as JsonObject
}

/**
 * Rows without a time of their own get one as their cursor: when this version was first seen. The underscore marks
 * the field as the connector's.
 */
export function changedAtField(
  { cursorField }: StreamSpec,
  runStart: Time,
): Readonly<Record<string, string>> {
  return cursorField?.startsWith('_') ? { [cursorField]: formatTime(runStart) } : {}
}

function convert(value: Json, schema: JsonObject): Json {
  if (typeof value === 'string') return convertText(value, schema.format)
  if (Array.isArray(value)) return isObject(schema.items) ? convertItems(value, schema.items) : value
  if (value === null || typeof value !== 'object' || !isObject(schema.properties)) return value
  return convertProperties(value, schema.properties)
}

function convertText(value: string, format: Json | undefined): string | null {
  if (format === 'date-time') return toRfc3339(value)
  return format === 'date' ? toPlainDate(value) : value
}

function convertItems(values: Json[], items: JsonObject): Json[] {
  return values.map((value) => convert(value, items))
}

function convertProperties(object: JsonObject, properties: JsonObject): JsonObject {
  const converted: JsonObject = {}
  for (const [name, value] of Object.entries(object)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const result = isObject(property) ? convert(value, property) : value
    if (name === '__proto__') defineValue(converted, name, result)
    else converted[name] = result
  }
  return converted
}

/** An assignment to the key __proto__ would set the prototype, and the value would be lost. */
function defineValue(object: JsonObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
}
