import { describe, expect, test } from '@jest/globals'
import { SlicePool } from '../../../src/sync/readers/slice-pool.js'
import type { SliceReading } from '../../../src/sync/readers/slice-reading.js'
import type { Coverage } from '../../../src/sync/state/coverage.js'
import { HORIZON, spreads, timesOf, type Spread } from '../../support/update-times.js'

const PAGE = 500

const NOTHING_SEEN = { largestId: 0, newest: [] }

interface Reader {
  slice: SliceReading
  at: number
  end: number
}

interface Reading {
  slices?: Coverage
  /** The largest id of the list, per row; 0: not known. */
  idsPerRow?: number
  /** Whether another request has shown the newest rows. */
  newestSeen?: boolean
}

/**
 * Reads a list with so many lanes, a page each in every round; how many requests and rounds it took. A page begins with
 * the last row of the page before, as it is asked for from that row's time on.
 */
function readAll(
  rows: number,
  spread: Spread,
  lanes: number,
  { slices = [[0, null]], idsPerRow = 1, newestSeen = false }: Reading = {},
) {
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
  const pool = new SlicePool(slices, () => HORIZON * 1_000, {
    largestId: rows * idsPerRow,
    newest: newestSeen ? times.slice(-PAGE) : [],
  })
  const open = (slice: SliceReading): Reader => {
    const { from, requestedUntil: until } = slice
    return { slice, at: indexFrom(from), end: until === null ? rows : indexFrom(until) }
  }
  const seen = new Uint8Array(rows)
  let readers: Reader[] = []
  let requests = 0
  const readersPerRound: number[] = []
  const openWere: boolean[] = []
  for (;;) {
    while (readers.length < lanes) {
      const slice = pool.take()
      if (!slice) break
      openWere.push(slice.until === null)
      readers.push(open(slice))
    }
    if (readers.length === 0)
      return {
        missing: seen.indexOf(0),
        requests,
        rounds: readersPerRound.length,
        readersPerRound,
        openWere,
      }
    readersPerRound.push(readers.length)
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

describe.each(spreads)('a list of %s', (spread) => {
  test.each<{ rows: number; lanes: number; most: number; which?: string } & Reading>(
    [
      { rows: 300, lanes: 31, most: 1 },
      { rows: 1_400, lanes: 31, most: 3 },
      { rows: 20_000, lanes: 6, most: 44 },
      { rows: 20_000, lanes: 31, most: 44 },
      { rows: 200_000, lanes: 16, most: 412 },
      { rows: 200_000, lanes: 31, most: 412 },
      { rows: 200_000, lanes: 31, most: 412, newestSeen: true, which: 'whose newest rows were seen' },
      { rows: 200_000, lanes: 31, most: 412, idsPerRow: 0, which: 'whose ids are no numbers' },
      { rows: 200_000, lanes: 31, most: 418, idsPerRow: 2, which: 'of which half was deleted' },
      { rows: 1_000_000, lanes: 31, most: 2_060 },
      { rows: 1_000_000, lanes: 31, most: 2_060, newestSeen: true, which: 'whose newest rows were seen' },
    ].map((given) => ({ which: '', ...given })),
  )(
    'of $rows rows $which is read whole by $lanes lanes, with at most $most requests',
    ({ rows, lanes, most, ...given }) => {
      const { missing, requests } = readAll(rows, spread, lanes, given)
      expect(missing).toBe(-1)
      expect(requests).toBeLessThanOrEqual(most)
    },
  )
})

test.each<{ rows: number; spread: Spread; lanes: number; most: number }>([
  { rows: 200_000, spread: 'even', lanes: 6, most: 80 },
  { rows: 200_000, spread: 'even', lanes: 16, most: 45 },
  { rows: 200_000, spread: 'one burst', lanes: 16, most: 130 },
  { rows: 200_000, spread: 'a long empty past', lanes: 16, most: 60 },
  { rows: 200_000, spread: 'two eras', lanes: 16, most: 70 },
  { rows: 200_000, spread: 'working hours', lanes: 16, most: 55 },
  // The highest plan allows 120 requests in the time of eight round trips at 250 ms: more lanes would be of no use.
  { rows: 1_000_000, spread: 'even', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'one burst', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'a long empty past', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'two eras', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'growth', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'decline', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'working hours', lanes: 31, most: 125 },
  { rows: 1_000_000, spread: 'ten bursts', lanes: 31, most: 125 },
])(
  '$rows rows of $spread take $lanes lanes at most $most round trips, not one per page',
  ({ rows, spread, lanes, most }) => {
    expect(readAll(rows, spread, lanes).rounds).toBeLessThanOrEqual(most)
  },
)

describe('a long list is in the hands of all lanes', () => {
  test('after five pages of its first slice', () => {
    const { readersPerRound } = readAll(1_000_000, 'even', 31)
    expect(readersPerRound.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 31])
  })

  test('after two where the newest rows lie as far apart as the oldest, and as the ids say', () => {
    const { readersPerRound } = readAll(1_000_000, 'even', 31, { newestSeen: true })
    expect(readersPerRound.slice(0, 3)).toEqual([1, 16, 31])
  })

  test('not at once where the newest rows lie closer together', () => {
    const { readersPerRound } = readAll(1_000_000, 'growth', 31, { newestSeen: true })
    expect(readersPerRound.slice(0, 2)).toEqual([1, 1])
  })
})

describe('the slices of a list', () => {
  test('are dealt out oldest first, and the open one when all others have been read', () => {
    const pool = new SlicePool(
      [
        [10_000, 20_000],
        [30_000, 40_000],
        [50_000, null],
      ],
      () => 90_000,
      NOTHING_SEEN,
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
  const pool = new SlicePool([[0, null]], () => HORIZON * 1_000, NOTHING_SEEN)
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
