import { describe, expect, test } from '@jest/globals'
import { TOO_LARGE } from '../../../../src/common/exact-json.js'
import { valueKind, type Part } from '../../../../src/sync/records/custom-fields/column-types.js'
import { convertValue, rawValue, UNFIT } from '../../../../src/sync/records/custom-fields/values.js'

const KEY = 'ab'.repeat(20)
const labels = new Map([
  ['1', 'Gold'],
  ['2', 'Silver'],
])
const address = { value: 'Main St 1, Tallinn', route: 'Main St', country: 'Estonia', subpremise: '' }
const flat = (value: unknown, parts: Record<string, unknown> = {}) => ({
  [KEY]: value,
  ...Object.fromEntries(Object.entries(parts).map(([part, detail]) => [`${KEY}_${part}`, detail])),
})

/** The value of a column, as a record of v2 or v1 has it. */
function columnValue(type: string, part: Part, fields: Record<string, unknown>) {
  const kind = valueKind(type, part)
  if (!kind) throw new Error(`${type} has no ${part}`)
  return convertValue(kind, rawValue(fields, KEY, part), (id) => labels.get(id) ?? id)
}

const zone = { timezone_id: 402, timezone_name: 'Europe/Tallinn' }

describe('a value becomes that of its column, in the form of v2 and of v1', () => {
  test.each<[type: string, part: Part, v2: unknown, v1: object, expected: unknown]>([
    ['varchar', 'value', 'a', flat('a'), 'a'],
    ['text', 'value', '', flat(''), ''],
    ['varchar', 'value', 5, flat(5), '5'],
    ['varchar', 'value', 2n ** 60n, flat(2n ** 60n), '1152921504606846976'],
    ['varchar', 'value', { a: [2n ** 60n] }, flat({ a: [2n ** 60n] }), '{"a":[1152921504606846976]}'],
    ['phone', 'value', '+3725', flat('+3725'), '+3725'],
    ['double', 'value', 1.5, flat('1.5'), 1.5],
    ['double', 'value', 0, flat('0'), 0],
    ['double', 'value', '', flat(''), null],
    ['int', 'value', 7, flat('7'), 7],
    ['int', 'value', 2n ** 60n, flat(2n ** 60n), 2n ** 60n],
    ['monetary', 'value', { value: 9.5, currency: 'EUR' }, flat(9.5, { currency: 'EUR' }), 9.5],
    ['monetary', 'currency', { value: 9.5, currency: 'EUR' }, flat(9.5, { currency: 'EUR' }), 'EUR'],
    ['monetary', 'currency', { value: 9.5, currency: null }, flat(9.5), null],
    ['date', 'value', '2026-02-28', flat('2026-02-28'), '2026-02-28'],
    ['date', 'value', '', flat('0000-00-00'), null],
    ['date', 'value', '2026-02-28T00:00:00Z', flat('2026-02-28 00:00:00'), '2026-02-28'],
    ['daterange', 'value', { value: '2026-01-01', until: '2026-02-01' }, flat('2026-01-01'), '2026-01-01'],
    [
      'daterange',
      'until',
      { value: '2026-01-01', until: '2026-02-01' },
      flat('2026-01-01', { until: '2026-02-01' }),
      '2026-02-01',
    ],
    ['time', 'value', { value: '09:30:00', ...zone }, flat('09:30:00', zone), '09:30:00'],
    ['time', 'value', { value: '09:30', ...zone }, flat('09:30'), '09:30:00'],
    ['time', 'timezone', { value: '09:30:00', ...zone }, flat('09:30:00', zone), 'Europe/Tallinn'],
    ['time', 'timezone', { value: '9', timezone_id: 402 }, flat('9', { timezone_id: 402 }), '402'],
    [
      'timerange',
      'until',
      { value: '09:00', until: '19:00:00' },
      flat('09:00', { until: '19:00' }),
      '19:00:00',
    ],
    ['enum', 'value', 1, flat('1'), 'Gold'],
    ['enum', 'value', 9, flat('9'), '9'],
    ['set', 'value', [1, 2], flat('1,2'), ['Gold', 'Silver']],
    ['set', 'value', [2, 9], flat('2, 9'), ['Silver', '9']],
    ['set', 'value', [], flat(''), []],
    ['user', 'value', 11, flat({ id: 11, name: 'A', value: 11 }), 11],
    ['org', 'value', 12, flat({ name: 'B', value: 12 }), 12],
    ['people', 'value', 13, flat('13'), 13],
    ['address', 'value', address, flat(address.value), 'Main St 1, Tallinn'],
    [
      'address',
      'details',
      address,
      flat(address.value, { route: 'Main St', country: 'Estonia', subpremise: '' }),
      address,
    ],
    ['a type that is added later', 'value', { a: [1] }, flat({ a: [1] }), '{"a":[1]}'],
  ])('%s, %s: %j', (type, part, v2, v1, expected) => {
    expect(columnValue(type, part, { [KEY]: v2 })).toEqual(expected)
    if (expected !== undefined)
      expect(columnValue(type, part, v1 as Record<string, unknown>)).toEqual(expected)
  })

  test('an option that comes with its label needs no definition', () => {
    expect(columnValue('enum', 'value', { [KEY]: { id: 1, label: 'Platinum' } })).toBe('Platinum')
    expect(
      columnValue('set', 'value', {
        [KEY]: [
          { id: 1, label: 'A' },
          { id: 2, label: 'B' },
        ],
      }),
    ).toEqual(['A', 'B'])
  })
})

test.each<[string, Part]>([
  ['varchar', 'value'],
  ['double', 'value'],
  ['monetary', 'currency'],
  ['timerange', 'timezone'],
  ['enum', 'value'],
  ['set', 'value'],
  ['address', 'details'],
])('an unset value of %s (%s) is null, whether its key is null or absent', (type, part) => {
  expect(columnValue(type, part, { [KEY]: null })).toBeNull()
  expect(columnValue(type, part, {})).toBeNull()
})

test.each<[string, Part, unknown]>([
  ['varchar', 'value', TOO_LARGE],
  ['varchar', 'value', { a: [-TOO_LARGE] }],
  ['address', 'details', { value: 'Main St 1', lat: TOO_LARGE }],
])('a number that cannot be kept does not fit into %s (%s)', (type, part, value) => {
  expect(columnValue(type, part, { [KEY]: value })).toBe(UNFIT)
})

test.each<[string, Part, unknown]>([
  ['double', 'value', 'many'],
  ['double', 'value', [1]],
  ['double', 'value', true],
  ['double', 'value', 'Infinity'],
  ['int', 'value', 1.5],
  ['int', 'value', '0x'],
  ['monetary', 'value', { value: 'much', currency: 'EUR' }],
  ['date', 'value', '2026-02-31'],
  ['date', 'value', 'tomorrow'],
  ['date', 'value', 20260101],
  ['time', 'value', { value: '25:00:00' }],
  ['time', 'value', 9],
  ['enum', 'value', { name: 'x' }],
  ['enum', 'value', true],
  ['set', 'value', [[1]]],
  ['user', 'value', 'x'],
])('%s (%s) %j does not fit its column', (type, part, value) => {
  expect(columnValue(type, part, { [KEY]: value })).toBe(UNFIT)
})
