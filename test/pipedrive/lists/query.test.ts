import { describe, expect, test } from '@jest/globals'
import type { Position } from '../../../src/pipedrive/lists/paging.js'
import { toParams, type List, type Query } from '../../../src/pipedrive/lists/query.js'

const v2: List = {
  api: 'v2',
  path: '/deals',
  paging: 'cursor',
  pageSize: 500,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 10,
}
const v1: List = { ...v2, api: 'v1', path: '/notes', paging: 'offset', pageSize: 100 }
const whole: List = { ...v1, paging: 'none' }
const noon = Date.UTC(2026, 5, 1, 12)

describe('the parameters of a request', () => {
  test.each<{
    name: string
    list: List
    query?: Query
    at?: Position
    include?: string[]
    params: Record<string, string>
  }>([
    { name: 'ask for the largest page', list: v2, params: { limit: '500' } },
    { name: 'ask for no page where there are none', list: whole, params: {} },
    {
      name: 'hold what the list and the query always send, the query’s last',
      list: { ...v2, params: { status: 'open', a: 'list' } },
      query: { params: { deal_ids: '1,2', a: 'query' } },
      params: { status: 'open', a: 'query', deal_ids: '1,2', limit: '500' },
    },
    {
      name: 'name the fields to include',
      list: v2,
      include: ['a', 'b'],
      params: { limit: '500', include_fields: 'a,b' },
    },
    {
      name: 'bound the time from both sides',
      list: v2,
      query: { since: noon, until: noon + 60_000 },
      params: { limit: '500', updated_since: '2026-06-01T12:00:00Z', updated_until: '2026-06-01T12:01:00Z' },
    },
    {
      name: 'round times down to whole seconds',
      list: v2,
      query: { since: noon + 999, until: noon + 1_999 },
      params: { limit: '500', updated_since: '2026-06-01T12:00:00Z', updated_until: '2026-06-01T12:00:01Z' },
    },
    {
      name: 'can start at the beginning of time',
      list: v2,
      query: { since: 0 },
      params: { limit: '500', updated_since: '1970-01-01T00:00:00Z' },
    },
    {
      name: 'sort v2 oldest first',
      list: v2,
      query: { order: 'oldest-first' },
      params: { limit: '500', sort_by: 'update_time', sort_direction: 'asc' },
    },
    {
      name: 'sort v2 newest first',
      list: v2,
      query: { order: 'newest-first' },
      params: { limit: '500', sort_by: 'update_time', sort_direction: 'desc' },
    },
    {
      name: 'sort v1 oldest first',
      list: v1,
      query: { order: 'oldest-first' },
      params: { limit: '100', sort: 'update_time ASC' },
    },
    {
      name: 'sort v1 newest first',
      list: v1,
      query: { order: 'newest-first' },
      params: { limit: '100', sort: 'update_time DESC' },
    },
    { name: 'go on at a cursor', list: v2, at: { cursor: 'abc' }, params: { limit: '500', cursor: 'abc' } },
    { name: 'go on at an offset', list: v1, at: { start: 99 }, params: { limit: '100', start: '99' } },
    {
      name: 'say so when the offset is nought',
      list: v1,
      at: { start: 0 },
      params: { limit: '100', start: '0' },
    },
    {
      name: 'seek from the position’s time, not the query’s',
      list: v1,
      query: { since: noon, order: 'oldest-first' },
      at: { since: noon + 5_000, start: 3 },
      params: { limit: '100', updated_since: '2026-06-01T12:00:05Z', sort: 'update_time ASC', start: '3' },
    },
    {
      name: 'keep to themselves what only the walk needs to know',
      list: v1,
      at: { start: 4, anchor: '1:abc', back: 2, barren: 1 },
      params: { limit: '100', start: '4' },
    },
  ])('$name', ({ list, query = {}, at = {}, include = [], params }) => {
    expect(toParams(list, query, at, include)).toStrictEqual(params)
  })
})
