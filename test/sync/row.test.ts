import { describe, expect, test } from '@jest/globals'
import { defineStream } from '../../src/manifest/stream.js'
import { rowsOf, traitsOf } from '../../src/sync/row.js'

const base = { name: 'things', api: 'v1', path: '/things', cost: 1, scopes: [] } as const
const dated = defineStream({
  ...base,
  strategy: { kind: 'full-scan', time: ['update_time', 'archive_time'] },
})
const timeless = defineStream({ ...base, strategy: { kind: 'full-scan' } })
const paired = defineStream({ ...base, primaryKey: ['deal_id', 'id'], strategy: { kind: 'full-scan' } })
const toRow = rowsOf(dated)

describe('the key of a row', () => {
  test.each([
    { name: 'is its number', stream: dated, data: { id: 17 }, key: '17' },
    { name: 'is nought where that is its number', stream: dated, data: { id: 0 }, key: '0' },
    {
      name: 'is its text as long as that is short',
      stream: dated,
      data: { id: 'abcdefghijk' },
      key: 'abcdefghijk',
    },
    { name: 'is made of all its parts', stream: paired, data: { id: 2, deal_id: 1 }, key: '1/2' },
  ])('$name', ({ stream, data, key }) => {
    expect(rowsOf(stream)(data).key).toBe(key)
  })

  test('is a short hash where it is long, the same for the same key only', () => {
    const uuid = '0f1e2d3c-0000-4000-8000-123456789abc'
    const key = toRow({ id: uuid, title: 'a' }).key
    expect(key).toMatch(/^[\w-]{11}$/)
    expect(toRow({ id: uuid, title: 'b' }).key).toBe(key)
    expect(toRow({ id: uuid.replace('0f', '1f') }).key).not.toBe(key)
  })

  test.each([
    { name: 'missing', data: {} },
    { name: 'null', data: { id: null } },
    { name: 'an object', data: { id: { value: 1 } } },
    { name: 'a boolean', data: { id: true } },
  ])('cannot be $name', ({ data }) => {
    expect(() => toRow(data)).toThrow('A row of things has no id.')
  })
})

describe('the time of a row', () => {
  const [early, late] = ['2026-05-01 00:00:00', '2026-05-02T00:00:00Z']

  test.each([
    { name: 'is that of its field', data: { update_time: early }, time: Date.UTC(2026, 4, 1) },
    {
      name: 'is the latest of several',
      data: { update_time: late, archive_time: early },
      time: Date.UTC(2026, 4, 2),
    },
    {
      name: 'is the latest, whichever field that is',
      data: { update_time: early, archive_time: late },
      time: Date.UTC(2026, 4, 2),
    },
    { name: 'is null where all are', data: { update_time: null, archive_time: '' }, time: null },
    { name: 'is null where it was never set', data: { update_time: '0000-00-00 00:00:00' }, time: null },
    { name: 'is of no other field', data: { add_time: late }, time: null },
  ])('$name', ({ data, time }) => {
    expect(toRow({ id: 1, ...data }).time).toBe(time)
  })

  test('is null in lists that have none', () => {
    expect(rowsOf(timeless)({ id: 1, update_time: late }).time).toBeNull()
  })
})

describe('the version of a row', () => {
  const version = (data: object) => toRow({ id: 1, ...data }).version

  test('is short', () => {
    expect(version({ a: 1 })).toMatch(/^[\w-]{8}$/)
  })

  test('is the same whatever the order of its fields, at any depth', () => {
    expect(version({ a: 1, b: { c: [{ d: 1, e: 2 }], f: 3 } })).toBe(
      version({ b: { f: 3, c: [{ e: 2, d: 1 }] }, a: 1 }),
    )
  })

  test.each([
    { name: 'a value changes', from: { a: 1 }, to: { a: 2 } },
    { name: 'a number becomes a text', from: { a: 1 }, to: { a: '1' } },
    { name: 'a value goes', from: { a: 1 }, to: { a: null } },
    { name: 'a field comes', from: { a: 1 }, to: { a: 1, b: null } },
    { name: 'something deep changes', from: { a: { b: [1] } }, to: { a: { b: [2] } } },
    { name: 'a list is in another order', from: { a: [1, 2] }, to: { a: [2, 1] } },
  ])('is another when $name', ({ from, to }) => {
    expect(version(to)).not.toBe(version(from))
  })

  test('is not worked out before it is asked for', () => {
    let looks = 0
    const data = {
      id: 1,
      get notes() {
        looks += 1
        return 'long'
      },
    }
    const row = toRow(data)
    expect([row.key, row.time, looks]).toEqual(['1', null, 0])
    expect(row.version).toBe(toRow({ id: 1, notes: 'long' }).version)
    expect(looks).toBe(1)
  })
})

describe('pages are put together', () => {
  const traits = traitsOf(dated)

  test('by the version of a row, not by its key alone', () => {
    expect(traits.identity({ id: 1, a: 1 })).toBe(traits.identity({ a: 1, id: 1 }))
    expect(traits.identity({ id: 1, a: 1 })).not.toBe(traits.identity({ id: 1, a: 2 }))
    expect(traits.identity({ id: 1, a: 1 })).not.toBe(traits.identity({ id: 2, a: 1 }))
  })

  test('by the row’s time', () => {
    expect(traits.time({ id: 1, update_time: '2026-05-01 00:00:00' })).toBe(Date.UTC(2026, 4, 1))
    expect(traits.time({ id: 1 })).toBeNull()
  })
})
