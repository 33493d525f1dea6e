import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../common/is-object.js'
import type { Json, JsonObject } from '../airbyte/messages.js'
import { packageRoot } from '../package-root.js'
import type { RawRow } from '../pipedrive/lists/page.js'
import { toRfc3339 } from '../common/time.js'

/** The parts of a JSON Schema that the connector looks at. */
export interface RecordSchema extends JsonObject {
  properties: Record<string, JsonObject>
}

/** schemas/NAME.json. */
export function loadSchema(name: string): RecordSchema {
  return JSON.parse(readFileSync(join(packageRoot, 'schemas', `${name}.json`), 'utf8')) as RecordSchema
}

/** A row as it is sent: every value as Pipedrive gave it, but times in the one form that its schema promises. */
export function toRecord(row: RawRow, schema: JsonObject): JsonObject {
  return convert(row as JsonObject, schema) as JsonObject
}

function convert(value: Json, schema: JsonObject): Json {
  if (typeof value === 'string') return schema.format === 'date-time' ? toRfc3339(value) : value
  if (Array.isArray(value)) {
    return isObject(schema.items) ? convertItems(value, schema.items) : value
  }
  if (value === null || typeof value !== 'object' || !isObject(schema.properties)) return value
  return convertProperties(value, schema.properties)
}

function convertItems(values: Json[], items: JsonObject): Json[] {
  return values.map((value) => convert(value, items))
}

function convertProperties(object: JsonObject, properties: JsonObject): JsonObject {
  const converted: JsonObject = {}
  for (const [name, value] of Object.entries(object)) {
    const property = properties[name]
    converted[name] = isObject(property) ? convert(value, property) : value
  }
  return converted
}
