import type { Row } from '../row.js'
import { formatDate } from '../times.js'
import { drawAddress } from './address.js'
import type { Random } from './random.js'
import type { Timeline } from './timeline.js'
import type { WordPools } from './word-pools.js'

export type CustomFieldType = keyof typeof subfields

/** Types of custom fields, and the suffixes of the sub-fields that v1 lists next to them. */
const subfields = {
  varchar: [],
  varchar_auto: [],
  text: [],
  double: [],
  int: [],
  monetary: ['currency'],
  phone: [],
  date: [],
  daterange: ['until'],
  time: ['timezone_id'],
  timerange: ['until', 'timezone_id'],
  enum: [],
  set: [],
  user: [],
  org: [],
  people: [],
  address: [
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
  ],
} as const satisfies Record<string, readonly string[]>

export interface CustomField {
  readonly key: string
  readonly name: string
  readonly type: CustomFieldType
  readonly subfields: readonly string[]
  readonly options: readonly { readonly id: number; readonly label: string }[] | null
}

export const customFieldTypes = Object.keys(subfields) as readonly CustomFieldType[]

/** The share of rows in which a custom field has a value. */
export const SET_VALUES = 0.15

const optionLabels = ['Gold', 'Silver', 'Bronze', 'Ärger ⚠️']

export function drawCustomFields(
  random: Random,
  types: readonly CustomFieldType[],
  firstOptionId: number,
): readonly CustomField[] {
  return types.map((type, index) => ({
    key: random.hex(40),
    name: `Custom ${type.replace('_', ' ')}`,
    type,
    subfields: subfields[type],
    options:
      type === 'enum' || type === 'set'
        ? optionLabels.map((label, option) => ({ id: firstOptionId + index * 10 + option, label }))
        : null,
  }))
}

export interface ValueSources {
  readonly random: Random
  readonly words: WordPools
  readonly timeline: Timeline
  readonly userIds: readonly number[]
  readonly organizations: number
  readonly persons: number
}

const clock = (random: Random) => `${String(random.int(8, 18)).padStart(2, '0')}:30:00`
const zone = { timezone_id: 402, timezone_name: 'Europe/Tallinn' }
const optionId = (random: Random, field: CustomField) => random.pick(field.options ?? []).id

/** A value as v2 has it inside custom_fields. */
const v2Values: Record<CustomFieldType, (field: CustomField, sources: ValueSources) => unknown> = {
  varchar: (_, { random, words }) => random.pick(words.jobs),
  varchar_auto: (_, { random, words }) => random.pick(words.categories),
  text: (_, { random, words }) => random.pick(words.paragraphs),
  double: (_, { random }) => random.int(0, 100_000) / 100,
  int: (_, { random }) => random.int(0, 1000),
  monetary: (_, { random }) => ({ value: random.int(1, 90_000) / 10, currency: 'EUR' }),
  phone: (_, { random }) => `+372${random.int(5_000_000, 5_999_999)}`,
  date: (_, { timeline }) => formatDate(timeline.before(1e10)),
  daterange: (_, { timeline }) => {
    const from = timeline.before(1e10)
    return { value: formatDate(from), until: formatDate(from + 1e9) }
  },
  time: (_, { random }) => ({ value: clock(random), ...zone }),
  timerange: (_, { random }) => ({ value: clock(random), until: '19:00:00', ...zone }),
  enum: (field, { random }) => optionId(random, field),
  set: (field, { random }) => [...new Set([optionId(random, field), optionId(random, field)])],
  user: (_, { random, userIds }) => random.pick(userIds),
  org: (_, { random, organizations }) => random.int(1, organizations),
  people: (_, { random, persons }) => random.int(1, persons),
  address: (_, { random, words }) => drawAddress(random, words),
}

/** "custom_fields": every key of the entity, null when unset. */
export function drawCustomValues(fields: readonly CustomField[], sources: ValueSources, share: number): Row {
  return Object.fromEntries(
    fields.map((field) => [
      field.key,
      sources.random.chance(share) ? v2Values[field.type](field, sources) : null,
    ]),
  )
}

/** The same value at the top level of a v1 row (leads): suffixed keys, ids of a set joined by commas. */
export function flattenCustomValue(field: CustomField, value: unknown): Row {
  const { key } = field
  if (field.type === 'set') return { [key]: (value as number[]).join(',') }
  // Seen both as text and as a number.
  if (field.type === 'enum') return { [key]: Number(value) % 2 === 0 ? value : String(value) }
  if (typeof value !== 'object' || value === null) return { [key]: value }
  const { value: main, ...parts } = value as Record<string, unknown>
  const flat = Object.entries(parts).filter(([part]) => field.subfields.includes(part))
  return { [key]: main, ...Object.fromEntries(flat.map(([part, detail]) => [`${key}_${part}`, detail])) }
}
