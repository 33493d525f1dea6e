import type { Row } from './row.js'

/** Where a v2 page ended: a position in an order, not a snapshot. Opaque to clients. */
export interface KeysetCursor {
  readonly field: string
  readonly fieldValue: unknown
  readonly sortDirection: 'asc' | 'desc'
  readonly id: unknown
}

export function cursorAfter(row: Row, field: string, sortDirection: 'asc' | 'desc'): string {
  const cursor: KeysetCursor = { field, fieldValue: row[field] ?? null, sortDirection, id: row.id }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** The cursor's position, or null when it is none of ours or belongs to another order. */
export function readCursor(text: string, field: string, direction: 'asc' | 'desc'): KeysetCursor | null {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<KeysetCursor> | null
    if (cursor?.field !== field || cursor.sortDirection !== direction || cursor.id === undefined) return null
    return { field, fieldValue: cursor.fieldValue ?? null, sortDirection: direction, id: cursor.id }
  } catch {
    return null
  }
}
