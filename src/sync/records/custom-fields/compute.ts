import type { Json, RecordChange } from '../../../airbyte/messages.js'
import { stringifyExactly } from '../../../airbyte/record-text.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'
import type { ValueKind } from './column-types.js'
import type { Column } from './columns.js'
import { isCustomFieldKey } from './definitions.js'
import { convertValue, rawValue, UNFIT, type LabelOf, type RawFields } from './values.js'

/** Looks up the label of an option, by the field's key and the option's id. */
export type LabelLookup = (key: string, id: string) => string

/** The columns of a record as members of a JSON object, and those whose values do not fit. */
export interface ComputedColumns {
  /**
   * `,"a":1,"b":2`, or empty. An object of so many members, and its serialization, would cost four times as much.
   */
  readonly members: string
  readonly changes: readonly RecordChange[]
}

/** Computes the columns of a row; `fields` are its custom fields. */
export type ColumnComputer = (row: RawRow, fields: RawFields) => ComputedColumns

/** A field whose columns are computed. */
interface CompiledField {
  readonly key: string
  /** Whether it stands among the custom fields, not among the row's own properties. */
  readonly isCustom: boolean
  readonly label: LabelOf
  readonly columns: readonly (Column & { readonly head: string })[]
}

/** What JSON has between quotes as it is. */
const PLAIN = /^[ !#-[\]-\uD7FF]*$/

const NO_CHANGES: readonly RecordChange[] = []
export const NO_COLUMNS: ComputedColumns = { members: '', changes: NO_CHANGES }

/**
 * Prepares the columns once, so that a row costs a loop over its fields. A column whose field is not set is left out,
 * as v1 does it. `isFlat`: the parts of a field stand beside it, as in v1, and may be set without it.
 */
export function compileColumns(
  columns: readonly Column[],
  labelOf: LabelLookup,
  isFlat: boolean,
): ColumnComputer {
  const compiled = fieldsOf(columns, labelOf)
  const own = compiled.filter(({ isCustom }) => isFlat || !isCustom)
  const custom = new Map(compiled.filter((field) => !own.includes(field)).map((field) => [field.key, field]))
  // Reused, and joined at once: a text that grows piece by piece stays a tree of pieces as long as the page lives.
  const pieces: string[] = []
  return (row, fields) => {
    pieces.length = 0
    let changes: RecordChange[] | undefined
    for (const field of own) changes = append(field, field.isCustom ? fields : row, pieces, changes)
    // Most fields of most rows are not set: to go through those of the row is faster than to look each one up.
    for (const key in fields) {
      const field = fields[key] === null ? undefined : custom.get(key)
      if (field) changes = append(field, fields, pieces, changes)
    }
    return pieces.length === 0 ? NO_COLUMNS : { members: pieces.join(''), changes: changes ?? NO_CHANGES }
  }
}

/** Appends the columns of a field, as far as they are set; returns the changes with those of the field. */
function append(
  { key, label, columns }: CompiledField,
  source: RawFields,
  pieces: string[],
  changes: RecordChange[] | undefined,
): RecordChange[] | undefined {
  let all = changes
  for (const { name, head, part, kind } of columns) {
    const converted = convertValue(kind, rawValue(source, key, part), label)
    if (converted === null) continue
    if (converted === UNFIT) (all ??= []).push(nulled(name))
    pieces.push(head, converted === UNFIT ? 'null' : textOf(kind, converted))
  }
  return all
}

function fieldsOf(columns: readonly Column[], labelOf: LabelLookup): CompiledField[] {
  const keys = [...new Set(columns.map(({ key }) => key))]
  return keys.map((key) => ({
    key,
    isCustom: isCustomFieldKey(key),
    label: (id) => labelOf(key, id),
    columns: columns
      .filter((column) => column.key === key)
      .map((column) => ({ ...column, head: `,${JSON.stringify(column.name)}:` })),
  }))
}

/** Only an address can hold numbers that JSON.stringify refuses, beside those that stand alone. */
function textOf(kind: ValueKind, value: Json): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`
  if (kind === 'date' || kind === 'time') return `"${value as string}"`
  if (typeof value === 'string') return quoted(value)
  return kind === 'address' ? stringifyExactly(value) : listOf(value as string[])
}

/** A call of JSON.stringify takes longer than the rest of the column. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}

/** The list of labels. */
function listOf(labels: readonly string[]): string {
  let list = ''
  for (const label of labels) list += list === '' ? quoted(label) : `,${quoted(label)}`
  return `[${list}]`
}

function nulled(field: string): RecordChange {
  return { field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }
}
