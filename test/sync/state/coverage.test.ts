import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  capped,
  contains,
  overlaps,
  sameSlices,
  cursorOf,
  difference,
  initialCoverage,
  intersect,
  openFrom,
  subtract,
  union,
  type Coverage,
  type Slice,
} from '../../../src/sync/state/coverage.js'
import { fuzzed } from '../../support/fuzz.js'

describe('the coverage of a list', () => {
  test.each<{ name: string; start: number | undefined; coverage: Coverage }>([
    { name: 'starts at the start date', start: 5, coverage: [[5, null]] },
    { name: 'starts at the beginning of time without a start date', start: undefined, coverage: [[0, null]] },
  ])('$name', ({ start, coverage }) => {
    expect(initialCoverage(start)).toEqual(coverage)
  })

  test.each<{ name: string; slices: Coverage; cursor: number; open: number }>([
    {
      name: 'has its cursor where the first slice starts and its open end where the last does',
      slices: [
        [10, 20],
        [30, null],
      ],
      cursor: 10,
      open: 30,
    },
    { name: 'has an infinite cursor when nothing is left', slices: [], cursor: Infinity, open: Infinity },
    { name: 'has no open end when every slice ends', slices: [[10, 20]], cursor: 10, open: Infinity },
  ])('$name', ({ slices, cursor, open }) => {
    expect([cursorOf(slices), openFrom(slices)]).toEqual([cursor, open])
  })
})

describe('a time', () => {
  const slices: Coverage = [
    [10, 20],
    [50, null],
  ]

  test.each([
    { name: 'before the first slice is not covered', time: 9, inside: false },
    { name: 'at the start of a slice is covered', time: 10, inside: true },
    { name: 'just before the end of a slice is covered', time: 19, inside: true },
    { name: 'at the end of a slice is not covered', time: 20, inside: false },
    { name: 'between two slices is not covered', time: 40, inside: false },
    { name: 'after the start of the open slice is covered', time: 1e15, inside: true },
  ])('$name', ({ time, inside }) => {
    expect(contains(slices, time)).toBe(inside)
  })
})

describe('slices are the same', () => {
  const first: Coverage[number] = [10, 20]
  const slices: Coverage = [first, [50, 60]]

  test.each<{ name: string; other: Coverage; same: boolean }>([
    { name: 'where all ends are', other: [...slices], same: true },
    { name: 'not where one begins later', other: [first, [51, 60]], same: false },
    { name: 'not where one ends earlier', other: [first, [50, 59]], same: false },
    { name: 'not where one is open', other: [first, [50, null]], same: false },
    { name: 'not where one is missing', other: [first], same: false },
    { name: 'not where there is one more', other: [...slices, [70, null]], same: false },
  ])('$name', ({ other, same }) => {
    expect(sameSlices(slices, other)).toBe(same)
  })
})

describe('subtracting what was read', () => {
  test.each<{ name: string; slices: Coverage; read: [number, number | null]; left: Coverage }>([
    { name: 'moves the start of an open slice', slices: [[10, null]], read: [10, 20], left: [[20, null]] },
    {
      name: 'splits an open slice',
      slices: [[10, null]],
      read: [20, 30],
      left: [
        [10, 20],
        [30, null],
      ],
    },
    {
      name: 'reaches across slices',
      slices: [
        [10, 20],
        [30, 40],
        [50, null],
      ],
      read: [15, 55],
      left: [
        [10, 15],
        [55, null],
      ],
    },
    { name: 'may reach beyond the slices', slices: [[10, 40]], read: [0, 90], left: [] },
    { name: 'may have no end', slices: [[10, null]], read: [20, null], left: [[10, 20]] },
    {
      name: 'changes nothing when nothing was read',
      slices: [[10, null]],
      read: [20, 20],
      left: [[10, null]],
    },
    {
      name: 'changes nothing when it ends before it starts',
      slices: [[10, 40]],
      read: [30, 20],
      left: [[10, 40]],
    },
    {
      name: 'takes an infinite end for an open one',
      slices: [[10, null]],
      read: [20, Infinity],
      left: [[10, 20]],
    },
    { name: 'leaves nothing of nothing', slices: [], read: [10, 20], left: [] },
  ])('$name', ({ slices, read, left }) => {
    expect(subtract(slices, ...read)).toEqual(left)
  })
})

describe('the union', () => {
  test.each<{ name: string; slices: Slice[][]; all: Coverage }>([
    { name: 'of nothing is empty', slices: [], all: [] },
    { name: 'joins slices that touch', slices: [[[20, 30]], [[10, 20]]], all: [[10, 30]] },
    { name: 'swallows a slice that lies in another', slices: [[[10, 40]], [[20, 30]]], all: [[10, 40]] },
    { name: 'is open when one slice is', slices: [[[20, 30]], [[10, null]], [[5, 15]]], all: [[5, null]] },
    { name: 'drops slices that are empty', slices: [[[20, 20]], [[9, 5]]], all: [] },
    {
      name: 'keeps slices apart that do not touch',
      slices: [[[30, null]], [[10, 20]]],
      all: [
        [10, 20],
        [30, null],
      ],
    },
  ])('$name', ({ slices, all }) => {
    const before = structuredClone(slices)
    expect(union(...slices)).toEqual(all)
    expect(slices).toEqual(before)
  })
})

describe('capping', () => {
  test('joins the closest neighbours first', () => {
    const slices: Coverage = [
      [0, 10],
      [30, 40],
      [45, 50],
      [59, null],
    ]
    expect(capped(slices, 3)).toEqual([
      [0, 10],
      [30, 50],
      [59, null],
    ])
    expect(capped(slices, 2)).toEqual([
      [0, 10],
      [30, null],
    ])
    expect(capped(slices, 1)).toEqual([[0, null]])
  })

  test('leaves at most 64 slices by default', () => {
    const slices = Array.from({ length: 1_000 }, (_, index): Slice => [index * 10, index * 10 + 5])
    expect(capped(slices)).toHaveLength(64)
    expect(capped(slices.slice(0, 64))).toEqual(slices.slice(0, 64))
  })
})

describe('for any slices', () => {
  const bound = fc.integer({ min: 0, max: 30 })
  const anySlice = fc
    .tuple(bound, fc.option(fc.integer({ min: 1, max: 10 })))
    .map(([from, length]): Slice => [from, length === null ? null : from + length])
  const coverage = fc.array(anySlice, { maxLength: 8 }).map((slices) => union(slices))
  const everyTime = Array.from({ length: 45 }, (_, time) => time)
  const covered = (of: Coverage) => everyTime.filter((time) => contains(of, time))
  /** In order, apart, not empty, and without an end only at the end. */
  const expectSorted = (slices: Coverage) => {
    for (const [index, [from, until]] of slices.entries()) {
      const next = slices[index + 1]
      expect(from).toBeLessThan(until ?? Infinity)
      expect(until).not.toBe(Infinity)
      if (next) expect(until ?? Infinity).toBeLessThan(next[0])
    }
  }
  const agree = (actual: Coverage, times: readonly number[]) => {
    expect(covered(actual)).toEqual(times)
    expectSorted(actual)
  }

  test('union, intersection, difference and subtraction are those of the sets of times', () => {
    fc.assert(
      fc.property(coverage, coverage, bound, fc.option(bound), (a, b, from, until) => {
        agree(
          union(a, b),
          everyTime.filter((time) => contains(a, time) || contains(b, time)),
        )
        agree(
          intersect(a, b),
          covered(a).filter((time) => contains(b, time)),
        )
        agree(
          difference(a, b),
          covered(a).filter((time) => !contains(b, time)),
        )
        const isRead = (time: number) => time >= from && time < (until ?? Infinity)
        agree(
          subtract(a, from, until),
          covered(a).filter((time) => !isRead(time)),
        )
      }),
      fuzzed(50),
    )
  })

  test('slices overlap with a range if they have a time of it', () => {
    fc.assert(
      fc.property(coverage, bound, fc.option(bound), (slices, from, until) => {
        const isShared = covered(slices).some((time) => time >= from && time < (until ?? Infinity))
        expect(overlaps(slices, from, until)).toBe(isShared)
      }),
    )
  })

  test('a union of unsorted, overlapping slices covers the same times', () => {
    fc.assert(
      fc.property(fc.array(anySlice, { maxLength: 8 }), (slices) => {
        agree(
          union(slices),
          everyTime.filter((time) => slices.some((slice) => contains([slice], time))),
        )
      }),
      fuzzed(50),
    )
  })

  test('capping keeps every time and adds only whole gaps', () => {
    fc.assert(
      fc.property(coverage, fc.integer({ min: 1, max: 5 }), (slices, most) => {
        const fewer = capped(slices, most)
        expectSorted(fewer)
        expect(fewer).toHaveLength(Math.min(slices.length, most))
        expect(difference(slices, fewer)).toEqual([])
        expect([cursorOf(fewer), fewer.at(-1)?.[1]]).toEqual([cursorOf(slices), slices.at(-1)?.[1]])
      }),
      fuzzed(50),
    )
  })
})
