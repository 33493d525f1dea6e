import { describe, expect, test } from '@jest/globals'
import { toParams, type ListQuery, type PageOptions } from '../../../src/pipedrive/lists/list-query.js'
import type { Position } from '../../../src/pipedrive/lists/position.js'

const v2 = { api: 'v2', paging: 'cursor', params: {} } as const
const v1 = { api: 'v1', paging: 'offset', params: {} } as const
const noon = Date.UTC(2026, 5, 1, 12)

describe('the parameters of a request', () => {
  test.each<{
    name: string
    list?: Parameters<typeof toParams>[0]
    query?: Omit<ListQuery, 'mayBeEmpty'>
    position?: Position
    options?: Partial<PageOptions>
    params: Record<string, string>
  }>([
    { name: 'are none for a list that takes none', params: {} },
    { name: 'contain the limit', options: { limit: 500 }, params: { limit: '500' } },
    {
      name: 'contain no limit where there are no pages',
      list: { ...v1, paging: 'none' },
      options: { limit: 5 },
      params: {},
    },
    {
      name: 'contain those of the list and of the query, which has precedence',
      list: { ...v2, params: { status: 'open', a: 'list' } },
      query: { params: { deal_ids: '1,2', a: 'query' } },
      params: { status: 'open', a: 'query', deal_ids: '1,2' },
    },
    {
      name: 'contain the fields to include',
      options: { include: ['a', 'b'] },
      params: { include_fields: 'a,b' },
    },
    {
      name: 'ask from one second earlier',
      query: { since: noon, until: noon + 60_000 },
      params: { updated_since: '2026-06-01T11:59:59Z', updated_until: '2026-06-01T12:01:00Z' },
    },
    {
      name: 'round to whole seconds, outwards',
      query: { since: noon + 999, until: noon + 1 },
      params: { updated_since: '2026-06-01T11:59:59Z', updated_until: '2026-06-01T12:00:01Z' },
    },
    {
      name: 'have no filter at the beginning of time',
      query: { since: 0 },
      params: {},
    },
    {
      name: 'take the time from a position that seeks',
      list: v1,
      query: { since: noon },
      position: { kind: 'seek', since: noon + 5_000, start: 3, anchor: { key: '1' } },
      params: { updated_since: '2026-06-01T12:00:04Z', start: '3' },
    },
    {
      name: 'take the time from a position with a cursor',
      query: { since: noon, until: noon + 60_000 },
      position: { kind: 'cursor', cursor: 'abc', since: noon + 5_000, tie: noon },
      params: { updated_since: '2026-06-01T12:00:04Z', updated_until: '2026-06-01T12:01:00Z', cursor: 'abc' },
    },
    {
      name: 'go on at an offset',
      list: v1,
      position: { kind: 'offset', start: 99, back: 2 },
      params: { start: '99' },
    },
    { name: 'leave out the start of a list', list: v1, position: { kind: 'offset', start: 0 }, params: {} },
  ])('$name', ({ list = v2, query = {}, position, options, params }) => {
    expect(toParams(list, query, position, { include: [], tieBreak: true, ...options })).toStrictEqual(params)
  })

  test.each([
    {
      order: 'oldest-first',
      tieBreak: true,
      sort: 'update_time ASC,id ASC',
      by: 'update_time',
      direction: 'asc',
    },
    { order: 'oldest-first', tieBreak: false, sort: 'update_time ASC', by: 'update_time', direction: 'asc' },
    {
      order: 'newest-first',
      tieBreak: true,
      sort: 'update_time DESC,id DESC',
      by: 'update_time',
      direction: 'desc',
    },
    { order: 'by-id', tieBreak: true, sort: 'id ASC', by: 'id', direction: 'asc' },
    { order: 'highest-id-first', tieBreak: true, sort: 'id DESC', by: 'id', direction: 'desc' },
  ] as const)('sort $order (tie-break: $tieBreak)', ({ order, tieBreak, sort, by, direction }) => {
    const options = { include: [], tieBreak }
    expect(toParams(v1, { order }, undefined, options)).toStrictEqual({ sort })
    expect(toParams(v2, { order }, undefined, options)).toStrictEqual({
      sort_by: by,
      sort_direction: direction,
    })
  })
})
