import type { List } from './list.js'
import { rowBuilder, type RawRow, type Row } from './row.js'

/** A number that distinguishes rows of one parent which have nothing else of their own. */
export interface Ordinal {
  /** The field that gets the number. */
  readonly field: string
  /** Rows with the same values here are numbered, from 1, the oldest first. */
  readonly within: readonly string[]
}

export interface ChildTraits extends Pick<List, 'name' | 'primaryKey' | 'omit'> {
  /** The field of a child that holds its parent's key. */
  readonly parentField: string
  readonly ordinal?: Ordinal
}

/**
 * Rows of one parent, oldest first, with what makes their keys unique: the parent's key and a number. Throws TypeError
 * for a row without the fields of its key.
 */
export function childRows(rows: readonly RawRow[], parent: unknown, traits: ChildTraits): Row[] {
  const { name, primaryKey, omit = [], parentField, ordinal } = traits
  const toRow = rowBuilder({ name, primaryKey, omit, timeFields: [] })
  const counts = new Map<string, number>()
  return rows.map((row) => {
    const own = { [parentField]: parent, ...row }
    if (!ordinal) return toRow(own)
    const group = JSON.stringify(ordinal.within.map((field) => row[field]))
    const number = (counts.get(group) ?? 0) + 1
    counts.set(group, number)
    return toRow({ ...own, [ordinal.field]: number })
  })
}
