import type { Row } from './row.js'

/** Where a v2 page ended: a position in an order, not a snapshot. Opaque to clients. */
export interface KeysetCursor {
  readonly field: string
  readonly fieldValue: unknown
  readonly sortDirection: 'asc' | 'desc'
  readonly id: unknown
  /** Milliseconds since the epoch; absent where cursors do not expire. */
  readonly issuedAt?: number
}

type Order = Pick<KeysetCursor, 'field' | 'sortDirection' | 'issuedAt'>

export function cursorAfter(row: Row, { field, sortDirection, issuedAt }: Order): string {
  const issued = issuedAt === undefined ? {} : { issuedAt }
  const cursor: KeysetCursor = { field, fieldValue: row[field] ?? null, sortDirection, id: row.id, ...issued }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** The cursor's position; null when the text is not a cursor, or one of another order. */
export function readCursor(text: string, { field, sortDirection }: Order): KeysetCursor | null {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<KeysetCursor> | null
    if (cursor?.field !== field || cursor.sortDirection !== sortDirection || cursor.id === undefined)
      return null
    const { fieldValue = null, id, issuedAt } = cursor
    return { field, fieldValue, sortDirection, id, ...(typeof issuedAt === 'number' ? { issuedAt } : {}) }
  } catch {
    return null
  }
}
