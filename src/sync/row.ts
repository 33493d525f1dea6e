import { createHash } from 'node:crypto'
import stringify from 'safe-stable-stringify'
import type { StreamSpec } from '../manifest/stream.js'
import type { RawRow } from '../pipedrive/lists/page.js'
import type { RowTraits } from '../pipedrive/lists/paging.js'
import { timeOrNull as parseTime, type Time } from '../common/time.js'

/** A row as the engine sees it: which one, how new, which version. */
export interface Row {
  readonly key: string
  /** Null where the row has no time. */
  readonly time: Time | null
  /** A fingerprint: the same for the same content only. Worked out when asked for; most rows never need it. */
  readonly version: string
  readonly data: RawRow
}

/** Keys that are longer are remembered by a hash of this length: the state has to stay small. */
const KEY_LENGTH = 11

/** 48 bits: two versions of the same row are mistaken for each other once in 280 million million. */
const VERSION_LENGTH = 8

export function rowsOf(stream: StreamSpec): (data: RawRow) => Row {
  const fields = 'time' in stream.strategy ? (stream.strategy.time ?? []) : []
  return (data) => ({
    key: keyOf(data, stream),
    time: timeOf(data, fields),
    get version() {
      return hash(stringify(data), VERSION_LENGTH)
    },
    data,
  })
}

/** Whether Pipedrive's order, by the first of a row's times, holds for the latest of them. */
export type Order = 'kept' | 'broken'

/** What these rows tell of it. Deleting moves the first time in any case, so deleted rows tell nothing. */
export function orderShownBy(rows: readonly Row[], { strategy }: StreamSpec): Order | undefined {
  const [first, ...others] = 'time' in strategy ? (strategy.time ?? []) : []
  if (first === undefined || others.length === 0) return undefined
  const telling = rows.filter(({ data }) => data.is_deleted !== true && timeOf(data, others) !== null)
  if (telling.some(({ data, time }) => (timeOf(data, [first]) ?? -Infinity) < (time ?? -Infinity)))
    return 'broken'
  return telling.length > 0 ? 'kept' : undefined
}

/** How pages of the stream's list are put together. */
export function traitsOf(stream: StreamSpec): RowTraits {
  const toRow = rowsOf(stream)
  return {
    identity: (data) => {
      const { key, version } = toRow(data)
      return `${key}:${version}`
    },
    time: (data) => toRow(data).time,
  }
}

function keyOf(data: RawRow, stream: StreamSpec): string {
  const parts = stream.primaryKey.map((field) => data[field])
  if (parts.some((part) => typeof part !== 'string' && typeof part !== 'number')) {
    throw new TypeError(`A row of ${stream.name} has no ${stream.primaryKey.join(' and ')}.`)
  }
  const key = parts.join('/')
  return key.length <= KEY_LENGTH ? key : hash(key, KEY_LENGTH)
}

/** The latest of the row's times. */
function timeOf(data: RawRow, fields: readonly string[]): Time | null {
  const times = fields.map((field) => parseTime(data[field])).filter((time) => time !== null)
  return times.length === 0 ? null : Math.max(...times)
}

function hash(text: string, length: number): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, length)
}
