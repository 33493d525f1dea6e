import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject, RecordChange } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, toPlainDate, toRfc3339, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { packageRoot } from '../../package-root.js'
import type { RawRow } from '../../pipedrive/lists/row.js'
import type { Column } from './custom-fields/columns.js'
import { compileColumns } from './custom-fields/compute.js'
import { isCustomProperty } from './custom-fields/definitions.js'
import type { TrackedColumns } from './custom-fields/label-book.js'
import { DELETED_AT, isMarkedDeleted } from './marked-deleted.js'
import type { RawFields } from './custom-fields/values.js'

/** The parts of a JSON Schema that the connector reads. */
export interface RecordSchema extends JsonObject {
  properties: Record<string, JsonObject>
}

/** schemas/NAME.json. */
export function loadSchema(name: string): RecordSchema {
  return JSON.parse(readFileSync(join(packageRoot, 'schemas', `${name}.json`), 'utf8')) as RecordSchema
}

export interface MappedRecord {
  readonly data: JsonObject
  /** Further members as JSON text, each behind a comma; empty if there are none. */
  readonly members: string
  /** Values of the row that could not be kept. */
  readonly changes: readonly RecordChange[]
}

/** Turns rows of the API into records of the stream. Throws what a malformed value makes the conversion throw. */
export interface RecordMapper {
  /** Waits only where a label is missing that Pipedrive has to be asked for. */
  map(rows: readonly RawRow[]): Promise<readonly MappedRecord[]>
  /** What the log should say; each text once. */
  takeWarnings(): readonly string[]
}

export interface MapperOptions {
  /** Columns for custom fields. */
  readonly mapped?: TrackedColumns | undefined
  /** Whether records of rows that are marked as deleted say so to destinations. */
  readonly removesDeleted?: boolean
}

/** `runStart` is the cursor of records whose rows have no time of their own. */
export function recordMapper(
  stream: StreamSpec,
  runStart: Time,
  { mapped, removesDeleted = false }: MapperOptions = {},
): RecordMapper {
  const schema = loadSchema(stream.schema)
  const changedAt = changedAtField(stream, runStart)
  const gathers = stream.customFields !== undefined && stream.api === 'v1'
  const compute = mapped && compileColumns(mapped.columns, (key, id) => mapped.labels.of(key, id), gathers)
  const toMapped = (row: RawRow): MappedRecord => {
    const gathered = gathers ? { custom_fields: gatherCustomFields(row) } : undefined
    const deletedAt =
      removesDeleted && isMarkedDeleted(row) ? { [DELETED_AT]: formatTime(runStart) } : undefined
    const data = { ...toRecord(row, schema), ...gathered, ...changedAt, ...deletedAt }
    if (!compute) return { data, members: '', changes: NO_CHANGES }
    const { members, changes } = compute(row, customFieldsOf(gathered ?? row))
    return { data, members, changes }
  }
  const mapPage = (rows: readonly RawRow[]): MappedRecord[] => {
    const records = rows.map(toMapped)
    const hidden = namesTaken(mapped?.columns ?? [], rows[0] ?? {})
    return hidden.size === 0 ? records : records.map((record) => withoutMembers(record, hidden))
  }
  return {
    async map(rows) {
      const records = mapPage(rows)
      if (!mapped?.labels.isIncomplete) return records
      await mapped.labels.complete()
      return mapPage(rows)
    },
    takeWarnings: () => (mapped ? warningsOf(mapped) : []),
  }
}

function warningsOf({ labels, mapping }: TrackedColumns): readonly string[] {
  const warning = labels.takeWarning()
  return [...(warning === undefined ? [] : [warning]), ...mapping.takeWarnings()]
}

/** Columns whose names Pipedrive has taken for a property of its rows since they were declared. */
function namesTaken(columns: readonly Column[], row: RawRow): ReadonlySet<string> {
  return new Set(columns.flatMap(({ name }) => (Object.hasOwn(row, name) ? [name] : [])))
}

/** The schema promises the column there. */
function withoutMembers(record: MappedRecord, names: ReadonlySet<string>): MappedRecord {
  const kept = Object.entries(record.data).filter(([name]) => !names.has(name))
  return { ...record, data: Object.fromEntries(kept) }
}

const NO_CHANGES: readonly RecordChange[] = []

function customFieldsOf({ custom_fields: fields }: Readonly<Record<string, unknown>>): RawFields {
  return isObject(fields) ? fields : {}
}

/** v1 has custom fields, with their parts, beside the built-in ones. */
export function gatherCustomFields(row: RawRow): JsonObject {
  const fields: JsonObject = {}
  for (const name in row) if (isCustomProperty(name)) fields[name] = row[name] as Json
  return fields
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
