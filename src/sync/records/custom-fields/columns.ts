import type { JsonObject } from '../../../airbyte/messages.js'
import { isObject } from '../../../common/is-object.js'
import { columnNames } from './column-names.js'
import { columnParts, schemaOf, suffixOf, valueKind, type Part, type ValueKind } from './column-types.js'
import { isCustomFieldKey, type FieldDefinition } from './definitions.js'

/** What a column holds, by its own schema: that is how `read` knows it again after the field was renamed. */
export interface Column {
  /** Its name in records. */
  readonly name: string
  /** The field's hash; for a column that is computed from a built-in field, the name of that property. */
  readonly key: string
  /** Pipedrive's field_type. */
  readonly type: string
  readonly part: Part
  readonly kind: ValueKind
}

/** The member of a column's schema that says what it holds: `{"key": "…", "type": "monetary", "part": "currency"}`. */
const MARK = 'x-pipedrive'

/** Above it, some destinations refuse the table: SQL Server at 1,024 columns, PostgreSQL and Redshift at 1,600. */
export const MAX_COLUMNS = 1_000

/**
 * Schemas of the columns of all custom fields among the definitions, by name and sorted by it: the same definitions
 * always give the same text. `reserved`: names that records have already.
 */
export function declareColumns(
  definitions: readonly FieldDefinition[],
  reserved: Iterable<string>,
): Readonly<Record<string, JsonObject>> {
  const fields = uniqueByKey(definitions.filter(({ key }) => isCustomFieldKey(key)))
  const names = columnNames(
    fields.map(({ key, name, type }) => ({ key, name, suffixes: columnParts(type).map(suffixOf) })),
    reserved,
  )
  const columns = fields.flatMap((field) => schemasOf(field, names.get(field.key) ?? ''))
  return Object.fromEntries(columns.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function schemasOf({ key, name, type }: FieldDefinition, base: string): [string, JsonObject][] {
  return columnParts(type).map((part) => {
    const description = `${DESCRIPTIONS[part]} of the custom field "${name}" (${type}).`
    const schema = schemaOf(valueKind(type, part) ?? 'text')
    return [`${base}${suffixOf(part)}`, { ...schema, description, [MARK]: { key, type, part } }]
  })
}

const DESCRIPTIONS = {
  value: 'Value',
  currency: 'Currency',
  until: 'End',
  timezone: 'Time zone',
  details: 'Parts of the address',
} satisfies Record<Part, string>

/** A list that moves while it is read by offset may name a field twice. */
function uniqueByKey(definitions: readonly FieldDefinition[]): FieldDefinition[] {
  return [...new Map(definitions.map((definition) => [definition.key, definition])).values()]
}

/** The columns that a configured stream's schema has a mark for; those that were deselected are not among them. */
export function columnsIn(properties: Readonly<Record<string, unknown>>): Column[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const mark = isObject(schema) ? schema[MARK] : undefined
    if (!isObject(mark)) return []
    const { key, type, part } = mark
    if (typeof key !== 'string' || typeof type !== 'string' || typeof part !== 'string') return []
    const kind = valueKind(type, part)
    return kind ? [{ name, key, type, part: part as Part, kind }] : []
  })
}

/** The properties of a schema that are not computed. */
export function withoutColumns(properties: Readonly<Record<string, JsonObject>>): Record<string, JsonObject> {
  return Object.fromEntries(Object.entries(properties).filter(([, schema]) => !(MARK in schema)))
}
