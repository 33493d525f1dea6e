import { describe, expect, test } from '@jest/globals'
import type { Column } from '../../../../src/sync/records/custom-fields/columns.js'
import {
  columnHashes,
  labelHashes,
  newColumns,
  parseMapping,
  renamedIn,
} from '../../../../src/sync/records/custom-fields/mapping.js'

const column = (name: string, traits: Partial<Column> = {}): Column => ({
  ...{ name, key: `key of ${name}`, type: 'enum', part: 'value', kind: 'label' },
  ...traits,
})
const names = (columns: readonly Column[]) => columns.map(({ name }) => name)
const tier = column('tier')
const color = column('color', { type: 'set', kind: 'labels' })
const labelsBy =
  (labels: Record<string, Record<string, string>>) =>
  (key: string): ReadonlyMap<string, string> | undefined => {
    const own = labels[key]
    return own && new Map(Object.entries(own))
  }

describe('columns that records of earlier syncs do not have', () => {
  test.each<[what: string, before: Column[], now: Column[], added: string[]]>([
    ['none changed, in whatever order', [tier, color], [color, tier], []],
    ['one more', [tier], [tier, color], ['color']],
    ['one less', [tier, color], [tier], []],
    ['the name of a column', [tier], [column('level', { key: tier.key })], ['level']],
    ['the field of a column', [tier], [{ ...tier, key: 'another field' }], ['tier']],
    ['the type of a field', [tier], [{ ...tier, type: 'set', kind: 'labels' }], ['tier']],
    ['no columns before', [], [tier], ['tier']],
  ])('%s', (_, before, now, added) => {
    expect(names(newColumns(now, { columns: columnHashes(before) }))).toEqual(added)
  })
})

describe('columns that show another label than before', () => {
  const before = labelsBy({ [tier.key]: { 1: 'Gold', 2: 'Silver' }, [color.key]: { 1: 'Red' } })
  const saved = { columns: '', labels: labelHashes([tier, color], before) }
  test.each<[what: string, now: Record<string, Record<string, string>>, renamed: string[]]>([
    ['nothing changed', { [tier.key]: { 2: 'Silver', 1: 'Gold' }, [color.key]: { 1: 'Red' } }, []],
    [
      'an option renamed',
      { [tier.key]: { 1: 'Platinum', 2: 'Silver' }, [color.key]: { 1: 'Red' } },
      ['tier'],
    ],
    [
      'options swapped',
      { [tier.key]: { 1: 'Silver', 2: 'Gold' }, [color.key]: { 1: 'Blue' } },
      ['tier', 'color'],
    ],
    ['an option added', { [tier.key]: { 1: 'Gold', 2: 'Silver', 3: 'Bronze' } }, []],
    ['an option deleted', { [tier.key]: { 1: 'Gold' } }, []],
    ['a field that is no longer defined', {}, []],
  ])('%s', (_, now, renamed) => {
    expect(names(renamedIn([tier, color], labelsBy(now), saved))).toEqual(renamed)
  })

  test('none, where no labels were shown before', () => {
    expect(renamedIn([tier], before, { columns: '' })).toEqual([])
  })
})

test('labels of a field without room are not saved, and those of smaller fields are', () => {
  const many = Object.fromEntries(Array.from({ length: 999 }, (_, n) => [n, `Option ${n}`]))
  const labelsOf = labelsBy({ [tier.key]: many, [color.key]: { 1: 'Red', 2: 'Blue' } })
  const labels = labelHashes([tier, color], labelsOf)
  expect(labels.length).toBeLessThan(30)
  expect(labels).toBe(labelHashes([color], labelsOf))
})

test.each([[undefined], [1], [{}], [{ columns: 1 }]])('%j is not a saved mapping', (value) => {
  expect(parseMapping(value)).toBeUndefined()
})

test('a saved mapping keeps what is well formed of it', () => {
  expect(parseMapping({ columns: 'a', labels: 5, outdated: true, more: 1 })).toEqual({
    columns: 'a',
    outdated: true,
  })
})
