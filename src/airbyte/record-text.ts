import { configure } from 'safe-stable-stringify'
import { isDeeperThan } from '../common/depth.js'
import { isTooLarge } from '../common/exact-json.js'
import type { JsonBytes } from '../common/json-bytes.js'
import { ConnectorError } from './errors.js'
import type { Json, JsonObject, RecordChange, RecordText } from './messages.js'
import { readable } from './readable.js'

/** Jackson, with which the platform and most destinations parse records, refuses 1,000 levels. */
const MOST_LEVELS = 900

const NO_CHANGES: readonly RecordChange[] = []

/** Writes integers of any size with all their digits, which JSON.stringify refuses to do. */
const stringifyBigInts = configure({ deterministic: false, bigint: true })

/**
 * The text of a record. Integers keep all their digits; numbers that cannot be kept (1e400) become null. Throws a
 * ConnectorError that names the stream if there is no text: nested too deeply, too long, or not a JSON value.
 */
export function serializeRecord(stream: string, record: JsonObject): RecordText {
  try {
    const result = textOf(record)
    // Each level has two brackets.
    if (result.text.length >= 2 * MOST_LEVELS) checkDepth(record)
    return result
  } catch (cause) {
    throw unwritable(stream, cause)
  }
}

/** The same for a record whose text is there already. */
export function passRecord(stream: string, text: JsonBytes, record: JsonObject): RecordText {
  try {
    if (text.hasMoreBracketsThan(MOST_LEVELS)) checkDepth(record)
    return { text, changes: NO_CHANGES }
  } catch (cause) {
    throw unwritable(stream, cause)
  }
}

function checkDepth(record: JsonObject): void {
  if (isDeeperThan(MOST_LEVELS, record))
    throw new RangeError(`The record is nested more than ${MOST_LEVELS} levels deep.`)
}

function unwritable(stream: string, cause: unknown): ConnectorError {
  const reason = cause instanceof RangeError ? 'because it is nested too deeply or is too long' : 'as JSON'
  return new ConnectorError(
    `A record of the stream "${stream}" cannot be written ${reason}. Please report it with this log.`,
    { failureType: 'system_error', internalMessage: readable(String(cause)), stream, cause },
  )
}

/** The members of an object without bigints, as a `RecordText` has them. */
export function membersOf(object: JsonObject | undefined): string {
  const text = object ? JSON.stringify(object).slice(1, -1) : ''
  return text === '' ? '' : `,${text}`
}

/** A record as one text, with its further members: see `RecordText`. */
export function textOfRecord({ text, members = '' }: RecordText): string {
  const object = text.toString()
  if (members === '') return object
  return object === '{}' ? `{${members.slice(1)}}` : `${object.slice(0, -1)}${members}}`
}

/** The JSON of a value that may have bigints. */
export function stringifyExactly(value: Json): string {
  // Undefined for a function, or for an object whose toJSON returns undefined.
  const text = stringifyBigInts(value)
  if (text === undefined) throw new TypeError('The record is not a JSON value.')
  return text
}

function textOf(record: JsonObject): RecordText {
  try {
    const text = JSON.stringify(record) as string | undefined
    if (text !== undefined) return { text, changes: NO_CHANGES }
  } catch (error) {
    // Also thrown for a bigint, which is rare.
    if (!(error instanceof TypeError)) throw error
  }
  const { data, changes } = withoutTooLarge(record)
  return { text: stringifyExactly(data), changes }
}

/** Null in place of numbers that cannot be kept, and the top-level fields that had one. */
function withoutTooLarge(record: JsonObject): { data: Json; changes: RecordChange[] } {
  const changes = Object.entries(record)
    .filter(([, value]) => hasTooLarge(value))
    .map(([field]) => ({ field, change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }) as const)
  return { data: changes.length === 0 ? record : nulled(record), changes }
}

/** Whether a number in it cannot be kept. */
export function hasTooLarge(value: Json): boolean {
  if (typeof value === 'bigint') return isTooLarge(value)
  return isNested(value) && Object.values(value).some(hasTooLarge)
}

function nulled(value: Json): Json {
  if (typeof value === 'bigint') return isTooLarge(value) ? null : value
  if (Array.isArray(value)) return value.map(nulled)
  if (!isNested(value)) return value
  // fromEntries, because an assignment to the key __proto__ would be lost.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nulled(inner)]))
}

function isNested(value: Json): value is Json[] | JsonObject {
  return typeof value === 'object' && value !== null
}
