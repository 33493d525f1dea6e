import { expect, test } from '@jest/globals'
import {
  definitionsOfV1,
  definitionsOfV2,
  isCustomFieldKey,
  isCustomProperty,
} from '../../../../src/sync/records/custom-fields/definitions.js'

const KEY = 'ab'.repeat(20)
const options = [
  { id: 1, label: 'Gold' },
  { id: 2, label: 'Silver' },
]

test('definitions of v1 and of v2 that say the same thing are parsed to the same', () => {
  const v1 = { id: 7, key: KEY, name: 'Tier', field_type: 'enum', options, active_flag: true }
  const v2 = { field_code: KEY, field_name: 'Tier', field_type: 'enum', options, is_custom_field: true }
  const [definition] = definitionsOfV1([v1])
  expect(definition).toEqual({
    key: KEY,
    name: 'Tier',
    type: 'enum',
    options: new Map([
      ['1', 'Gold'],
      ['2', 'Silver'],
    ]),
  })
  expect(definitionsOfV2([v2])).toEqual([definition])
})

test('a deleted option keeps its label, unless its id is used again', () => {
  const deleted = [
    { id: 2, label: 'Old silver' },
    { id: 3, label: 'Bronze' },
  ]
  const [definition] = definitionsOfV1([
    { key: KEY, name: 'Tier', field_type: 'enum', options, options_deleted: deleted },
  ])
  expect([...(definition?.options ?? [])].sort()).toEqual([
    ['1', 'Gold'],
    ['2', 'Silver'],
    ['3', 'Bronze'],
  ])
})

test.each([
  ['no key', { name: 'x', field_type: 'int' }],
  ['an empty key', { key: '', name: 'x' }],
  ['a deleted field', { key: KEY, name: 'x', active_flag: false }],
])('a row with %s is left out', (_, row) => {
  expect(definitionsOfV1([row])).toEqual([])
})

test.each([
  ['null', null],
  ['an object', { id: 1 }],
  ['entries that are no options', [null, 'x', { id: {}, label: 'x' }, { id: 1 }]],
])('options that are %s do no harm', (_, malformed) => {
  const [definition] = definitionsOfV1([{ key: KEY, name: null, field_type: 3, options: malformed }])
  expect(definition).toEqual({ key: KEY, name: '', type: '', options: new Map() })
})

test('only a whole hash is the key of a custom field; a property of v1 may have a suffix', () => {
  expect([KEY, `${KEY}_currency`, 'title', KEY.toUpperCase()].map(isCustomFieldKey)).toEqual([
    true,
    false,
    false,
    false,
  ])
  expect([KEY, `${KEY}_currency`, `${KEY}x`, 'title', 'z'.repeat(40)].map(isCustomProperty)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
