import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contains, subtract, union, type Span } from '../../src/sync/spans.js'

describe('a time is in a span', () => {
  const spans: Span[] = [
    [10, 20],
    [20, 30],
    [50, null],
  ]

  test.each([
    { name: 'not before it starts', time: 9, inside: false },
    { name: 'when it starts', time: 10, inside: true },
    { name: 'before it ends', time: 29, inside: true },
    { name: 'not when it ends', time: 30, inside: false },
    { name: 'not between two', time: 40, inside: false },
    { name: 'of which only one starts where another ends', time: 20, inside: true },
    { name: 'whenever it comes after the start of an open one', time: 1e15, inside: true },
  ])('$name', ({ time, inside }) => {
    expect(contains(spans, time)).toBe(inside)
  })

  test('a closed span ends where the next begins', () => {
    expect([contains([[10, 20]], 20), contains([[20, 30]], 20)]).toEqual([false, true])
  })
})

describe('what was read is subtracted', () => {
  test.each<{ name: string; spans: Span[]; read: [number, number]; left: Span[] }>([
    { name: 'from the start of an open span', spans: [[10, null]], read: [10, 20], left: [[20, null]] },
    {
      name: 'from the middle',
      spans: [[10, 40]],
      read: [20, 30],
      left: [
        [10, 20],
        [30, 40],
      ],
    },
    {
      name: 'from the middle of an open span',
      spans: [[10, null]],
      read: [20, 30],
      left: [
        [10, 20],
        [30, null],
      ],
    },
    { name: 'from the end', spans: [[10, 40]], read: [30, 40], left: [[10, 30]] },
    { name: 'whole', spans: [[10, 40]], read: [10, 40], left: [] },
    { name: 'and more than there was', spans: [[10, 40]], read: [0, 90], left: [] },
    {
      name: 'across spans',
      spans: [
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
    {
      name: 'from none where it touches',
      spans: [
        [10, 20],
        [30, null],
      ],
      read: [20, 30],
      left: [
        [10, 20],
        [30, null],
      ],
    },
    { name: 'not where nothing was read', spans: [[10, null]], read: [20, 20], left: [[10, null]] },
    { name: 'not where it ends before it starts', spans: [[10, null]], read: [30, 20], left: [[10, null]] },
    {
      name: 'not where it ends before all time',
      spans: [[10, null]],
      read: [10, -Infinity],
      left: [[10, null]],
    },
    { name: 'from nothing', spans: [], read: [10, 20], left: [] },
  ])('$name', ({ spans, read, left }) => {
    expect(subtract(spans, ...read)).toEqual(left)
  })
})

describe('the union of spans', () => {
  test.each<{ name: string; spans: Span[]; all: Span[] }>([
    { name: 'of none is none', spans: [], all: [] },
    {
      name: 'is in order',
      spans: [
        [30, null],
        [10, 20],
      ],
      all: [
        [10, 20],
        [30, null],
      ],
    },
    {
      name: 'joins what overlaps',
      spans: [
        [10, 25],
        [20, 30],
      ],
      all: [[10, 30]],
    },
    {
      name: 'joins what touches',
      spans: [
        [10, 20],
        [20, 30],
      ],
      all: [[10, 30]],
    },
    {
      name: 'swallows what lies inside',
      spans: [
        [10, 40],
        [20, 30],
      ],
      all: [[10, 40]],
    },
    {
      name: 'has no end when one has none',
      spans: [
        [10, null],
        [20, 30],
        [5, 15],
      ],
      all: [[5, null]],
    },
    {
      name: 'joins two open ones',
      spans: [
        [20, null],
        [10, null],
      ],
      all: [[10, null]],
    },
  ])('$name', ({ spans, all }) => {
    const before = structuredClone(spans)
    expect(union(spans)).toEqual(all)
    expect(spans).toEqual(before)
  })
})

describe('for any spans and any time', () => {
  const bound = fc.integer({ min: 0, max: 30 })
  const span = fc
    .tuple(bound, fc.option(fc.integer({ min: 1, max: 10 })))
    .map(([from, length]): Span => [from, length === null ? null : from + length])
  const spans = fc.array(span, { maxLength: 6 })
  const everyTime = Array.from({ length: 45 }, (_, time) => time)
  const covered = (of: readonly Span[]) => everyTime.filter((time) => contains(of, time))

  test('subtraction is the difference of sets', () => {
    fc.assert(
      fc.property(spans, bound, bound, (from, start, end) => {
        const left = covered(from).filter((time) => time < start || time >= end)
        expect(covered(subtract(from, start, end))).toEqual(left)
      }),
      { numRuns: 1_000 },
    )
  })

  test('a union covers the same times, in order and apart', () => {
    fc.assert(
      fc.property(spans, (from) => {
        const all = union(from)
        expect(covered(all)).toEqual(covered(from))
        const apart = all.every(([start], index) => index === 0 || start > (all[index - 1]?.[1] ?? Infinity))
        expect(apart).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
