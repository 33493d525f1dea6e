import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/airbyte/messages.js'
import { compileRecord } from '../../../src/sync/records/conversion.js'

const time = { type: ['string', 'null'], format: 'date-time' }
const date = { type: ['string', 'null'], format: 'date' }
const schema: JsonObject = {
  properties: {
    at: time,
    on: date,
    text: { type: ['string', 'null'] },
    part: { properties: { at: time, on: date } },
    parts: { items: { properties: { on: date } } },
  },
}

const toRecord = compileRecord(schema)

describe('a value of a row', () => {
  test.each([
    {
      name: 'a time gets its zone',
      row: { at: '2026-05-15 10:11:59' },
      record: { at: '2026-05-15T10:11:59Z' },
    },
    {
      name: 'a time before 1970 too',
      row: { at: '1969-07-20 20:17:40' },
      record: { at: '1969-07-20T20:17:40Z' },
    },
    {
      name: 'a malformed time keeps its text',
      row: { at: '2026-13-45 10:11' },
      record: { at: '2026-13-45 10:11' },
    },
    { name: 'a time that was never set is null', row: { at: '0000-00-00 00:00:00' }, record: { at: null } },
    { name: 'a plain date stays as it is', row: { on: '2026-05-15' }, record: { on: '2026-05-15' } },
    { name: 'an empty date is null', row: { on: '' }, record: { on: null } },
    { name: 'a date of zeros is null', row: { on: '0000-00-00' }, record: { on: null } },
    { name: 'a malformed date keeps its text', row: { on: '15.5.2026' }, record: { on: '15.5.2026' } },
    { name: 'an empty text stays empty', row: { text: '', other: '' }, record: { text: '', other: '' } },
    {
      name: 'values of objects and lists are treated alike',
      row: {
        part: { at: '2026-05-15 10:11:59', on: '' },
        parts: [{ on: '0000-00-00' }, { on: '2026-05-15' }, null],
      },
      record: {
        part: { at: '2026-05-15T10:11:59Z', on: null },
        parts: [{ on: null }, { on: '2026-05-15' }, null],
      },
    },
    { name: 'a number where a time belongs stays', row: { at: 5, on: 6n }, record: { at: 5, on: 6n } },
  ])('$name', ({ row, record }) => {
    expect(toRecord(row)).toEqual(record)
  })

  test.each(['__proto__', 'constructor', 'toString'])('a field with the name %s is kept', (name) => {
    const row = JSON.parse(`{"id":1,"${name}":{"a":1},"part":{"${name}":2}}`) as JsonObject
    expect(JSON.stringify(toRecord(row))).toBe(JSON.stringify(row))
    expect(Object.getPrototypeOf(toRecord(row))).toBe(Object.prototype)
  })
})

test.each<{ name: string; row: JsonObject }>([
  { name: 'times in RFC 3339', row: { at: '2026-05-15T10:11:59Z', on: '2026-05-15', part: { on: null } } },
  { name: 'times in lists', row: { parts: [{ on: '2026-05-15' }, null], text: '' } },
  { name: 'no times', row: { id: 1 } },
])('a row with $name is its own record: nothing is copied', ({ row }) => {
  expect(toRecord(row)).toBe(row)
})

test('a row whose times change is not changed itself', () => {
  const row = { at: '2026-05-15 10:11:59', parts: [{ on: '' }] }
  expect(toRecord(row)).toEqual({ at: '2026-05-15T10:11:59Z', parts: [{ on: null }] })
  expect(row).toEqual({ at: '2026-05-15 10:11:59', parts: [{ on: '' }] })
})
