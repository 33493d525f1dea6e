import { hash } from 'node:crypto'
import stringify from 'safe-stable-stringify'
import { isTooLarge } from '../../common/exact-json.js'
import type { JsonBytes } from '../../common/json-bytes.js'
import { parseTime, UnreadableTime, type Time } from '../../common/time.js'
import type { List } from './list.js'
import type { RawRow } from './raw-row.js'
import type { RowTexts } from './row-texts.js'

export type { RawRow }

/** A row of a list: which one, how new, and its content. */
export interface Row {
  /** The parts of the primary key, joined by '/'; without a primary key, a hash of the content. */
  readonly key: string
  /** The latest of the list's time fields; null where the row has none. */
  readonly time: Time | null
  readonly data: RawRow
  /** Unsigned 32-bit hash of the content, independent of the order of its fields. */
  readonly fingerprint: number
  /** `data` as JSON, as it stands in the response; absent where it does not, or is written in an unusual way. */
  readonly text?: JsonBytes | undefined
  /** Nothing asks for the text any more: gives the bytes back that it is part of. */
  release?(): void
}

/** A row without a key, or one that cannot be compared with its earlier version. */
export class InvalidRow extends Error {
  override name = 'InvalidRow' as const
}

type RowTraits = Pick<List, 'name' | 'primaryKey' | 'timeFields' | 'omit' | 'marks'>

/** Throws InvalidRow for a row without key, and UnreadableTime. */
export type RowBuilder = (data: RawRow, texts?: RowTexts, index?: number) => Row

export function rowBuilder(list: RowTraits): RowBuilder {
  const keyOf = keyReader(list)
  return (raw, texts, index = 0) => {
    const data = withMarks(without(raw, list.omit), list.marks)
    const unchanged = data === raw ? texts : undefined
    return new BuiltRow(list.name, keyOf(data), timeOf(data, list), data, unchanged, index)
  }
}

/** The same version of the same row. Not by content: signed URLs differ in every response. */
export function identityOf({ key, time }: Pick<Row, 'key' | 'time'>): string {
  return `${key}@${time}`
}

class BuiltRow implements Row {
  private cachedFingerprint: number | undefined

  constructor(
    private readonly list: string,
    readonly key: string,
    readonly time: Time | null,
    readonly data: RawRow,
    private readonly texts: RowTexts | undefined,
    private readonly index: number,
  ) {}

  get text(): JsonBytes | undefined {
    return this.texts?.of(this.index)
  }

  release(): void {
    this.texts?.drop()
  }

  /**
   * Most rows never need it, and hashing costs more than all else. Throws InvalidRow if the row is nested too deeply.
   */
  get fingerprint(): number {
    return (this.cachedFingerprint ??= hash('sha1', this.sortedText(), 'buffer').readUInt32BE(0))
  }

  private sortedText(): string {
    try {
      return stringify(this.data)
    } catch (cause) {
      throw new InvalidRow(`A row of ${this.list} is nested too deeply.`, { cause })
    }
  }
}

function without(row: RawRow, fields: readonly string[] = []): RawRow {
  if (!fields.some((field) => field in row)) return row
  return Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)))
}

function withMarks(row: RawRow, marks: RowTraits['marks']): RawRow {
  if (!marks) return row
  const marked: Record<string, unknown> = { ...row }
  for (const [name, { field, pattern }] of Object.entries(marks))
    marked[name] = pattern.test(String(row[field]))
  return marked
}

function keyReader({ name, primaryKey }: RowTraits): (data: RawRow) => string {
  const [field, ...further] = primaryKey
  // Rows without a key of their own are known by their content.
  if (field === undefined) return (data) => hash('sha1', stringify(data), 'base64')
  const partOf = (data: RawRow, of: string) => {
    const part = data[of]
    if (!isKey(part)) throw new InvalidRow(`A row of ${name} has no ${primaryKey.join(' and ')}.`)
    return String(part)
  }
  if (further.length === 0) return (data) => partOf(data, field)
  return (data) => primaryKey.map((of) => partOf(data, of)).join('/')
}

function isKey(part: unknown): part is string | number | bigint {
  return (
    typeof part === 'string' || typeof part === 'number' || (typeof part === 'bigint' && !isTooLarge(part))
  )
}

function timeOf(data: RawRow, { name, timeFields }: RowTraits): Time | null {
  let latest: Time | null = null
  for (const field of timeFields) {
    const time = timeIn(data[field], `${name}.${field}`)
    if (time !== null && (latest === null || time > latest)) latest = time
  }
  return latest
}

function timeIn(value: unknown, subject: string): Time | null {
  try {
    return parseTime(value)
  } catch (error) {
    throw error instanceof UnreadableTime ? new UnreadableTime(value, subject) : error
  }
}
