import type { Json, JsonObject } from '../../../airbyte/messages.js'
import { hasTooLarge, stringifyExactly } from '../../../airbyte/record-text.js'
import { isTooLarge } from '../../../common/exact-json.js'
import { isObject } from '../../../common/is-object.js'
import type { Part, ValueKind } from './column-types.js'

/** A value that does not fit the type of its column: it becomes null, and the record says so. */
export const UNFIT = Symbol('unfit')

/** The labels of a field's options, by id as text. */
export type Labels = ReadonlyMap<string, string>

/** The label of an option; its id where none is known. */
export type LabelOf = (id: string) => string

/** Pipedrive's form of a value to that of the column. Unset values are null. */
type Converter = (value: unknown, labelOf: LabelOf) => Json | typeof UNFIT

/** v1 fills a date that was never set with zeros. */
const NEVER = '0000-00-00'

const CONVERTERS: Readonly<Record<ValueKind, Converter>> = {
  text: toText,
  number: toNumber,
  integer: toInteger,
  date: toDate,
  time: toTimeOfDay,
  label: toLabel,
  labels: toLabels,
  reference: toReference,
  address: (value) => (isObject(value) && !hasTooLarge(value as JsonObject) ? (value as JsonObject) : UNFIT),
}

/** Null for what stands for "unset" in either version of the API. */
export function convertValue(kind: ValueKind, value: unknown, labelOf: LabelOf): Json | typeof UNFIT {
  return value === null || value === undefined ? null : CONVERTERS[kind](value, labelOf)
}

/** Members of `custom_fields`, keyed by hash; in rows of v1 by hash and suffix. */
export type RawFields = Readonly<Record<string, unknown>>

/** What v2 calls a part inside the field's value, and v1 behind the field's key: `<key>_currency`. */
const MEMBERS: Readonly<Record<Part, readonly string[]>> = {
  value: ['value'],
  currency: ['currency'],
  until: ['until'],
  timezone: ['timezone_name', 'timezone_id'],
  details: [],
}

const ADDRESS_PARTS = [
  'subpremise',
  'street_number',
  'route',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
  'formatted_address',
  'lat',
  'long',
]

/** The raw value of a part of a field. v2 has one object per field where v1 has suffixed keys. */
export function rawValue(fields: RawFields, key: string, part: Part): unknown {
  const value = fields[key]
  if (part === 'value') return isObject(value) && 'value' in value ? value.value : value
  if (part === 'details') return isObject(value) ? value : addressOf(fields, key)
  const source = isObject(value) ? value : undefined
  for (const member of MEMBERS[part]) {
    const found = source ? source[member] : fields[`${key}_${member}`]
    if (found !== undefined && found !== null) return found
  }
  return null
}

function addressOf(fields: RawFields, key: string): JsonObject | null {
  const text = fields[key]
  if (text === undefined || text === null) return null
  const parts = ADDRESS_PARTS.map((part) => [part, fields[`${key}_${part}`]] as const)
  return Object.fromEntries([
    ['value', text],
    ...parts.filter(([, value]) => value !== undefined),
  ]) as JsonObject
}

/** A form that is not documented is kept as JSON rather than lost. */
function toText(value: unknown): Json | typeof UNFIT {
  if (typeof value === 'string') return value
  return hasTooLarge(value as Json) ? UNFIT : stringifyExactly(value as Json)
}

function toNumber(value: unknown): Json | typeof UNFIT {
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNFIT
  if (typeof value === 'bigint') return isTooLarge(value) ? UNFIT : value
  if (typeof value !== 'string') return UNFIT
  const text = value.trim()
  if (text === '') return null
  const number = Number(text)
  return DECIMAL.test(text) && Number.isFinite(number) ? number : UNFIT
}

/** Number() also reads other forms, such as 0x10. */
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i

function toInteger(value: unknown): Json | typeof UNFIT {
  const number = toNumber(value)
  return typeof number === 'number' && !Number.isSafeInteger(number) ? UNFIT : number
}

function toDate(value: unknown): Json | typeof UNFIT {
  if (typeof value !== 'string') return UNFIT
  if (DAY.test(value) && exists(value)) return value.slice(0, 10)
  return value === '' || value.startsWith(NEVER) ? null : UNFIT
}

/** `YYYY-MM-DD`, with or without a time behind it. */
const DAY = /^\d{4}-\d{2}-\d{2}(?:$|[T ])/

function exists(day: string): boolean {
  const month = twoDigits(day, 5)
  const last = month === 2 && !isLeap(Number(day.slice(0, 4))) ? 28 : (DAYS_IN_MONTH[month] ?? 0)
  const date = twoDigits(day, 8)
  return date >= 1 && date <= last
}

/** Half of all columns may be dates: this takes a fifth of the time of Number(text.slice(…)). */
function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - ZEROS
}

const ZEROS = '0'.charCodeAt(0) * 11

const DAYS_IN_MONTH = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

/** `HH:MM` or `HH:MM:SS`, the latter with or without a fraction. */
function toTimeOfDay(value: unknown): Json | typeof UNFIT {
  if (typeof value !== 'string') return UNFIT
  if (value === '') return null
  const [, hour, minute, second = '00'] =
    /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?$/.exec(value) ?? []
  return hour === undefined || minute === undefined ? UNFIT : `${hour}:${minute}:${second}`
}

function toLabel(value: unknown, labelOf: LabelOf): Json | typeof UNFIT {
  return value === '' ? null : (optionText(value, labelOf) ?? UNFIT)
}

function toLabels(value: unknown, labelOf: LabelOf): Json | typeof UNFIT {
  const texts: string[] = []
  for (const option of optionsIn(value)) {
    const text = optionText(option, labelOf)
    if (text === undefined) return UNFIT
    texts.push(text)
  }
  return texts
}

/** A response may have labels beside the ids. */
function optionText(option: unknown, labelOf: LabelOf): string | undefined {
  if (isObject(option) && typeof option.label === 'string') return option.label
  const id = isObject(option) ? option.id : option
  return typeof id === 'string' || typeof id === 'number' ? labelOf(String(id).trim()) : undefined
}

/** v2: a list of ids, or one. v1: one text, joined by commas. */
function optionsIn(value: unknown): unknown[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) return value
  return typeof value === 'string' ? value.split(',') : [value]
}

/** A related row's id; v1 has the row around it. */
function toReference(value: unknown): Json | typeof UNFIT {
  return toInteger(isObject(value) ? (value.value ?? value.id ?? null) : value)
}
