import type { JsonObject, RecordChange } from '../../../airbyte/messages.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'
import type { Column } from './columns.js'
import { isCustomFieldKey } from './definitions.js'
import { convertValue, rawValue, UNFIT, type RawFields } from './values.js'

/** Looks up the label of an option, by the field's key and the option's id. */
export type LabelLookup = (key: string, id: string) => string

export interface ComputedColumns {
  readonly values: JsonObject
  /** Values that do not fit the type of their column. */
  readonly changes: readonly RecordChange[]
}

/** Computes the columns of a row; `fields` are its custom fields. */
export type ColumnComputer = (row: RawRow, fields: RawFields) => ComputedColumns

const NO_CHANGES: readonly RecordChange[] = []

/** Prepares the columns once, so that a row costs a loop over them. */
export function compileColumns(columns: readonly Column[], labelOf: LabelLookup): ColumnComputer {
  const compiled = columns.map(({ name, key, part, kind }) => ({
    name,
    key,
    part,
    kind,
    isCustom: isCustomFieldKey(key),
    label: (id: string) => labelOf(key, id),
  }))
  return (row, fields) => {
    const values: JsonObject = {}
    let changes: RecordChange[] | undefined
    for (const { name, key, part, kind, isCustom, label } of compiled) {
      const value = convertValue(kind, rawValue(isCustom ? fields : row, key, part), label)
      if (value === UNFIT) (changes ??= []).push(nulled(name))
      values[name] = value === UNFIT ? null : value
    }
    return { values, changes: changes ?? NO_CHANGES }
  }
}

function nulled(field: string): RecordChange {
  return { field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }
}
