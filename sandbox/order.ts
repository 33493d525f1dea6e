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

/** Index of the first entry that comes after the position, whose row may be gone by now. */
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

/**
 * The entries from `from` on, with each group of ties in an order that depends on the seed. Lazy: a page of a long
 * list costs no more than its rows and the groups that they are in.
 */
export function* shuffledTies(
  entries: readonly Entry[],
  from: number,
  compare: Comparator,
  seed: number,
): Generator<Row> {
  let start = from
  for (let first = entries[start]; first !== undefined; first = entries[start]) {
    let end = start + 1
    for (
      let next = entries[end];
      next !== undefined && compare(first.values, next.values) === 0;
      next = entries[end]
    )
      end += 1
    const group = entries.slice(start, end).map(({ row }) => ({ row, rank: rank(String(row.id), seed) }))
    for (const { row } of group.sort((a, b) => a.rank - b.rank)) yield row
    start = end
  }
}

function rank(key: string, seed: number): number {
  let mixed = Math.imul(seed + 1, 0x9e3779b1)
  for (let index = 0; index < key.length; index += 1) {
    mixed = Math.imul(mixed ^ key.charCodeAt(index), 0x01000193)
    mixed ^= mixed >>> 15
  }
  return Math.imul(mixed, 0x85ebca6b) >>> 0
}
