import type { Row } from './row.js'
import { parseTime } from './times.js'

export interface SortField {
  readonly field: string
  readonly direction: 'asc' | 'desc'
}

type SortValue = number | string | null

export interface Entry {
  readonly values: readonly SortValue[]
  readonly row: Row
}

export type Comparator = (a: readonly SortValue[], b: readonly SortValue[]) => number

/** Times compare as instants, whatever their format; everything else as it is. */
export function sortValue(field: string, value: unknown): SortValue {
  if (field.endsWith('_time')) return parseTime(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

function compareValues(a: SortValue, b: SortValue, nulls: 'first' | 'last'): number {
  if (a === b) return 0
  if (a === null || b === null) return (a === null) === (nulls === 'first') ? -1 : 1
  return a < b ? -1 : 1
}

export function comparator(sort: readonly SortField[], nulls: 'first' | 'last'): Comparator {
  return (a, b) => {
    for (const [index, { direction }] of sort.entries()) {
      const order = compareValues(a[index] ?? null, b[index] ?? null, nulls)
      if (order !== 0) return direction === 'asc' ? order : -order
    }
    return 0
  }
}

export function sortRows(rows: Iterable<Row>, sort: readonly SortField[], compare: Comparator): Entry[] {
  const entries: Entry[] = []
  for (const row of rows) entries.push({ row, values: sort.map(({ field }) => sortValue(field, row[field])) })
  return sort.length === 0 ? entries : entries.sort((a, b) => compare(a.values, b.values))
}

/** Index of the first entry that comes after the position, which need not exist any more. */
export function firstAfter(
  entries: readonly Entry[],
  position: readonly SortValue[],
  compare: Comparator,
): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const entry = entries[middle]
    if (entry !== undefined && compare(entry.values, position) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
