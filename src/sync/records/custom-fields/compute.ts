import type { Json, RecordChange } from '../../../airbyte/messages.js'
import { stringifyExactly } from '../../../airbyte/record-text.js'
import type { RawRow } from '../../../pipedrive/lists/row.js'
import type { Column } from './columns.js'
import { isCustomFieldKey } from './definitions.js'
import { convertValue, rawValue, UNFIT, type RawFields } from './values.js'

/** Looks up the label of an option, by the field's key and the option's id. */
export type LabelLookup = (key: string, id: string) => string

/** The columns of a record as members of a JSON object, and those whose values do not fit. */
export interface ComputedColumns {
  /** `"a":1,"b":2`. An object of so many members, and its serialization, would cost four times as much. */
  readonly members: string
  readonly changes: readonly RecordChange[]
}

/** Computes the columns of a row; `fields` are its custom fields. */
export type ColumnComputer = (row: RawRow, fields: RawFields) => ComputedColumns

const NO_CHANGES: readonly RecordChange[] = []

/**
 * Prepares the columns once, so that a row costs a loop over them. A column whose field is not set is left out, as v1
 * does it. `isFlat`: the parts of a field stand beside it, as in v1, and may be set without it.
 */
export function compileColumns(
  columns: readonly Column[],
  labelOf: LabelLookup,
  isFlat: boolean,
): ColumnComputer {
  const compiled = columns.map(({ name, key, part, kind }) => ({
    ...{ name, key, part, kind },
    isCustom: isCustomFieldKey(key),
    head: `${JSON.stringify(name)}:`,
    label: (id: string) => labelOf(key, id),
  }))
  return (row, fields) => {
    let members = ''
    let changes: RecordChange[] | undefined
    for (const { name, key, part, kind, isCustom, head, label } of compiled) {
      const source = isCustom ? fields : row
      // Most fields of most rows are not set.
      if (!isFlat && (source[key] === null || source[key] === undefined)) continue
      const value = convertValue(kind, rawValue(source, key, part), label)
      if (value === null) continue
      if (value === UNFIT) (changes ??= []).push(nulled(name))
      members += `${members === '' ? '' : ','}${head}${value === UNFIT ? 'null' : textOf(value)}`
    }
    return { members, changes: changes ?? NO_CHANGES }
  }
}

/** Only an address can hold numbers that JSON.stringify refuses, beside those that stand alone. */
function textOf(value: Json): string {
  if (typeof value === 'number') return String(value)
  const isSafe = typeof value === 'string' || Array.isArray(value)
  return isSafe ? JSON.stringify(value) : stringifyExactly(value)
}

function nulled(field: string): RecordChange {
  return { field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }
}
