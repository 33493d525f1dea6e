import { describe, expect, test } from '@jest/globals'
import type { RecordPath } from '../../../src/common/record-path.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import { DATA, rowsAt } from '../../../src/pipedrive/lists/rows-at.js'

const GOALS: RecordPath = { kind: 'member', name: 'goals' }
const FLOW: RecordPath = { kind: 'envelopes', member: 'data' }
const FILTER: RecordPath = { kind: 'object' }
const SUMMARY: RecordPath = { kind: 'keyed', members: ['values', 'weighted'], key: 'currency', rest: 'total' }

describe('the rows of a response', () => {
  test.each<{ name: string; path: RecordPath; data: unknown; rows: object[] }>([
    { name: 'are its data', path: DATA, data: [{ id: 1 }, { id: 2 }], rows: [{ id: 1 }, { id: 2 }] },
    { name: 'are a member of its data', path: GOALS, data: { goals: [{ id: 'a' }] }, rows: [{ id: 'a' }] },
    { name: 'are none if the member is null', path: GOALS, data: { goals: null }, rows: [] },
    {
      name: 'are taken out of their envelopes',
      path: FLOW,
      data: [{ object: 'dealChange', data: { id: 7 } }],
      rows: [{ id: 7 }],
    },
    { name: 'are one row', path: FILTER, data: { id: 3, conditions: {} }, rows: [{ id: 3, conditions: {} }] },
    {
      name: 'are one per key, and one for the rest',
      path: SUMMARY,
      data: {
        values: { EUR: { value: 10 }, USD: { value: 30 } },
        weighted: { EUR: { value: 5 } },
        total_count: 5,
      },
      rows: [
        { currency: 'EUR', values: { value: 10 }, weighted: { value: 5 } },
        { currency: 'USD', values: { value: 30 }, weighted: null },
        { currency: 'total', total_count: 5 },
      ],
    },
    {
      name: 'are the rest alone if there are no keys',
      path: SUMMARY,
      data: { values: [], weighted: {}, total_count: 0 },
      rows: [{ currency: 'total', total_count: 0 }],
    },
  ])('$name', ({ path, data, rows }) => {
    expect(rowsAt(data, path)).toStrictEqual(rows)
  })

  test.each([DATA, GOALS, FLOW, FILTER, SUMMARY])(
    'are none if the data is null, at the path $kind',
    (path) => {
      expect(rowsAt(null, path)).toEqual([])
    },
  )

  test.each<{ path: RecordPath; data: unknown }>([
    { path: DATA, data: { id: 1 } },
    { path: DATA, data: [1] },
    { path: GOALS, data: [{ id: 1 }] },
    { path: GOALS, data: { goals: {} } },
    { path: FLOW, data: [{ object: 'dealChange' }] },
    { path: FILTER, data: [{ id: 1 }] },
    { path: SUMMARY, data: { values: 'none', weighted: {} } },
  ])('are not found where the path $path.kind leads elsewhere: $data', ({ path, data }) => {
    expect(() => rowsAt(data, path)).toThrow(PagingError)
  })
})
