import type { JsonObject } from '../../../airbyte/messages.js'

/** What of a field's value a column holds; all but the first are columns of their own with a suffix. */
export type Part = 'value' | 'currency' | 'until' | 'timezone' | 'details'

/** How a value becomes that of a column. */
export type ValueKind =
  'text' | 'number' | 'integer' | 'date' | 'time' | 'label' | 'labels' | 'reference' | 'address'

const TEXT = { type: ['string', 'null'] }
const DATE = { type: ['string', 'null'], format: 'date' }
/** A time of day has no offset without a day; the name of its zone is a column of its own. */
const TIME = { type: ['string', 'null'], format: 'time', airbyte_type: 'time_without_timezone' }

const SCHEMAS = {
  text: TEXT,
  number: { type: ['number', 'null'] },
  integer: { type: ['integer', 'null'] },
  date: DATE,
  time: TIME,
  label: TEXT,
  labels: { type: ['array', 'null'], items: TEXT },
  reference: { type: ['integer', 'null'] },
  address: { type: ['object', 'null'], additionalProperties: true },
} satisfies Record<ValueKind, JsonObject>

type Parts = Readonly<Partial<Record<Part, ValueKind>>>

const PARTS: Readonly<Record<string, Parts>> = {
  double: { value: 'number' },
  int: { value: 'integer' },
  monetary: { value: 'number', currency: 'text' },
  date: { value: 'date' },
  daterange: { value: 'date', until: 'date' },
  time: { value: 'time', timezone: 'text' },
  timerange: { value: 'time', until: 'time', timezone: 'text' },
  enum: { value: 'label' },
  set: { value: 'labels' },
  user: { value: 'reference' },
  org: { value: 'reference' },
  people: { value: 'reference' },
  address: { value: 'text', details: 'address' },
}

/** varchar, varchar_auto, text, phone, and types that Pipedrive may add. */
const OTHER: Parts = { value: 'text' }

function partsOf(type: string): Parts {
  return Object.hasOwn(PARTS, type) ? (PARTS[type] ?? OTHER) : OTHER
}

/** The columns of a field of Pipedrive's `type`, the value itself first. */
export function columnParts(type: string): readonly Part[] {
  return Object.keys(partsOf(type)) as Part[]
}

/** Undefined for a part that fields of the type do not have. */
export function valueKind(type: string, part: string): ValueKind | undefined {
  return Object.entries(partsOf(type)).find(([name]) => name === part)?.[1]
}

export function suffixOf(part: Part): string {
  return part === 'value' ? '' : `_${part}`
}

/** JSON Schema of a column. */
export function schemaOf(kind: ValueKind): JsonObject {
  return SCHEMAS[kind]
}
