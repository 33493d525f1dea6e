import type { Row, SeedRecord } from '../../sandbox/sandbox.js'

const SECOND = 1000

/** How the API writes the times of a stream. */
function timeText(stream: string, at: number): string {
  const iso = new Date(at).toISOString()
  if (stream.startsWith('leads')) return iso
  const isV1 = ['notes', 'files', 'users', 'filters', 'activity_types'].includes(stream)
  return isV1 ? iso.slice(0, 19).replace('T', ' ') : `${iso.slice(0, 19)}Z`
}

/** Leads have UUIDs, all other rows numbers. */
export function idOf(stream: string, at: number): string | number {
  return stream.startsWith('leads') ? `00000000-0000-4000-8000-${String(at).padStart(12, '0')}` : at
}

export interface SeedOptions {
  /** Of the first row; default: in May 2026. */
  readonly from?: number
  /** Between two rows; default: a minute. 0: all have the same time. */
  readonly stepMs?: number
  /** The first id; default 1. */
  readonly firstId?: number
  readonly more?: (at: number) => Row
}

/** So many rows of a stream for a sandbox, one after the other. */
export function seedRows(
  stream: string,
  count: number,
  { from = Date.UTC(2026, 4, 15, 10), stepMs = 60 * SECOND, firstId = 1, more }: SeedOptions = {},
): SeedRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    stream,
    data: {
      id: idOf(stream, firstId + at),
      ...(stream.startsWith('deals') && { status: 'open', is_archived: stream === 'deals_archived' }),
      ...(stream === 'leads_archived' && { is_archived: true }),
      update_time: timeText(stream, from + at * stepMs),
      ...more?.(at),
    },
  }))
}
