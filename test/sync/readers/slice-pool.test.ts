import { describe, expect, test } from '@jest/globals'
import { SlicePool, type SliceReading } from '../../../src/sync/readers/slice-pool.js'
import type { Coverage } from '../../../src/sync/state/coverage.js'

const YEAR = 365 * 86_400
const PAGE = 500
const HORIZON = 1_800_000_000

/** Ages of rows in seconds before the horizon, for a place from 0 (the oldest row) to 1. */
const SPREADS = {
  even: (place: number) => (1 - place) * 5 * YEAR,
  'one burst': (place: number, rows: number) =>
    place < 0.05 || place > 0.95
      ? (1 - place) * 5 * YEAR
      : 4.75 * YEAR - (place - 0.05) * Math.max(3_600, rows / 100),
  'a long empty past': (place: number) => (place === 0 ? 40 * YEAR : (1 - place) * YEAR * 0.1),
  'two eras': (place: number) => (place < 0.5 ? 20 * YEAR - place * YEAR : (1 - place) * YEAR),
  'one second': () => YEAR,
} satisfies Record<string, (place: number, rows: number) => number>

type Spread = keyof typeof SPREADS

/** Times in milliseconds, ascending. */
const timesOf = (rows: number, spread: Spread): number[] =>
  Array.from(
    { length: rows },
    (_, row) => Math.floor(HORIZON - 1 - SPREADS[spread](row / rows, rows)) * 1_000,
  )

interface Reader {
  slice: SliceReading
  at: number
  end: number
}

/**
 * Reads a list with so many lanes, a page each in every round; how many requests and rounds it took. A page begins with
 * the last row of the page before, as it is asked for from that row's time on.
 */
function readAll(rows: number, spread: Spread, lanes: number, slices: Coverage = [[0, null]]) {
  const times = timesOf(rows, spread)
  const indexFrom = (time: number) => {
    let [low, high] = [0, rows]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((times[middle] ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }
  const pool = new SlicePool(slices, () => HORIZON * 1_000)
  const open = (slice: SliceReading): Reader => {
    const { from, requestedUntil: until } = slice
    return { slice, at: indexFrom(from), end: until === null ? rows : indexFrom(until) }
  }
  const seen = new Uint8Array(rows)
  let readers: Reader[] = []
  let [requests, rounds] = [0, 0]
  const openWere: boolean[] = []
  for (;;) {
    while (readers.length < lanes) {
      const slice = pool.take()
      if (!slice) break
      openWere.push(slice.until === null)
      readers.push(open(slice))
    }
    if (readers.length === 0) return { missing: seen.indexOf(0), requests, rounds, openWere }
    rounds += 1
    readers = readers.filter((reader) => {
      requests += 1
      const { slice, at, end } = reader
      const page = times.slice(at, Math.min(end, at + PAGE))
      seen.fill(1, at, at + page.length)
      const isLast = at + page.length >= end
      reader.at += isLast || page[0] === page.at(-1) ? page.length : page.length - 1
      pool.advance(slice, { times: page, reached: page.at(-1) ?? slice.reached, isLast })
      if (isLast || slice.isOver) pool.finish(slice)
      return !isLast && !slice.isOver
    })
  }
}

const spreads = Object.keys(SPREADS) as Spread[]

describe.each(spreads)('a list of %s', (spread) => {
  test.each([
    { rows: 300, lanes: 31, most: 1 },
    { rows: 1_400, lanes: 31, most: 3 },
    { rows: 20_000, lanes: 6, most: 44 },
    { rows: 20_000, lanes: 31, most: 44 },
    { rows: 200_000, lanes: 16, most: 412 },
    { rows: 200_000, lanes: 31, most: 412 },
  ])('of $rows rows is read whole by $lanes lanes, with at most $most requests', ({ rows, lanes, most }) => {
    const { missing, requests } = readAll(rows, spread, lanes)
    expect(missing).toBe(-1)
    expect(requests).toBeLessThanOrEqual(most)
  })
})

test.each<{ spread: Spread; lanes: number; most: number }>([
  { spread: 'even', lanes: 6, most: 95 },
  { spread: 'even', lanes: 16, most: 40 },
  { spread: 'one burst', lanes: 16, most: 60 },
  { spread: 'a long empty past', lanes: 16, most: 40 },
  { spread: 'two eras', lanes: 16, most: 48 },
])(
  '200,000 rows of $spread take $lanes lanes at most $most round trips, not 400',
  ({ spread, lanes, most }) => {
    expect(readAll(200_000, spread, lanes).rounds).toBeLessThanOrEqual(most)
  },
)

describe('the slices of a list', () => {
  test('are dealt out oldest first, and the open one when all others have been read', () => {
    const pool = new SlicePool(
      [
        [10_000, 20_000],
        [30_000, 40_000],
        [50_000, null],
      ],
      () => 90_000,
    )
    const [first, second] = [pool.take(), pool.take()]
    expect([first?.from, second?.from]).toEqual([10_000, 30_000])
    expect(pool.take()).toBeUndefined()
    if (first) pool.finish(first)
    expect(pool.take()).toBeUndefined()
    if (second) pool.finish(second)
    expect(pool.take()).toMatchObject({ from: 50_000, requestedUntil: null })
    expect(pool.take()).toBeUndefined()
  })

  test('that reach to the present leave it to a slice of its own once they are split, which is read last', () => {
    const { openWere } = readAll(100_000, 'even', 8)
    expect(openWere.filter(Boolean)).toHaveLength(2)
    expect(openWere.at(-1)).toBe(true)
  })

  test('stay whole where a single lane reads them', () => {
    expect(readAll(100_000, 'even', 1)).toMatchObject({ requests: 201, openWere: [true] })
  })
})

test('a slice whose rows come out of order is not split: nothing is known of what is left', () => {
  const pool = new SlicePool([[0, null]], () => HORIZON * 1_000)
  const slice = pool.take()
  if (!slice) throw new Error('There is a slice.')
  const times = timesOf(100_000, 'even')
  for (let page = 0; page < 4; page += 1)
    pool.advance(slice, {
      times: times.slice(page * PAGE, (page + 1) * PAGE),
      reached: undefined,
      isLast: false,
    })
  expect(pool.hasWork).toBe(false)
})
