import { hash } from 'node:crypto'

/** Of the custom fields that have a value in a row. */
export type Filled = 'a third, texts' | 'a seventh, of all types'

const TYPES = [
  'varchar',
  'double',
  'monetary',
  'date',
  'enum',
  'set',
  'user',
  'text',
  'daterange',
  'int',
] as const

const VALUES = {
  varchar: 'A short text of a field',
  double: 1234.5,
  monetary: { value: 99.5, currency: 'EUR' },
  date: '2026-02-28',
  enum: 17,
  set: [17, 18],
  user: 11_000_001,
  text: 'A longer text, as people write it into a field for notes on a deal.',
  daterange: { value: '2026-01-01', until: '2026-02-01' },
  int: 42,
} satisfies Record<(typeof TYPES)[number], unknown>

const options = [
  { id: 17, label: 'Existing customer' },
  { id: 18, label: 'Partner' },
]

function typeOf(at: number, filled: Filled): (typeof TYPES)[number] {
  return filled === 'a third, texts' ? 'varchar' : (TYPES[at % TYPES.length] ?? 'varchar')
}

/** As v1 lists the definitions of fields. */
export function definitionsOf(count: number, filled: Filled): object[] {
  return Array.from({ length: count }, (_, at) => {
    const field_type = typeOf(at, filled)
    return { id: at + 1, key: keyOf(at), name: `Field number ${at}`, field_type, active_flag: true, options }
  })
}

/** As a row of v2 has them. */
export function fieldsOf(count: number, filled: Filled): object {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [keyOf(at), isSet(at, filled) ? valueOf(at, filled) : null]),
  )
}

/** One of each type among 70 fields. */
function isSet(at: number, filled: Filled): boolean {
  return filled === 'a third, texts' ? at % 3 === 0 : at % 7 === 0
}

function valueOf(at: number, filled: Filled): unknown {
  return filled === 'a third, texts' ? `Value ${at}` : VALUES[typeOf(at, filled)]
}

/** The key of a custom field: 40 hexadecimal digits. */
function keyOf(at: number): string {
  return hash('sha1', `field ${at}`)
}
