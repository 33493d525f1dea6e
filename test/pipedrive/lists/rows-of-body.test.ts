import { describe, expect, test } from '@jest/globals'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import { readRows } from '../../../src/pipedrive/lists/rows-of-body.js'

const rows = [{ id: 1 }, { id: 2 }]

describe('a response', () => {
  test.each<{ name: string; additional: unknown; facts: object }>([
    { name: 'without markers', additional: undefined, facts: {} },
    { name: 'with null for markers', additional: null, facts: {} },
    { name: 'with markers that are a list', additional: [], facts: {} },
    { name: 'of v2 with a next page', additional: { next_cursor: 'abc' }, facts: { nextCursor: 'abc' } },
    { name: 'of v2 at the end', additional: { next_cursor: null }, facts: { nextCursor: null } },
    {
      name: 'of v2 at the end, in an empty text',
      additional: { next_cursor: '' },
      facts: { nextCursor: null },
    },
    {
      name: 'of v1 with more',
      additional: { pagination: { start: 0, limit: 2, more_items_in_collection: true, next_start: 2 } },
      facts: { more: true },
    },
    {
      name: 'of v1 with more and without next_start',
      additional: { pagination: { more_items_in_collection: true } },
      facts: { more: true },
    },
    {
      name: 'of v1 at the end',
      additional: { pagination: { start: 0, limit: 2, more_items_in_collection: false } },
      facts: { more: false },
    },
    {
      name: 'of v1 at the end although there is a next_start',
      additional: { pagination: { more_items_in_collection: false, next_start: 2 } },
      facts: { more: false },
    },
    {
      name: 'of v1 with next_start alone',
      additional: { pagination: { next_start: 2 } },
      facts: { more: true },
    },
    { name: 'of v1 with a next_start of null', additional: { pagination: { next_start: null } }, facts: {} },
    { name: 'of v1 with a pagination without markers in it', additional: { pagination: {} }, facts: {} },
    {
      name: 'of v1 with the markers one level up',
      additional: { start: 0, limit: 2, more_items_in_collection: true },
      facts: { more: true },
    },
    {
      name: 'of v1 with the markers one level up, at the end',
      additional: { more_items_in_collection: false, pagination: null },
      facts: { more: false },
    },
    {
      name: 'of v1 with a marker that is not a boolean',
      additional: { pagination: { more_items_in_collection: 'true' } },
      facts: {},
    },
  ])('$name is read', ({ additional, facts }) => {
    expect(readRows({ data: rows, additional_data: additional })).toStrictEqual({ rows, ...facts })
  })

  test.each([
    { name: 'null', data: null },
    { name: 'an empty list', data: [] },
  ])('has no rows when data is $name', ({ data }) => {
    expect(readRows({ data })).toStrictEqual({ rows: [] })
  })

  test.each([
    { name: 'one object', data: { id: 1 } },
    { name: 'an object of lists', data: { items: rows } },
    { name: 'a text', data: 'rows' },
    { name: 'a list with null', data: [{ id: 1 }, null] },
    { name: 'a list of numbers', data: [1, 2] },
    { name: 'a list of lists', data: [[]] },
  ])('is an error when data is $name', ({ data }) => {
    expect(() => readRows({ data })).toThrow(PagingError)
  })

  test('is an error when its cursor is not text', () => {
    expect(() => readRows({ data: rows, additional_data: { next_cursor: 5 } })).toThrow(PagingError)
  })
})
