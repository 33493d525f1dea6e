import { describe, expect, test } from '@jest/globals'
import { nextOffset } from '../../../../src/pipedrive/lists/pagers/offset.js'
import type { Page, PageContext } from '../../../../src/pipedrive/lists/pagers/pager.js'
import { PagingError } from '../../../../src/pipedrive/lists/paging-error.js'
import type { OffsetPosition } from '../../../../src/pipedrive/lists/position.js'
import { identityOf } from '../../../../src/pipedrive/lists/row.js'
import { contextOf, idsOf, row, rows, second } from './context.js'

type At = Omit<OffsetPosition, 'kind'>
const anchor = (id: number, seconds = id) => ({ key: String(id), time: second(seconds) })

interface Case {
  name: string
  at: At
  page: Page
  context?: Partial<PageContext> & { known?: number[] }
  fresh: number[]
  next?: At
}

function check({ at, page, context, fresh, next }: Case): void {
  const step = nextOffset({ kind: 'offset', ...at }, page, contextOf(context))
  expect(idsOf(step.fresh)).toEqual(fresh)
  expect(step.next).toStrictEqual(next && { kind: 'offset', ...next })
}

describe('a walk by offset', () => {
  test.each<Case>([
    {
      name: 'takes the first page and overlaps the next by a row',
      at: {},
      page: { rows: rows(1, 2, 3), more: true },
      fresh: [1, 2, 3],
      next: { start: 2, anchor: anchor(3) },
    },
    {
      name: 'goes on where a row that was read still stands',
      at: { start: 2, anchor: anchor(3) },
      page: { rows: rows(3, 4, 5), more: true },
      context: { known: [1, 2, 3] },
      fresh: [4, 5],
      next: { start: 4, anchor: anchor(5) },
    },
    {
      name: 'ends where the list says so',
      at: {},
      page: { rows: rows(1, 2, 3), more: false },
      fresh: [1, 2, 3],
    },
    { name: 'ends with an empty list', at: {}, page: { rows: [] }, fresh: [] },
    {
      name: 'counts the rows received, not those requested',
      at: {},
      page: { rows: rows(1, 2), more: true },
      context: { fullPage: 500 },
      fresh: [1, 2],
      next: { start: 1, anchor: anchor(2) },
    },
    {
      name: 'goes on after a short page without a marker',
      at: {},
      page: { rows: rows(1, 2) },
      fresh: [1, 2],
      next: { start: 1, anchor: anchor(2) },
    },
    {
      name: 'ends without a marker when there was room for more and nothing is new',
      at: { start: 2, anchor: anchor(3) },
      page: { rows: rows(3) },
      context: { known: [1, 2, 3] },
      fresh: [],
    },
    {
      name: 'goes on without a marker when nothing is new on a full page',
      at: { start: 2, anchor: anchor(3) },
      page: { rows: rows(1, 2, 3) },
      context: { known: [1, 2, 3] },
      fresh: [],
      next: { start: 4, anchor: anchor(3) },
    },
    {
      name: 'asks behind a single row, which cannot overlap',
      at: {},
      page: { rows: rows(1) },
      fresh: [1],
      next: { start: 1, anchor: anchor(1), apart: true },
    },
    {
      name: 'ends when nothing is behind a single row',
      at: { start: 1, anchor: anchor(1), apart: true },
      page: { rows: [] },
      fresh: [],
    },
    {
      name: 'steps back when something is',
      at: { start: 1, anchor: anchor(1), apart: true },
      page: { rows: rows(2) },
      context: { known: [1] },
      fresh: [],
      next: { start: 0, anchor: anchor(1), apart: true, back: 2, returns: 1, steppedBackFrom: 1 },
    },
    {
      name: 'steps back when rows were deleted before it, and takes nothing from that page',
      at: { start: 90, anchor: anchor(3) },
      page: { rows: rows(5, 6, 7), more: true },
      context: { known: [1, 2, 3] },
      fresh: [],
      next: { start: 88, anchor: anchor(3), back: 2, steppedBackFrom: 90 },
    },
    {
      name: 'steps back further each time',
      at: { start: 88, anchor: anchor(3), back: 4, steppedBackFrom: 92 },
      page: { rows: rows(5, 6, 7), more: true },
      fresh: [],
      next: { start: 80, anchor: anchor(3), back: 8, steppedBackFrom: 92 },
    },
    {
      name: 'steps back from an end that came too early',
      at: { start: 6, anchor: anchor(7) },
      page: { rows: [], more: false },
      fresh: [],
      next: { start: 4, anchor: anchor(7), back: 2, steppedBackFrom: 6 },
    },
    {
      name: 'goes on from where it stepped back to',
      at: { start: 4, back: 2, anchor: anchor(7), steppedBackFrom: 9 },
      page: { rows: rows(6, 7, 9), more: true },
      context: { known: [5, 6, 7] },
      fresh: [9],
      next: { start: 6, anchor: anchor(9), steppedBackFrom: 9 },
    },
    {
      name: 'resumes where its anchor stands, though nothing else is known',
      at: { start: 4, anchor: anchor(5) },
      page: { rows: rows(4, 5, 6), more: true },
      fresh: [4, 5, 6],
      next: { start: 6, anchor: anchor(6) },
    },
    {
      name: 'resumes at an anchor of the first edition, which has no time',
      at: { start: 4, anchor: { key: '5' } },
      page: { rows: rows(5, 6), more: false },
      fresh: [5, 6],
    },
  ])('$name', check)

  test('fails when no row stays the same', () => {
    const at: OffsetPosition = { kind: 'offset', start: 2, anchor: anchor(3), returns: 12 }
    expect(() => nextOffset(at, { rows: rows(7), more: true }, contextOf())).toThrow(PagingError)
  })

  test('fails when cursors appear', () => {
    const page = { rows: rows(1), nextCursor: 'a' }
    expect(() => nextOffset({ kind: 'offset' }, page, contextOf())).toThrow(PagingError)
  })
})

describe('a walk by offset and time', () => {
  const oldest: Partial<PageContext> = { order: 'oldest-first' }
  const newest: Partial<PageContext> = { order: 'newest-first' }

  test.each<Case>([
    {
      name: 'overlaps by the last second and the row before it',
      at: {},
      page: { rows: [row(1), row(2), row(3), row(4), row(5, 4), row(6, 4)], more: true },
      context: oldest,
      fresh: [1, 2, 3, 4, 5, 6],
      next: { start: 3, anchor: anchor(6, 4) },
    },
    {
      name: 'overlaps by half a page of one second',
      at: {},
      page: { rows: [row(1, 4), row(2, 4), row(3, 4), row(4, 4)], more: true },
      context: oldest,
      fresh: [1, 2, 3, 4],
      next: { start: 2, anchor: anchor(4, 4) },
    },
    {
      name: 'overlaps by a row where ties are in a stable order',
      at: {},
      page: { rows: [row(1, 4), row(2, 4), row(3, 4), row(4, 4)], more: true },
      context: { ...oldest, stableTies: true },
      fresh: [1, 2, 3, 4],
      next: { start: 3, anchor: anchor(4, 4) },
    },
    {
      name: 'goes on where a page begins before the last second, whatever is known',
      at: { start: 9, anchor: anchor(5) },
      page: { rows: rows(4, 5, 6), more: false },
      context: oldest,
      fresh: [4, 5, 6],
    },
    {
      name: 'goes on so newest first too',
      at: { start: 9, anchor: anchor(5) },
      page: { rows: rows(6, 5, 4), more: false },
      context: newest,
      fresh: [6, 5, 4],
    },
    {
      name: 'steps back where a page begins after the last second, even at a known row',
      at: { start: 9, anchor: anchor(5) },
      page: { rows: rows(6, 7), more: false },
      context: { ...oldest, known: [6] },
      fresh: [],
      next: { start: 7, anchor: anchor(5), back: 2, steppedBackFrom: 9 },
    },
    {
      name: 'steps back where a resumed page begins inside the last second',
      at: { start: 9, anchor: anchor(5) },
      page: { rows: [row(5), row(6, 5)], more: false },
      context: oldest,
      fresh: [],
      next: { start: 7, anchor: anchor(5), back: 2, steppedBackFrom: 9 },
    },
  ])('$name', check)

  const served = [1, 2, 3, 4].map((id) => identityOf(row(id, 4)))
  const inside = (...ids: number[]) => ({ rows: ids.map((id) => row(id, 4)), more: true })
  const dense = { ...oldest, served, known: [1, 2, 3, 4], fullPage: 4 }
  const at: At = { start: 2, anchor: anchor(4, 4) }

  test.each<Case>([
    {
      name: 'goes on in the order in which the rows came before',
      at,
      page: inside(3, 4, 5, 6),
      context: dense,
      fresh: [5, 6],
      next: { start: 4, anchor: anchor(6, 4) },
    },
    {
      name: 'goes on after a deletion',
      at,
      page: inside(2, 4, 5, 6),
      context: dense,
      fresh: [5, 6],
      next: { start: 4, anchor: anchor(6, 4) },
    },
    {
      name: 'steps back when too few rows came before',
      at,
      page: inside(4, 5, 6, 7),
      context: dense,
      fresh: [],
      next: { ...at, start: 0, back: 2, returns: 1, steppedBackFrom: 2 },
    },
    {
      name: 'takes a row that appeared in between, where ties are in a stable order',
      at,
      page: inside(3, 9, 4, 5),
      context: { ...dense, stableTies: true },
      fresh: [9, 5],
      next: { start: 5, anchor: anchor(5, 4) },
    },
  ])('inside a second $name', check)

  test.each([
    { name: 'rows that came before change places', ids: [4, 3, 5, 6] },
    { name: 'a row that came before stands behind a new one', ids: [3, 5, 4, 6] },
  ])('inside a second fails when $name', ({ ids }) => {
    expect(() => nextOffset({ kind: 'offset', ...at }, inside(...ids), contextOf(dense))).toThrow(PagingError)
  })
})
