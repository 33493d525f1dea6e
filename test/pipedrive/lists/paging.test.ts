import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PagingError, type RawRow } from '../../../src/pipedrive/lists/page.js'
import {
  cursorStep,
  offsetStep,
  seekStep,
  type Position,
  type Step,
} from '../../../src/pipedrive/lists/paging.js'

const second = (seconds: number) => Date.UTC(2026, 5, 1, 12) + seconds * 1000
const row = (id: number, time?: number): RawRow => ({ id, ...(time !== undefined && { time: second(time) }) })
const rows = (...ids: number[]) => ids.map((id) => row(id))
const traits = {
  identity: ({ id }: RawRow) => String(id),
  time: ({ time }: RawRow) => (typeof time === 'number' ? time : null),
}
const knows = (...ids: number[]) => {
  const known = new Set(ids.map(String))
  return (identity: string) => known.has(identity)
}
const idsOf = (list: readonly RawRow[]) => list.map(({ id }) => id)

describe('a cursor', () => {
  test.each<{ name: string; at: Position; nextCursor?: string; next?: Position }>([
    { name: 'leads from the first page to the next', at: {}, nextCursor: 'b', next: { cursor: 'b' } },
    { name: 'leads on', at: { cursor: 'b' }, nextCursor: 'c', next: { cursor: 'c' } },
    { name: 'ends the list by its absence', at: { cursor: 'c' } },
  ])('$name', ({ at, nextCursor, next }) => {
    const step = cursorStep(at, { rows: rows(1, 2), ...(nextCursor !== undefined && { nextCursor }) })
    expect(step).toStrictEqual({ fresh: rows(1, 2), ...(next && { next }) })
  })

  test('that repeats is no way on', () => {
    expect(() => cursorStep({ cursor: 'b' }, { rows: rows(1), nextCursor: 'b' })).toThrow(PagingError)
  })
})

describe('an offset walk', () => {
  const PAGE = 3

  test.each<{
    name: string
    at: Position
    page: number[]
    more?: boolean
    known?: number[]
    fresh: number[]
    next?: Position
  }>([
    {
      name: 'takes the first page and overlaps the next by a row',
      at: {},
      page: [1, 2, 3],
      more: true,
      fresh: [1, 2, 3],
      next: { start: 2, barren: 0, anchor: '3' },
    },
    {
      name: 'goes on where the row it knows still stands',
      at: { start: 2, anchor: '3' },
      page: [3, 4, 5],
      more: true,
      known: [1, 2, 3],
      fresh: [4, 5],
      next: { start: 4, barren: 0, anchor: '5' },
    },
    { name: 'ends where the list says so', at: {}, page: [1, 2, 3], more: false, fresh: [1, 2, 3] },
    { name: 'ends with a short page that says nothing', at: {}, page: [1, 2], fresh: [1, 2] },
    { name: 'ends with an empty list', at: {}, page: [], fresh: [] },
    {
      name: 'goes on after a short page that says there is more',
      at: {},
      page: [1, 2],
      more: true,
      fresh: [1, 2],
      next: { start: 1, barren: 0, anchor: '2' },
    },
    {
      name: 'goes on after a full page that says nothing',
      at: {},
      page: [1, 2, 3],
      fresh: [1, 2, 3],
      next: { start: 2, barren: 0, anchor: '3' },
    },
    {
      name: 'steps back when rows were deleted before it and takes nothing from that page',
      at: { start: 2, anchor: '3' },
      page: [5, 6, 7],
      more: true,
      known: [1, 2, 3],
      fresh: [],
      next: { start: 0, returns: 1, back: 2, anchor: '3' },
    },
    {
      name: 'steps back further each time',
      at: { start: 90, anchor: '3', back: 4, barren: 1 },
      page: [5, 6, 7],
      more: true,
      known: [3],
      fresh: [],
      next: { start: 82, back: 8, anchor: '3', barren: 1 },
    },
    {
      name: 'steps back from an end that came too early',
      at: { start: 6, anchor: '7' },
      page: [],
      more: false,
      known: [7],
      fresh: [],
      next: { start: 4, back: 2, anchor: '7' },
    },
    {
      name: 'forgets the steps back once it has found a row it knows',
      at: { start: 4, back: 2, anchor: '7' },
      page: [6, 7, 9],
      more: true,
      known: [5, 6, 7],
      fresh: [9],
      next: { start: 6, barren: 0, anchor: '9' },
    },
    {
      name: 'takes the first page whole when it has stepped back to the start',
      at: { start: 0, back: 8, anchor: '3' },
      page: [5, 6, 7],
      more: true,
      known: [3],
      fresh: [5, 6, 7],
      next: { start: 2, barren: 0, anchor: '7' },
    },
    {
      name: 'takes a row once when insertions moved the list on',
      at: { start: 2, anchor: '3' },
      page: [2, 3, 4],
      more: true,
      known: [1, 2, 3],
      fresh: [4],
      next: { start: 4, barren: 0, anchor: '4' },
    },
    {
      name: 'passes a page without news and counts it',
      at: { start: 2, anchor: '3' },
      page: [1, 2, 3],
      more: true,
      known: [1, 2, 3],
      fresh: [],
      next: { start: 4, barren: 1, anchor: '3' },
    },
    {
      name: 'ends without news',
      at: { start: 2, anchor: '3', barren: 2 },
      page: [2, 3],
      more: false,
      known: [2, 3],
      fresh: [],
    },
    {
      name: 'counts anew after a page with news',
      at: { start: 2, anchor: '3', barren: 2 },
      page: [2, 3, 4],
      more: true,
      known: [2, 3],
      fresh: [4],
      next: { start: 4, barren: 0, anchor: '4' },
    },
    {
      name: 'resumes with the anchor alone for a memory',
      at: { start: 4, anchor: '5' },
      page: [5, 6, 7],
      more: true,
      known: [5],
      fresh: [6, 7],
      next: { start: 6, barren: 0, anchor: '7' },
    },
    {
      name: 'resumes on a page where the anchor has moved down, and rather takes rows again',
      at: { start: 4, anchor: '5' },
      page: [4, 5, 6],
      more: true,
      known: [5],
      fresh: [4, 6],
      next: { start: 6, barren: 0, anchor: '6' },
    },
    {
      name: 'steps back when the anchor was deleted between two runs',
      at: { start: 4, anchor: '5' },
      page: [6, 7, 8],
      more: true,
      known: [5],
      fresh: [],
      next: { start: 2, back: 2, anchor: '5' },
    },
  ])('$name', ({ at, page, more, known = [], fresh, next }) => {
    const facts = { rows: rows(...page), ...(more !== undefined && { more }) }
    const step = offsetStep(at, facts, PAGE, traits, knows(...known))
    expect(step).toStrictEqual({ fresh: rows(...fresh), ...(next && { next }) })
  })

  test('gives up when page after page brings nothing new', () => {
    const at = { start: 2, anchor: '3', barren: 2 }
    expect(() => offsetStep(at, { rows: rows(2, 3), more: true }, PAGE, traits, knows(2, 3))).toThrow(
      PagingError,
    )
  })

  test('gives up when empty pages say that there is more', () => {
    const empty = { rows: [], more: true }
    let step: Step = offsetStep({}, empty, PAGE, traits, knows())
    const again = () => (step = offsetStep(step.next ?? {}, empty, PAGE, traits, knows()))
    again()
    expect(again).toThrow(PagingError)
  })
})

describe('a seeking walk', () => {
  const PAGE = 3
  const since = second(0)

  test.each<{
    name: string
    at: Position
    page: RawRow[]
    more?: boolean
    known?: number[]
    fresh: number[]
    next?: Position
  }>([
    {
      name: 'asks again from the time of the last row',
      at: { since },
      page: [row(1, 0), row(2, 1), row(3, 2)],
      more: true,
      fresh: [1, 2, 3],
      next: { since: second(2), sought: true },
    },
    {
      name: 'asks from the whole second, as rows may share its rest',
      at: { since },
      page: [row(1, 0), row(2, 1.2), row(3, 2.7)],
      more: true,
      fresh: [1, 2, 3],
      next: { since: second(2), sought: true },
    },
    {
      name: 'takes once what it meets again at that second',
      at: { since: second(2) },
      page: [row(3, 2), row(4, 3), row(5, 4)],
      more: true,
      known: [1, 2, 3],
      fresh: [4, 5],
      next: { since: second(4), sought: true },
    },
    {
      name: 'ends where the list says so',
      at: { since: second(2) },
      page: [row(3, 2), row(4, 3)],
      more: false,
      known: [3],
      fresh: [4],
    },
    {
      name: 'goes on by offset while one second fills pages',
      at: { since },
      page: [row(1, 0), row(2, 0), row(3, 0)],
      more: true,
      fresh: [1, 2, 3],
      next: { start: 2, barren: 0, anchor: '3', since },
    },
    {
      name: 'stays in that second by offset',
      at: { since, start: 2, anchor: '3' },
      page: [row(3, 0), row(4, 0), row(5, 0.5)],
      more: true,
      known: [1, 2, 3],
      fresh: [4, 5],
      next: { start: 4, barren: 0, anchor: '5', since },
    },
    {
      name: 'leaves the offset behind with the second',
      at: { since, start: 4, anchor: '5' },
      page: [row(5, 0), row(6, 0), row(7, 1)],
      more: true,
      known: [1, 2, 3, 4, 5],
      fresh: [6, 7],
      next: { since: second(1), sought: true },
    },
    {
      name: 'steps back inside that second when rows have left it',
      at: { since, start: 4, anchor: '5' },
      page: [row(7, 0), row(8, 1), row(9, 2)],
      more: true,
      known: [1, 2, 3, 4, 5],
      fresh: [],
      next: { start: 2, back: 2, since, anchor: '5' },
    },
    {
      name: 'goes on by offset after a row without a time',
      at: { since },
      page: [row(1, 0), row(2, 1), row(3)],
      more: true,
      fresh: [1, 2, 3],
      next: { start: 2, barren: 0, anchor: '3', since },
    },
    {
      name: 'does not go back when the list starts before what was asked for',
      at: { since: second(10) },
      page: [row(1, 1), row(2, 2), row(3, 3)],
      more: true,
      fresh: [1, 2, 3],
      next: { start: 2, barren: 0, anchor: '3', since: second(10) },
    },
  ])('$name', ({ at, page, more, known = [], fresh, next }) => {
    const step = seekStep(
      at,
      { rows: page, ...(more !== undefined && { more }) },
      PAGE,
      traits,
      knows(...known),
    )
    expect([idsOf(step.fresh), step.next]).toStrictEqual([fresh, next])
  })

  test.each([
    { name: 'newest first', page: [row(1, 2), row(2, 1)] },
    { name: 'in no order, past rows without a time', page: [row(1, 0), row(2, 5), row(3), row(4, 4)] },
  ])('refuses a list that comes $name', ({ page }) => {
    expect(() => seekStep({ since }, { rows: page, more: true }, 4, traits, knows())).toThrow(PagingError)
  })
})

/** Changes of a list between two of its pages: which rows go (as shares of its length), and where new ones come. */
interface Turn {
  deletions: number[]
  insertions: number[]
}

const place = (share: number, length: number) => Math.floor(share * length)
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

function change(list: number[], { deletions, insertions }: Turn, newId: () => number): void {
  for (const at of deletions) list.splice(place(at, list.length), 1)
  for (const at of insertions) list.splice(place(at, list.length + 1), 0, newId())
}

/** Walks the list as a reader does; `stopAfter` pages it dies, and its memory with it: only the position is left. */
function walk(
  list: number[],
  pageSize: number,
  marker: boolean,
  turns: readonly Turn[],
  stopAfter = Infinity,
) {
  const met: number[] = []
  let known = new Set<string>()
  let at: Position | undefined = {}
  let newest = 10_000
  for (let pages = 0; at && pages < 1_000; pages++) {
    if (pages === stopAfter) known = new Set(at.anchor === undefined ? [] : [at.anchor])
    const start: number = at.start ?? 0
    const facts = {
      rows: rows(...list.slice(start, start + pageSize)),
      ...(marker && { more: start + pageSize < list.length }),
    }
    const step: Step = offsetStep(at, facts, pageSize, traits, (identity) => known.has(identity))
    for (const identity of step.fresh.map(traits.identity)) {
      met.push(Number(identity))
      known.add(identity)
    }
    at = step.next
    const turn = turns[pages]
    if (turn) change(list, turn, () => ++newest)
  }
  return { met, ended: at === undefined }
}

describe('a walk by offset over a list that changes between pages', () => {
  const scenario = fc.record({
    size: fc.integer({ min: 0, max: 80 }),
    pageSize: fc.integer({ min: 4, max: 12 }),
    marker: fc.boolean(),
    turns: fc.array(
      fc.record({
        deletions: fc.array(share, { maxLength: 10 }),
        insertions: fc.array(share, { maxLength: 1 }),
      }),
      { maxLength: 30 },
    ),
  })
  const listOf = (size: number) => Array.from({ length: size }, (_, index) => index + 1)

  test('loses no row that is there from start to end, and takes none twice', () => {
    fc.assert(
      fc.property(scenario, ({ size, pageSize, marker, turns }) => {
        const list = listOf(size)
        const { met, ended } = walk(list, pageSize, marker, turns)
        expect(ended).toBe(true)
        expect(list.filter((id) => id <= size && !met.includes(id))).toEqual([])
        expect(new Set(met).size).toBe(met.length)
      }),
      { numRuns: 1_000 },
    )
  })

  test('loses none either when the reader dies and goes on from its anchor', () => {
    fc.assert(
      fc.property(
        scenario,
        fc.integer({ min: 1, max: 8 }),
        ({ size, pageSize, marker, turns }, stopAfter) => {
          const list = listOf(size)
          const { met, ended } = walk(list, pageSize, marker, turns, stopAfter)
          expect(ended).toBe(true)
          expect(list.filter((id) => id <= size && !met.includes(id))).toEqual([])
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
