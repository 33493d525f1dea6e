import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RowVersions } from '../../../src/pipedrive/lists/row-versions.js'

const versionsOf = (...rows: { key: string; time: number | null }[]) => {
  const versions = new RowVersions()
  for (const row of rows) versions.add(row)
  return versions
}

test.each([
  { name: 'the same row at the same time', row: { key: '7', time: 500 }, known: true },
  { name: 'the row at another time', row: { key: '7', time: 400 }, known: false },
  { name: 'the row at a later time', row: { key: '7', time: 9_000 }, known: false },
  { name: 'a row without a time', row: { key: 'a/b', time: null }, known: true },
  { name: 'that row with a time', row: { key: 'a/b', time: 500 }, known: false },
  { name: 'another row', row: { key: '8', time: 500 }, known: false },
  { name: 'a key that only looks like a number', row: { key: '07', time: 500 }, known: false },
  {
    name: 'a key with more digits than a small integer',
    row: { key: '12345678901', time: 450 },
    known: true,
  },
])('knows $name: $known', ({ row, known }) => {
  const versions = versionsOf(
    { key: '7', time: 500 },
    { key: 'a/b', time: null },
    { key: '12345678901', time: 450 },
    { key: '1', time: 100 },
  )
  expect(versions.has(row)).toBe(known)
})

test('knows each of several versions of a row, and counts each version', () => {
  const versions = versionsOf({ key: '7', time: 500 }, { key: '7', time: 900 }, { key: '7', time: null })
  const known = [500, 900, null, 700].map((time) => versions.has({ key: '7', time }))
  expect(known).toEqual([true, true, true, false])
  expect(versions.size).toBe(3)
})

test('knows what a plain set knows, in whatever order rows come', () => {
  const time = fc.option(fc.integer({ min: 0, max: 6 }))
  const row = fc.record({ key: fc.constantFrom('1', '2', '3', 'a', '01'), time })
  const sorted = (rows: readonly { key: string; time: number | null }[]) =>
    [...rows].sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
  fc.assert(
    fc.property(fc.array(row), fc.array(row), fc.boolean(), (added, asked, inOrder) => {
      const rows = inOrder ? sorted(added.filter(({ time }) => time !== null)) : added
      const versions = versionsOf(...rows)
      const plain = new Set(rows.map(({ key, time }) => `${key}@${time}`))
      const known = asked.map((one) => versions.has(one))
      expect(known).toEqual(asked.map(({ key, time }) => plain.has(`${key}@${time}`)))
    }),
  )
})
