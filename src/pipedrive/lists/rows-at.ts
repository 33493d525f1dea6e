import { isObject } from '../../common/is-object.js'
import type { RecordPath } from '../../common/record-path.js'
import { PagingError } from './paging-error.js'
import type { RawRow } from './row.js'

export const DATA: RecordPath = { kind: 'data' }

/** The rows in `data` of a response; v1 writes an empty list as null. Throws PagingError for data of another shape. */
export function rowsAt(data: unknown, path: RecordPath): RawRow[] {
  if (data === undefined || data === null) return []
  switch (path.kind) {
    case 'data':
      return listOfRows(data)
    case 'member':
      return listOfRows(objectIn(data)[path.name])
    case 'envelopes':
      return listOfRows(data).map((envelope) => objectIn(envelope[path.member]))
    case 'object':
      return [objectIn(data)]
    case 'keyed':
      return rowPerKey(objectIn(data), path)
  }
}

type Keyed = Extract<RecordPath, { kind: 'keyed' }>

function rowPerKey(data: RawRow, { members, key, rest }: Keyed): RawRow[] {
  // PHP writes an object without members as a list.
  const parts = members.map(
    (member) => [member, Array.isArray(data[member]) ? {} : objectIn(data[member])] as const,
  )
  const keys = new Set(parts.flatMap(([, values]) => Object.keys(values)))
  const others = Object.entries(data).filter(([member]) => !members.includes(member))
  return [
    ...[...keys].map((value) => ({
      [key]: value,
      ...Object.fromEntries(parts.map(([member, values]) => [member, values[value] ?? null])),
    })),
    { [key]: rest, ...Object.fromEntries(others) },
  ]
}

function listOfRows(value: unknown): RawRow[] {
  const rows = value ?? []
  if (!Array.isArray(rows) || !rows.every(isObject))
    throw new PagingError('The response has no list of rows.')
  return rows
}

function objectIn(value: unknown): RawRow {
  if (!isObject(value)) throw new PagingError('The response has no object where a row is expected.')
  return value
}
