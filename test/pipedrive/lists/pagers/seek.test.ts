import { describe, expect, test } from '@jest/globals'
import type { Page } from '../../../../src/pipedrive/lists/pagers/pager.js'
import { nextSeek } from '../../../../src/pipedrive/lists/pagers/seek.js'
import { PagingError } from '../../../../src/pipedrive/lists/paging-error.js'
import type { Position, SeekPosition } from '../../../../src/pipedrive/lists/position.js'
import { contextOf, idsOf, row, rows, second } from './context.js'

const at: SeekPosition = { kind: 'seek', since: second(4) }

describe('a walk that seeks', () => {
  test.each<{
    name: string
    at?: SeekPosition
    page: Page
    known?: number[]
    fresh: number[]
    next?: Position
  }>([
    {
      name: 'asks again from the last second',
      page: { rows: rows(4, 5, 6), more: true },
      fresh: [4, 5, 6],
      next: { kind: 'seek', since: second(6) },
    },
    { name: 'ends where the list says so', page: { rows: rows(4, 5, 6), more: false }, fresh: [4, 5, 6] },
    {
      name: 'goes on by offset inside two seconds that fill a page',
      page: { rows: [row(4), row(5), row(6, 5)], more: true },
      fresh: [4, 5, 6],
      next: { ...at, start: 1, anchor: { key: '6', time: second(5) } },
    },
    {
      name: 'goes on by offset where the last second is the one it asked from',
      page: { rows: rows(1, 2, 4), more: true },
      known: [1, 2],
      fresh: [4],
      next: { ...at, start: 1, anchor: { key: '4', time: second(4) } },
    },
    {
      name: 'leaves offsets as soon as a page spans more',
      at: { ...at, start: 9, anchor: { key: '5', time: second(5) } },
      page: { rows: rows(4, 5, 7), more: true },
      known: [4, 5],
      fresh: [7],
      next: { kind: 'seek', since: second(7) },
    },
    {
      name: 'steps back inside a second',
      at: { ...at, start: 9, anchor: { key: '5', time: second(5) } },
      page: { rows: rows(6, 7, 9), more: true },
      fresh: [],
      next: { ...at, start: 7, anchor: { key: '5', time: second(5) }, back: 2, steppedBackFrom: 9 },
    },
    {
      name: 'ends when there was room for more and nothing is new',
      page: { rows: rows(4) },
      known: [4],
      fresh: [],
    },
  ])('$name', ({ at: position = at, page, known = [], fresh, next }) => {
    const step = nextSeek(position, page, contextOf({ known, order: 'oldest-first' }))
    expect(idsOf(step.fresh)).toEqual(fresh)
    expect(step.next).toStrictEqual(next)
  })

  test('fails when rows are not oldest first', () => {
    const page = { rows: rows(5, 4), more: true }
    expect(() => nextSeek(at, page, contextOf({ order: 'oldest-first', inOrder: false }))).toThrow(
      PagingError,
    )
  })
})
