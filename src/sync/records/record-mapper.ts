import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json, JsonObject, RecordBatch, RecordText } from '../../airbyte/messages.js'
import { membersOf, passRecord, serializeRecord } from '../../airbyte/record-text.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { packageRoot } from '../../package-root.js'
import type { RawRow, Row } from '../../pipedrive/lists/row.js'
import { compileRecord } from './conversion.js'
import type { Column } from './custom-fields/columns.js'
import { compileColumns, NO_COLUMNS, type ColumnComputer } from './custom-fields/compute.js'
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

/** Records of one page, and how many characters they have. */
export interface Records extends Pick<RecordBatch, 'records'> {
  readonly size: number
}

/** Turns rows of the API into records of the stream. Throws what a malformed value makes the conversion throw. */
export interface RecordMapper {
  /** Waits only where a label is missing that Pipedrive has to be asked for. */
  map(rows: readonly Row[]): Promise<Records>
  /** What the log should say; each text once. */
  takeWarnings(): readonly string[]
}

/** `hidden`: properties that the record does not have. */
type RowMapper = (row: Row, hidden: ReadonlySet<string>) => RecordText

export interface MapperOptions {
  /** Columns for custom fields. */
  readonly mapped?: TrackedColumns | undefined
  /** Whether records of rows that are marked as deleted say so to destinations. */
  readonly removesDeleted?: boolean
}

/** `runStart` is the cursor of records whose rows have no time of their own. */
export function recordMapper(stream: StreamSpec, runStart: Time, options: MapperOptions = {}): RecordMapper {
  const { mapped } = options
  const toText = rowMapper(stream, runStart, options)
  return {
    async map(rows) {
      const hidden = namesTaken(mapped?.columns ?? [], rows[0]?.data ?? {})
      const records: RecordText[] = []
      let size = 0
      for (const row of rows) {
        let record = toText(row, hidden)
        if (mapped?.labels.isIncomplete) {
          await mapped.labels.complete()
          record = toText(row, hidden)
        }
        records.push(record)
        size += record.text.length + (record.members?.length ?? 0)
      }
      return { records, size }
    },
    takeWarnings: () => (mapped ? warningsOf(mapped) : []),
  }
}

/** A row of which nothing changes keeps its text; further members are written behind it. */
function rowMapper(
  stream: StreamSpec,
  runStart: Time,
  { mapped, removesDeleted = false }: MapperOptions,
): RowMapper {
  const deletedAt = { [DELETED_AT]: formatTime(runStart) }
  const convert = compileRecord(loadSchema(stream.schema))
  const additions = addedMembers(stream, runStart)
  const compute: ColumnComputer = mapped
    ? compileColumns(mapped.columns, (key, id) => mapped.labels.of(key, id), gathersCustomFields(stream))
    : () => NO_COLUMNS
  return (row, hidden) => {
    const { data } = row
    const converted = convert(data as JsonObject)
    const gathered = additions(data)
    const added = removesDeleted && isMarkedDeleted(data) ? { ...gathered, ...deletedAt } : gathered
    const { members, changes } = compute(data, customFieldsOf(gathered ?? data))
    const text = converted === data && hidden.size === 0 && !hasAny(data, added) ? row.text : undefined
    const record =
      text === undefined
        ? serializeRecord(stream.name, without(added ? { ...converted, ...added } : converted, hidden))
        : passRecord(stream.name, text, converted)
    return {
      text: record.text,
      members: text === undefined ? members : membersOf(added) + members,
      changes: changes.length === 0 ? record.changes : record.changes.concat(changes),
    }
  }
}

/** What records have beside what their rows have; undefined: nothing. */
function addedMembers(stream: StreamSpec, runStart: Time): (row: RawRow) => JsonObject | undefined {
  const changedAt = changedAtField(stream, runStart)
  if (gathersCustomFields(stream)) return (row) => ({ custom_fields: gatherCustomFields(row), ...changedAt })
  return Object.keys(changedAt).length > 0 ? () => changedAt : () => undefined
}

/** v1 has custom fields, with their parts, beside the built-in ones. */
function gathersCustomFields({ customFields, api }: StreamSpec): boolean {
  return customFields !== undefined && api === 'v1'
}

function hasAny(row: RawRow, added: JsonObject | undefined): boolean {
  return added !== undefined && Object.keys(added).some((name) => Object.hasOwn(row, name))
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
function without(record: JsonObject, names: ReadonlySet<string>): JsonObject {
  if (names.size === 0) return record
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)))
}

function customFieldsOf({ custom_fields: fields }: RawRow): RawFields {
  return isObject(fields) ? fields : {}
}

function gatherCustomFields(row: RawRow): JsonObject {
  const fields: JsonObject = {}
  for (const name in row) if (isCustomProperty(name)) fields[name] = row[name] as Json
  return fields
}

/**
 * Rows without a time of their own get one as their cursor: when this version was first seen. The underscore marks
 * the field as the connector's.
 */
function changedAtField({ cursorField }: StreamSpec, runStart: Time): Readonly<Record<string, string>> {
  return cursorField?.startsWith('_') ? { [cursorField]: formatTime(runStart) } : {}
}
