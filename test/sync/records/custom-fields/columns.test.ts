import { describe, expect, test } from '@jest/globals'
import {
  columnsIn,
  declareColumns,
  withoutColumns,
} from '../../../../src/sync/records/custom-fields/columns.js'
import type { FieldDefinition } from '../../../../src/sync/records/custom-fields/definitions.js'

const keyOf = (n: number) => n.toString(16).padStart(40, '0')
const define = (name: string, type: string, n = 1): FieldDefinition => ({
  key: keyOf(n),
  name,
  type,
  options: new Map(),
})

const text = ['string', 'null']

describe('the columns of a field follow from its type', () => {
  test.each([
    ['varchar', { x: { type: text } }],
    ['varchar_auto', { x: { type: text } }],
    ['text', { x: { type: text } }],
    ['phone', { x: { type: text } }],
    ['double', { x: { type: ['number', 'null'] } }],
    ['int', { x: { type: ['integer', 'null'] } }],
    ['monetary', { x: { type: ['number', 'null'] }, x_currency: { type: text } }],
    ['date', { x: { type: text, format: 'date' } }],
    ['daterange', { x: { type: text, format: 'date' }, x_until: { type: text, format: 'date' } }],
    ['time', { x: { airbyte_type: 'time_without_timezone' }, x_timezone: { type: text } }],
    ['timerange', { x: { format: 'time' }, x_until: { format: 'time' }, x_timezone: { type: text } }],
    ['enum', { x: { type: text } }],
    ['set', { x: { type: ['array', 'null'], items: { type: text } } }],
    ['user', { x: { type: ['integer', 'null'] } }],
    ['org', { x: { type: ['integer', 'null'] } }],
    ['people', { x: { type: ['integer', 'null'] } }],
    ['address', { x: { type: text }, x_details: { type: ['object', 'null'] } }],
    ['a type that Pipedrive adds later', { x: { type: text } }],
    ['constructor', { x: { type: text } }],
  ])('%s', (type, expected) => {
    const columns = declareColumns([define('X', type)], [])
    expect(Object.keys(columns).sort()).toEqual(Object.keys(expected).sort())
    expect(columns).toMatchObject(expected)
  })
})

test('a column is read back from its schema with the key, the type and the part of its field', () => {
  const columns = columnsIn(declareColumns([define('Budget', 'monetary')], []))
  expect(columns).toEqual([
    { name: 'budget', key: keyOf(1), type: 'monetary', part: 'value', kind: 'number' },
    { name: 'budget_currency', key: keyOf(1), type: 'monetary', part: 'currency', kind: 'text' },
  ])
})

test('the text of the columns is the same whatever the order of the definitions, with a field named twice', () => {
  const fields = [define('b', 'set', 1), define('A', 'address', 2), define('a', 'int', 3)]
  const texts = [fields, fields.toReversed(), [...fields, define('b', 'set', 1)]].map((definitions) =>
    JSON.stringify(declareColumns(definitions, ['id'])),
  )
  expect(new Set(texts).size).toBe(1)
})

test('built-in fields have no columns', () => {
  expect(declareColumns([{ ...define('Title', 'varchar'), key: 'title' }], [])).toEqual({})
})

test.each([
  ['without a mark', { type: 'string' }],
  ['with a mark that is no object', { 'x-pipedrive': 'x' }],
  ['with a mark without a key', { 'x-pipedrive': { type: 'int', part: 'value' } }],
  ['with a part that the type does not have', { 'x-pipedrive': { key: 'k', type: 'int', part: 'currency' } }],
  ['with a part of every object', { 'x-pipedrive': { key: 'k', type: 'int', part: 'constructor' } }],
  ['that is null', null],
])('a property %s is no column', (_, schema) => {
  expect(columnsIn({ x: schema })).toEqual([])
})

test('a schema without its columns keeps all other properties', () => {
  const own = { id: { type: 'integer' } }
  expect(withoutColumns({ ...own, ...declareColumns([define('X', 'int')], []) })).toEqual(own)
})
