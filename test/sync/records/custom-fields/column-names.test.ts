import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  cleanName,
  columnNames,
  type NamedField,
} from '../../../../src/sync/records/custom-fields/column-names.js'
import { SQL_WORDS } from '../../../../src/sync/records/custom-fields/sql-words.js'
import { drawing } from '../../../support/random.js'
import { firstSeed } from '../../../support/seeds.js'

const keyOf = (seed: unknown) => createHash('sha1').update(String(seed)).digest('hex')
const field = (name: string, seed: unknown = name, suffixes = ['']): NamedField => ({
  key: keyOf(seed),
  name,
  suffixes,
})
const namesOf = (fields: readonly NamedField[], reserved: readonly string[] = []) => {
  const names = columnNames(fields, reserved)
  return fields.map(({ key }) => names.get(key) ?? '')
}

describe('a name is cleaned', () => {
  test.each([
    ['Deal source', 'deal_source'],
    ['  Budget (EUR) – net! ', 'budget_eur_net'],
    ["Customer's wish", 'customers_wish'],
    ['Größe', 'grosse'],
    ['Łódź', 'lodz'],
    ['Клиент', 'klient'],
    ['客户名称', 'kehumingcheng'],
    ['고객', 'gogaeg'],
    ['👍', 'thumbsup'],
    ['', 'field'],
    ['---', 'field'],
    ['\u0000\u202E', 'field'],
    ['2nd phone', 'field_2nd_phone'],
    ['Select', 'select_field'],
    ['order', 'order_field'],
    // Reserved in one warehouse each: Redshift, MySQL, BigQuery, DuckDB, SQL Server, Snowflake, PostgreSQL.
    ['Language', 'language_field'],
    ['Lead', 'lead_field'],
    ['Nulls', 'nulls_field'],
    ['Lambda', 'lambda_field'],
    ['Rule', 'rule_field'],
    ['Account', 'account_field'],
    ['Variadic', 'variadic_field'],
    ['_airbyte_raw_id', 'field_airbyte_raw_id'],
    ['_ab_cdc_deleted_at', 'field_ab_cdc_deleted_at'],
    ['__proto__', 'proto_field'],
  ])('%j becomes %s', (name, column) => {
    expect(cleanName(name)).toBe(column)
  })
})

describe('names that clash all carry the start of their key', () => {
  const suffixed = (name: string, seed: unknown) => `${name}_${keyOf(seed).slice(0, 6)}`

  test('two fields of one name, and names that are equal after cleaning', () => {
    expect(namesOf([field('Tier', 1), field('TIER!', 2), field('Size', 3)])).toEqual([
      suffixed('tier', 1),
      suffixed('tier', 2),
      'size',
    ])
  })

  test('a field that is named like a built-in one, whatever the case', () => {
    expect(namesOf([field('Title', 1), field('Owner ID', 2)], ['TITLE'])).toEqual([
      suffixed('title', 1),
      'owner_id',
    ])
  })

  test('a field that is named like the second column of another', () => {
    const fields = [field('Budget', 1, ['', '_currency']), field('Budget currency', 2)]
    expect(namesOf(fields)).toEqual([suffixed('budget', 1), suffixed('budget_currency', 2)])
  })

  test('a field whose second column is named like a built-in one', () => {
    expect(namesOf([field('Budget', 1, ['', '_currency'])], ['budget_currency'])).toEqual([
      suffixed('budget', 1),
    ])
  })

  test('a field that is named like another one with the start of its key carries its own as well', () => {
    const fields = [field('Tier', 1), field('Tier', 2), field(suffixed('tier', 1), 3)]
    const names = namesOf(fields)
    expect(new Set(names).size).toBe(3)
    expect(names[1]).toBe(suffixed('tier', 2))
  })

  test('keys that start alike lend more of themselves', () => {
    const [a, b] = [`${'a'.repeat(20)}${'0'.repeat(20)}`, `${'a'.repeat(20)}${'1'.repeat(20)}`]
    const fields = [a, b].map((key) => ({ key, name: 'Tier', suffixes: ['', '_currency'] }))
    expect(namesOf(fields)).toEqual([`field_${a}`, `field_${b}`])
  })
})

test('a name changes only when a namesake comes or goes', () => {
  const before = [field('Tier', 1), field('Size', 2)]
  expect(namesOf([...before, field('Colour', 3)]).slice(0, 2)).toEqual(namesOf(before))
  expect(namesOf([...before, field('Size', 4)])[0]).toEqual(namesOf(before)[0])
})

test('the order of the definitions does not matter', () => {
  const fields = ['Tier', 'tier', 'Size', '', ''].map((name, seed) => field(name, seed))
  expect(new Map(columnNames(fields.toReversed(), []))).toEqual(new Map(columnNames(fields, [])))
})

test('names are unique, safe and at most 59 bytes long with every suffix, however awkward the fields', () => {
  const long =
    'A very long beginning that hundreds of fields of this company share, as an import made them all'
  const suffixes = ['', '_until', '_timezone', '_currency']
  const fields = [
    ...Array.from({ length: 400 }, (_, seed) => field(`${long} ${seed}`, seed, suffixes)),
    ...Array.from({ length: 50 }, (_, seed) => field('', `empty ${seed}`, suffixes)),
    ...['x'.repeat(200), 'ß'.repeat(100), '長'.repeat(90), '١٢٣', 'ﷺ'].map((name) =>
      field(name, name, suffixes),
    ),
    ...['SELECT', 'select', 'From', '_AIRBYTE_id', 'title', 'Title currency'].map((name) =>
      field(name, `sql ${name}`, suffixes),
    ),
  ]
  const columns = namesOf(fields, ['title', 'title_currency']).flatMap((name) =>
    suffixes.map((suffix) => `${name}${suffix}`),
  )
  expect(new Set(columns).size).toBe(columns.length)
  expect(columns).not.toContain('title')
  expect(columns.filter((name) => name.length > 59)).toEqual([])
  expect(columns.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([])
})

describe('whatever the fields are called', () => {
  const PARTS = [
    ...['Budget', 'budget', 'Größe', '客户', ' currency', '_until', 'select', 'title'],
    ...['', '2', '👍', '!', 'x'.repeat(60)],
  ]
  const SUFFIXES = [[''], ['', '_currency'], ['', '_until', '_timezone'], ['', '_details']]
  const builtIn = ['title', 'TITLE_currency', 'budget_until']
  const seeds = Array.from({ length: 200 }, (_, at) => firstSeed() + at)

  /** Few different parts, and keys of which many start alike: most lists have clashes. */
  function randomFields(seed: number): NamedField[] {
    const { below, pick } = drawing(seed)
    return Array.from({ length: 1 + below(12) }, (_, index) => ({
      key: `${'ab'.repeat(pick([0, 0, 3, 4, 10]))}${keyOf(`${seed} ${index}`)}`.slice(0, 40),
      name: Array.from({ length: below(4) }, () => pick(PARTS)).join(''),
      suffixes: pick(SUFFIXES),
    }))
  }

  test.each(seeds)('all columns have safe names of their own (seed %i)', (seed) => {
    const fields = randomFields(seed)
    const names = columnNames(fields, builtIn)
    const columns = fields.flatMap(({ key, suffixes }) =>
      suffixes.map((suffix) => `${names.get(key) ?? ''}${suffix}`),
    )
    const all = [...columns, ...builtIn.map((name) => name.toLowerCase())]
    expect(new Set(all).size).toBe(all.length)
    expect(columns.filter((name) => name.length > 59 || !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([])
    expect(columns.filter((name) => SQL_WORDS.has(name))).toEqual([])
    expect(new Map(columnNames(fields.toReversed(), builtIn))).toEqual(new Map(names))
  })

  test.each(seeds)('a further field leaves those alone that have other names (seed %i)', (seed) => {
    const fields = randomFields(seed)
    const further = { key: 'f'.repeat(40), name: `Something else ${seed}`, suffixes: ['', '_currency'] }
    const before = columnNames(fields, builtIn)
    const after = columnNames([...fields, further], builtIn)
    expect(fields.map(({ key }) => after.get(key))).toEqual(fields.map(({ key }) => before.get(key)))
  })
})
