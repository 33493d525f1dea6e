import { describe, expect, test } from '@jest/globals'
import { TOO_LARGE } from '../../../src/common/exact-json.js'
import { UnreadableTime } from '../../../src/common/time.js'
import { InvalidRow, rowBuilder } from '../../../src/pipedrive/lists/row.js'

const traits = { name: 'deals', primaryKey: ['id'], timeFields: ['update_time', 'archive_time'] }
const toRow = rowBuilder(traits)

describe('a row', () => {
  test.each([
    { primaryKey: ['id'], data: { id: 12 }, key: '12' },
    {
      primaryKey: ['id'],
      data: { id: 'b5d3a1f0-0000-4000-8000-000000000001' },
      key: 'b5d3a1f0-0000-4000-8000-000000000001',
    },
    { primaryKey: ['a', 'b'], data: { a: 1, b: 'x' }, key: '1/x' },
    { primaryKey: ['id'], data: { id: 9007199254740993n }, key: '9007199254740993' },
  ])('has the key $key', ({ primaryKey, data, key }) => {
    expect(rowBuilder({ ...traits, primaryKey })(data).key).toBe(key)
  })

  test.each([{}, { id: null }, { id: true }, { id: [1] }, { id: TOO_LARGE }])(
    'without a key is an error: %p',
    (data) => {
      expect(() => toRow(data)).toThrow(new InvalidRow('A row of deals has no id.'))
    },
  )

  test.each([
    { update: '2026-05-15 10:00:00', archive: null, time: Date.UTC(2026, 4, 15, 10) },
    { update: '2026-05-15 10:00:00', archive: '2026-05-16T10:00:00Z', time: Date.UTC(2026, 4, 16, 10) },
    { update: '2026-05-15', archive: undefined, time: Date.UTC(2026, 4, 15) },
    { update: '', archive: '0000-00-00 00:00:00', time: null },
  ])('has the latest of its times: $update, $archive', ({ update, archive, time }) => {
    expect(toRow({ id: 1, update_time: update, archive_time: archive }).time).toBe(time)
  })

  test('has neither in its data nor in its fingerprint a field that is omitted', () => {
    const omitting = rowBuilder({ ...traits, omit: ['password'] })
    const row = omitting({ id: 1, name: 'Hook', password: 'secret' })
    expect(row.data).toEqual({ id: 1, name: 'Hook' })
    expect(row.fingerprint).toBe(omitting({ id: 1, name: 'Hook', password: 'other' }).fingerprint)
  })

  test('whose time is not understood is an error that names the stream and the field', () => {
    const read = () => toRow({ id: 1, update_time: 'yesterday' })
    expect(read).toThrow(UnreadableTime)
    expect(read).toThrow('deals.update_time is not a time: "yesterday"')
  })

  test('has a fingerprint of its content, whatever the order of its fields', () => {
    const [one, other, changed] = [
      { id: 1, a: 2 },
      { a: 2, id: 1 },
      { id: 1, a: 3 },
    ].map((data) => toRow(data).fingerprint)
    expect(one).toBe(other)
    expect(one).not.toBe(changed)
    // printf '{"a":2,"id":1}' | sha1sum
    expect(one).toBe(0x52f09028)
  })

  test('has another fingerprint when the last digit of a large integer changes', () => {
    const [one, other] = [9007199254740992n, 9007199254740993n].map((a) => toRow({ id: 1, a }).fingerprint)
    expect(one).not.toBe(other)
  })

  test('that is nested too deeply for a fingerprint is an error that names the list', () => {
    let deep: unknown = []
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    const row = toRow({ id: 1, deep })
    expect(() => row.fingerprint).toThrow(InvalidRow)
    expect(() => row.fingerprint).toThrow('A row of deals is nested too deeply.')
  })

  test('works out its fingerprint once, and only when it is needed', () => {
    let reads = 0
    const row = toRow({
      id: 1,
      get a() {
        reads += 1
        return 2
      },
    })
    expect(reads).toBe(0)
    expect([row.fingerprint, row.fingerprint]).toEqual([0x52f09028, 0x52f09028])
    expect(reads).toBe(1)
  })
})
