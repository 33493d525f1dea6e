import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../src/airbyte/messages.js'
import { manifest } from '../../src/manifest/manifest.js'
import { loadSchema, toRecord } from '../../src/sync/record-schema.js'

const time: JsonObject = { type: ['string', 'null'], format: 'date-time' }
const object = (properties: JsonObject): JsonObject => ({ type: ['object', 'null'], properties })
const list = (items: JsonObject): JsonObject => ({ type: ['array', 'null'], items })

describe('a row becomes a record', () => {
  const [v1, rfc] = ['2026-05-15 10:11:59', '2026-05-15T10:11:59Z']

  test.each<{ name: string; schema: JsonObject; row: JsonObject; record: JsonObject }>([
    { name: 'with v1’s times in RFC 3339', schema: { at: time }, row: { at: v1 }, record: { at: rfc } },
    {
      name: 'with times inside objects',
      schema: { a: object({ at: time }) },
      row: { a: { at: v1 } },
      record: { a: { at: rfc } },
    },
    {
      name: 'with times inside lists',
      schema: { a: list(time) },
      row: { a: [v1, null] },
      record: { a: [rfc, null] },
    },
    {
      name: 'with times inside lists of objects, however deep',
      schema: { a: list(object({ b: object({ at: time }) })) },
      row: { a: [{ b: { at: v1 } }, { b: null }, null] },
      record: { a: [{ b: { at: rfc } }, { b: null }, null] },
    },
    {
      name: 'with null for times that were never set',
      schema: { a: time, b: time, c: time },
      row: { a: '0000-00-00 00:00:00', b: '', c: null },
      record: { a: null, b: null, c: null },
    },
    {
      name: 'with dates and clock times as they are',
      schema: { a: { type: 'string', format: 'date' }, b: { type: 'string' } },
      row: { a: '0000-00-00', b: v1 },
      record: { a: '0000-00-00', b: v1 },
    },
    {
      name: 'with fields that the schema does not know',
      schema: { at: time },
      row: { at: rfc, '9dc80c50d78a15643bfc4ca79d76156a73a1ca0e': v1, nested: { at: v1 }, constructor: v1 },
      record: {
        at: rfc,
        '9dc80c50d78a15643bfc4ca79d76156a73a1ca0e': v1,
        nested: { at: v1 },
        constructor: v1,
      },
    },
    {
      name: 'with values that are not of the type the schema names',
      schema: { at: time, a: object({ at: time }), b: list(time) },
      row: { at: 1_778_838_719, a: v1, b: { at: v1 } },
      record: { at: 1_778_838_719, a: v1, b: { at: v1 } },
    },
    {
      name: 'with objects and lists of which the schema says no more',
      schema: { a: { type: 'object' }, b: { type: 'array' } },
      row: { a: { at: v1 }, b: [v1] },
      record: { a: { at: v1 }, b: [v1] },
    },
    {
      name: 'with values other than text untouched',
      schema: { a: { type: 'number' }, b: { type: 'boolean' } },
      row: { a: 0, b: false, c: null, d: '' },
      record: { a: 0, b: false, c: null, d: '' },
    },
  ])('$name', ({ schema, row, record }) => {
    const before = structuredClone(row)
    expect(toRecord(row, { properties: schema })).toStrictEqual(record)
    expect(row).toEqual(before)
  })

  test('with its fields in their order', () => {
    expect(Object.keys(toRecord({ z: 1, a: v1, m: 2 }, { properties: { a: time } }))).toEqual(['z', 'a', 'm'])
  })
})

test.each(manifest.map(({ schema }) => schema))('the schema %s has columns', (schema) => {
  expect(Object.keys(loadSchema(schema).properties).length).toBeGreaterThan(0)
})
