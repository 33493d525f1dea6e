import { describe, expect, test } from '@jest/globals'
import { nextCursor } from '../../../../src/pipedrive/lists/pagers/cursor.js'
import type { Page, PageContext } from '../../../../src/pipedrive/lists/pagers/pager.js'
import { PagingError } from '../../../../src/pipedrive/lists/paging-error.js'
import type { CursorPosition } from '../../../../src/pipedrive/lists/position.js'
import { contextOf, idsOf, row, rows, second } from './context.js'

const at: CursorPosition = { kind: 'cursor', cursor: 'a' }

describe('a walk by cursor', () => {
  test.each<{ name: string; page: Page; next: CursorPosition | undefined }>([
    {
      name: 'goes on at the cursor',
      page: { rows: rows(1), nextCursor: 'b' },
      next: { kind: 'cursor', cursor: 'b' },
    },
    {
      name: 'goes on after an empty page',
      page: { rows: [], nextCursor: 'b' },
      next: { kind: 'cursor', cursor: 'b' },
    },
    { name: 'ends at a null cursor', page: { rows: rows(1, 2, 3), nextCursor: null }, next: undefined },
    { name: 'ends where v1 says so', page: { rows: rows(1, 2, 3), more: false }, next: undefined },
    { name: 'ends with a page that is not full', page: { rows: rows(1, 2) }, next: undefined },
  ])('$name', ({ page, next }) => {
    expect(nextCursor(at, page, contextOf())).toStrictEqual({ fresh: page.rows, ...(next && { next }) })
  })

  test.each<{ name: string; page: Page }>([
    { name: 'a full page has no marker', page: { rows: rows(1, 2, 3) } },
    { name: 'the cursor is the one of this page', page: { rows: rows(1), nextCursor: 'a' } },
    { name: 'more is announced without a cursor', page: { rows: rows(1), more: true } },
  ])('fails when $name', ({ page }) => {
    expect(() => nextCursor(at, page, contextOf())).toThrow(PagingError)
  })

  test('leaves out rows that were read', () => {
    const step = nextCursor(at, { rows: rows(1, 2), nextCursor: null }, contextOf({ known: [1] }))
    expect(idsOf(step.fresh)).toEqual([2])
  })
})

describe('after a page by time, a walk by cursor', () => {
  const single = rows(1, 5, 9)
  const group = [row(1), row(8, 9), row(9)]
  const dense = [row(1, 9), row(2, 9), row(3, 9)]
  const byCursor = { kind: 'cursor', cursor: 'b' }
  const byTime = { kind: 'cursor', since: second(9) }
  const compares = { ...byCursor, tie: second(9) }
  const oldestFirst: Partial<PageContext> = { order: 'oldest-first', since: second(0) }

  test.each([
    {
      name: 'asks from the last second on, when one row has it',
      rows: single,
      context: oldestFirst,
      next: byTime,
    },
    { name: 'compares later, when a group has it', rows: group, context: oldestFirst, next: compares },
    { name: 'compares later, when all rows have it', rows: dense, context: oldestFirst, next: compares },
    {
      name: 'asks from the last second on, when a group has it and cursors skip ties',
      rows: group,
      context: { ...oldestFirst, cursorTies: 'skipped' as const },
      next: byTime,
    },
    {
      name: 'asks from the last second on, when a group has it and the list has no upper bound',
      rows: group,
      context: { ...oldestFirst, filtersUntil: false },
      next: byTime,
    },
    {
      name: 'goes on at the cursor, when cursors keep ties',
      rows: group,
      context: { ...oldestFirst, cursorTies: 'kept' as const },
      next: byCursor,
    },
    {
      name: 'compares later, newest first',
      rows: rows(9, 8),
      context: { order: 'newest-first' as const },
      next: { ...byCursor, tie: second(8) },
    },
    {
      name: 'compares later, without a filter',
      rows: single,
      context: { order: 'oldest-first' as const },
      next: compares,
    },
    {
      name: 'compares later, when the rows were not in order',
      rows: single,
      context: { ...oldestFirst, inOrder: false },
      next: compares,
    },
    {
      name: 'goes on at the cursor, by id',
      rows: single,
      context: { order: 'by-id' as const },
      next: byCursor,
    },
    {
      name: 'goes on at the cursor, among rows without a time',
      rows: [row(1), row(2, null)],
      context: oldestFirst,
      next: byCursor,
    },
  ])('$name', ({ rows: page, context, next }) => {
    expect(nextCursor(at, { rows: page, nextCursor: 'b' }, contextOf(context)).next).toStrictEqual(next)
  })

  test.each([
    {
      name: 'when a page ends at a later second',
      rows: rows(9, 12),
      cursor: 'b',
      check: { second: second(9), straddled: true },
    },
    {
      name: 'when a page begins at a later second',
      rows: rows(10, 12),
      cursor: 'b',
      check: { second: second(9), straddled: false },
    },
    {
      name: 'when a page begins and ends with rows without a time',
      rows: [row(1, null), row(9), row(12), row(2, null)],
      cursor: 'b',
      check: { second: second(9), straddled: true },
    },
    { name: 'when the list ends', rows: dense, cursor: null, check: { second: second(9), straddled: true } },
    { name: 'not while pages have that second only', rows: dense, cursor: 'b', check: undefined },
    { name: 'not after rows without a time', rows: [row(1, null)], cursor: 'b', check: undefined },
  ])('compares $name', ({ rows: page, cursor, check }) => {
    const position = { ...at, tie: second(9) }
    const step = nextCursor(position, { rows: page, nextCursor: cursor }, contextOf(oldestFirst))
    expect(step.checkTies).toStrictEqual(check)
    if (!check) expect(step.next).toMatchObject({ cursor: 'b', tie: second(9) })
  })
})
