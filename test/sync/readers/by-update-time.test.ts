import { describe, expect, test } from '@jest/globals'
import type { Row } from '../../../src/pipedrive/lists/row.js'
import { lastTime, planSlices, readSlices, slicesOf } from '../../../src/sync/readers/by-update-time.js'
import { contains, type Coverage } from '../../../src/sync/state/coverage.js'
import { drained, LOOKBACK, MINUTE, minutesAgo, NOW, rowsAgo, scanOf } from '../../support/scans.js'

const HORIZON = NOW - LOOKBACK
const timed = (...times: (number | null)[]): Row[] =>
  times.map((time, at) => ({ key: String(at), time, data: {}, fingerprint: 0 }))

describe('the slices of a list', () => {
  test.each<{ name: string; pending: Coverage[]; canEnd?: boolean; common: Coverage; backfill: Coverage }>([
    { name: 'none where nothing is pending', pending: [], common: [], backfill: [] },
    {
      name: 'those of the only stream',
      pending: [
        [
          [5, 7],
          [9, null],
        ],
      ],
      common: [
        [5, 7],
        [9, null],
      ],
      backfill: [],
    },
    {
      name: 'what all streams need, and apart from it what only a newcomer needs',
      pending: [[[50, null]], [[0, null]]],
      common: [[50, null]],
      backfill: [[0, 50]],
    },
    {
      name: 'a backfill in parts',
      pending: [
        [
          [10, 20],
          [50, null],
        ],
        [
          [0, 30],
          [40, null],
        ],
      ],
      common: [
        [10, 20],
        [50, null],
      ],
      backfill: [
        [0, 10],
        [20, 30],
        [40, 50],
      ],
    },
    {
      name: 'one reading for all where the server does not filter from above',
      pending: [
        [[50, null]],
        [
          [0, 10],
          [90, null],
        ],
      ],
      canEnd: false,
      common: [[0, null]],
      backfill: [],
    },
  ])('are $name', ({ pending, canEnd = true, common, backfill }) => {
    expect(planSlices(pending, canEnd)).toEqual({ common, backfill })
  })

  test('leave out streams that have failed, and lists that are only followed', () => {
    const { scan, subscriptions } = scanOf({ positions: [{ pending: [[9, null]] }, { pending: [] }, {}] })
    subscriptions[2]?.emitter.fail(new Error('no'))
    expect(slicesOf(scan)).toEqual({ common: [[9, null]], backfill: [] })
  })
})

describe('the time that a page has reached', () => {
  const S = 1_000
  test.each([
    { name: 'is that of its last row', times: [5 * S, 7 * S], reached: 7 * S },
    { name: 'is that of earlier pages where rows have none', times: [null, null], reached: 4 * S },
    { name: 'leaves out rows before the slice', times: [S, 2 * S, 6 * S], reached: 6 * S },
    { name: 'is a whole second, inside which rows have any order', times: [5_900, 5_100], reached: 5 * S },
    { name: 'is unknown where rows are out of order', times: [7 * S, 5 * S], reached: undefined },
    { name: 'is unknown where rows are older than an earlier page', times: [3 * S], reached: undefined },
  ])('$name', ({ times, reached }) => {
    expect(lastTime(timed(...times), 4 * S, 3 * S)).toBe(reached)
  })
})

describe('reading slices', () => {
  test('covers up to the last row of each page, and at the end up to the lookback', async () => {
    const { scan, subscription } = scanOf({ rows: rowsAgo(90, 80, 70, 60, 50, 40, 30, 20, 5) })
    await drained(readSlices(scan, [[0, null]]))
    expect([...new Set(subscription.ids)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    const covered = subscription.checkpoints.map((checkpoint) =>
      checkpoint.kind === 'covered' ? checkpoint.until : 0,
    )
    expect(covered).toEqual([...covered].sort((a, b) => a - b))
    expect(covered[0]).toBe(NOW - 60 * MINUTE)
    expect(covered.at(-1)).toBe(HORIZON)
    expect(subscription.cursor.pending).toEqual([[HORIZON, null]])
  })

  test('covers a slice that ends up to its end', async () => {
    const { scan, subscription } = scanOf({
      rows: rowsAgo(90, 80, 70, 60, 50),
      positions: [
        {
          pending: [
            [0, NOW - 55 * MINUTE],
            [NOW, null],
          ],
        },
      ],
    })
    await drained(readSlices(scan, [[0, NOW - 55 * MINUTE]]))
    expect(subscription.ids).toEqual([1, 2, 3, 4])
    expect(subscription.cursor.pending).toEqual([[NOW, null]])
  })

  test('covers nothing before the end of a slice once rows were out of order', async () => {
    const { scan, subscription } = scanOf({ rows: rowsAgo(90, 80, 70, 60, 50, 40), isReversed: true })
    await drained(readSlices(scan, [[0, null]]))
    const untils = subscription.checkpoints.map((checkpoint) =>
      checkpoint.kind === 'covered' ? checkpoint.until : -1,
    )
    expect(untils.slice(0, -1).every((until) => until === 0)).toBe(true)
    expect(untils.at(-1)).toBe(HORIZON)
  })

  test('covers nothing behind the last row where no response says that the list ends', async () => {
    const { scan, subscription } = scanOf({ rows: [], switches: { markers: 'none' } })
    await drained(readSlices(scan, [[0, null]]))
    expect(subscription.cursor.pending).toEqual([[0, null]])
  })

  test('stops when no stream needs the slice any more, and goes on with the next', async () => {
    const { scan, server, subscriptions } = scanOf({
      rows: rowsAgo(90, 80, 70, 60, 50, 40, 30, 20),
      positions: [{ pending: [[NOW - 25 * MINUTE, null]] }, { pending: [[0, null]] }],
    })
    subscriptions[1]?.emitter.fail(new Error('no'))
    await drained(
      readSlices(scan, [
        [0, NOW - 25 * MINUTE],
        [NOW - 25 * MINUTE, null],
      ]),
    )
    expect(server.requests).toHaveLength(1)
    expect(subscriptions[0]?.ids).toEqual([8])
    expect(subscriptions[1]?.ids).toEqual([])
  })
})

describe('reading a long list in several lanes', () => {
  /** 80 pages of four rows. */
  const long = () => rowsAgo(...Array.from({ length: 320 }, (_, at) => 4_000 - at * 10))

  test('emits every row, and counts none as read before it is emitted', async () => {
    const rows = long()
    const lost: number[] = []
    const before = () => {
      const emitted = new Set(subscription.ids)
      const { pending } = subscription.cursor
      for (const { id, update_time: time } of rows)
        if (!emitted.has(id) && !contains(pending, Date.parse(time))) lost.push(id)
    }
    const { scan, server, subscription } = scanOf({ rows, lanes: 8, before })
    await drained(readSlices(scan, [[0, null]]))
    expect(new Set(subscription.ids)).toEqual(new Set(rows.map(({ id }) => id)))
    expect(lost).toEqual([])
    expect(subscription.cursor.pending).toEqual([[HORIZON, null]])
    const alone = scanOf({ rows })
    await drained(readSlices(alone.scan, [[0, null]]))
    expect(server.requests.length).toBeLessThanOrEqual(alone.server.requests.length * 1.1)
  })

  test('leaves a state no more slices than there are lanes, and the open one', async () => {
    const sizes: number[] = []
    const { scan, subscription } = scanOf({
      rows: long(),
      lanes: 5,
      before: () => void sizes.push(subscription.cursor.pending.length),
    })
    await drained(readSlices(scan, [[0, null]]))
    expect(Math.max(...sizes)).toBeGreaterThan(2)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6)
  })

  test('reads the unfinished slices of an earlier run in several lanes too, and the open one last', async () => {
    const at = (minutes: number) => NOW - minutes * MINUTE
    const slices: Coverage = [
      [at(4_001), at(3_500)],
      [at(3_000), at(2_500)],
      [at(1_000), null],
    ]
    const { scan, server, subscription } = scanOf({
      rows: long(),
      lanes: 4,
      positions: [{ pending: slices }],
    })
    await drained(readSlices(scan, slices))
    expect(subscription.cursor.pending).toEqual([[HORIZON, null]])
    const isOpen = server.requests.map(({ params }) => params.updated_until === undefined)
    expect(isOpen.indexOf(true)).toBeGreaterThan(isOpen.lastIndexOf(false))
  })

  test('takes a lane only for a slice that it reads, however many lanes are free', async () => {
    const free: number[] = []
    const { scan } = scanOf({
      rows: long(),
      lanes: 1_000_000,
      before: () => void free.push(scan.lanes.forUnits),
    })
    await drained(readSlices(scan, [[0, null]]))
    expect(1_000_000 - Math.min(...free)).toBeGreaterThan(1)
    expect(1_000_000 - Math.min(...free)).toBeLessThanOrEqual(20)
  })

  test('ends with the error of one lane, loses nothing, and gives the lanes back', async () => {
    const rows = long()
    const { scan, subscription } = scanOf({
      rows,
      lanes: 6,
      before: (request) => {
        if (request === 30) throw new Error('refused')
      },
    })
    await expect(drained(readSlices(scan, [[0, null]]))).rejects.toThrow('refused')
    const emitted = new Set(subscription.ids)
    const { pending } = subscription.cursor
    for (const { id, update_time: time } of rows)
      expect(emitted.has(id) || contains(pending, Date.parse(time))).toBe(true)
    expect(scan.lanes.forUnits).toBe(6)
  })

  test('emits rows that are edited meanwhile, or leaves them to the next run', async () => {
    const rows = long()
    const { scan, subscription } = scanOf({
      rows,
      lanes: 6,
      before: (request) => {
        const row = rows[(request * 37) % rows.length]
        if (row && request % 2 === 0) row.update_time = minutesAgo(request % 9)
      },
    })
    await drained(readSlices(scan, [[0, null]]))
    const { pending } = subscription.cursor
    const versions = new Set(subscription.rows.map(({ key, time }) => `${key}@${time}`))
    for (const { id, update_time: time } of rows) {
      const at = Date.parse(time)
      expect(versions.has(`${id}@${at}`) || contains(pending, at)).toBe(true)
    }
  })
})
