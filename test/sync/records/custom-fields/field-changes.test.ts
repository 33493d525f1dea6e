import { describe, expect, test } from '@jest/globals'
import {
  changesBetween,
  fieldsIn,
  packFields,
  unpackFields,
  type FieldVersion,
} from '../../../../src/sync/records/custom-fields/field-changes.js'

const tier: FieldVersion = {
  name: 'Tier',
  type: 'enum',
  options: [
    ['1', 'Gold'],
    ['2', 'Silver'],
  ],
}
const fields = (versions: Record<string, FieldVersion>) => new Map(Object.entries(versions))

describe('the differences between two readings', () => {
  test.each<
    [
      what: string,
      before: Record<string, FieldVersion> | undefined,
      now: Record<string, FieldVersion>,
      kinds: string[],
    ]
  >([
    ['no reading before', undefined, { a: tier }, ['a first_seen']],
    [
      'nothing',
      { a: tier },
      {
        a: {
          ...tier,
          options: [
            ['2', 'Silver'],
            ['1', 'Gold'],
          ],
        },
      },
      [],
    ],
    ['a new field', { a: tier }, { a: tier, b: tier }, ['b created']],
    ['a field that is gone', { a: tier, b: tier }, { b: tier }, ['a deleted']],
    ['another name', { a: tier }, { a: { ...tier, name: 'Level' } }, ['a renamed']],
    ['another type', { a: tier }, { a: { ...tier, type: 'set' } }, ['a retyped']],
    [
      'an option renamed',
      { a: tier },
      {
        a: {
          ...tier,
          options: [
            ['1', 'Gold'],
            ['2', 'Tin'],
          ],
        },
      },
      ['a options_changed'],
    ],
    ['an option deleted', { a: tier }, { a: { ...tier, options: [['1', 'Gold']] } }, ['a options_changed']],
    ['options that had no room', { a: { name: 'Tier', type: 'enum' } }, { a: tier }, []],
    [
      'several at once',
      { a: tier },
      { a: { name: 'X', type: 'set', options: [] } },
      ['a renamed', 'a retyped', 'a options_changed'],
    ],
  ])('%s', (_, before, now, kinds) => {
    const changes = changesBetween(before && fields(before), fields(now))
    expect(changes.map(({ key, change }) => `${key} ${change}`)).toEqual(kinds)
    for (const { key, before: old, after } of changes) {
      expect([old, after]).toEqual([before?.[key], now[key]])
    }
  })
})

test('fields are read alike from v1 and v2, without deleted ones and parts of others', () => {
  const options = [
    { id: 1, label: 'Gold' },
    { id: 'x', label: 'Y' },
  ]
  const v1 = fieldsIn([
    { key: 'a', name: 'Tier', field_type: 'enum', options, active_flag: true },
    { key: 'gone', name: 'Gone', field_type: 'enum', active_flag: false },
    { key: 'a_part', name: 'Part', field_type: 'varchar', is_subfield: true },
    { name: 'without a key' },
  ])
  const v2 = fieldsIn([{ field_code: 'a', field_name: 'Tier', field_type: 'enum', options }])
  const expected = fields({
    a: {
      name: 'Tier',
      type: 'enum',
      options: [
        ['1', 'Gold'],
        ['x', 'Y'],
      ],
    },
  })
  expect(v1).toEqual(expected)
  expect(v2).toEqual(expected)
})

describe('fields in a state', () => {
  test('come back as they were', () => {
    const all = fields({ a: tier, b: { name: 'Größe', type: 'double', options: [] } })
    expect(unpackFields(packFields(all))).toEqual(all)
  })

  test('leave out their options where these have no room', () => {
    const options = Array.from({ length: 5000 }, (_, n) => [`${n}`, `Option ${Math.sin(n)}`] as const)
    const packed = packFields(fields({ a: { ...tier, options } }))
    expect(packed.length).toBeLessThan(30_000)
    expect(unpackFields(packed)).toEqual(fields({ a: { name: 'Tier', type: 'enum' } }))
  })

  test('are unknown where the state is damaged', () => {
    expect(unpackFields('not packed')).toBeUndefined()
  })
})
