import type { Json, JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { toPlainDate, toRfc3339 } from '../../common/time.js'

/** Returns the very same value where nothing of it changes. */
export type Conversion<Value extends Json = Json> = (value: Value) => Value

/**
 * How values of this JSON Schema get the form that it promises: times are RFC 3339, unset dates are null. Undefined
 * where nothing can change. Every other value stays as Pipedrive returned it.
 */
export function compileConversion(schema: JsonObject): Conversion | undefined {
  const text = textConversion(schema.format)
  const item = isObject(schema.items) ? compileConversion(schema.items) : undefined
  const object = isObject(schema.properties) ? compileProperties(schema.properties) : undefined
  if (!text && !item && !object) return undefined
  return (value) => {
    if (typeof value === 'string') return text ? text(value) : value
    if (Array.isArray(value)) return item ? convertItems(value, item) : value
    return object && isObject(value) ? object(value) : value
  }
}

/** The conversion of a whole row. */
export function compileRecord(schema: JsonObject): Conversion<JsonObject> {
  const convert = isObject(schema.properties) ? compileProperties(schema.properties) : undefined
  return convert ?? ((row) => row)
}

function textConversion(format: Json | undefined): ((text: string) => string | null) | undefined {
  if (format === 'date-time') return toRfc3339
  return format === 'date' ? toPlainDate : undefined
}

function convertItems(values: Json[], item: Conversion): Json[] {
  const converted = values.map(item)
  return converted.every((value, at) => value === values[at]) ? values : converted
}

function compileProperties(properties: JsonObject): Conversion<JsonObject> | undefined {
  const conversions = Object.entries(properties).flatMap(([name, schema]): [string, Conversion][] => {
    const conversion = isObject(schema) ? compileConversion(schema) : undefined
    return conversion ? [[name, conversion]] : []
  })
  if (conversions.length === 0) return undefined
  return (object) => {
    let copy: JsonObject | undefined
    for (const [name, convert] of conversions) {
      const value = object[name]
      if (value === null || value === undefined) continue
      const converted = convert(value)
      // A spread keeps a key __proto__, which an assignment would lose.
      if (converted !== value) (copy ??= { ...object })[name] = converted
    }
    return copy ?? object
  }
}
