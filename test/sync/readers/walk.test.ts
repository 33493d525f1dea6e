import { describe, expect, test } from '@jest/globals'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { Checkpoint } from '../../../src/sync/state/checkpoint.js'
import { isNewestFirst, readNewestFirst, readWhole, sharedResume } from '../../../src/sync/readers/walk.js'
import { drained, LOOKBACK, MINUTE, NOW, rowsAgo, scanOf, type ScanOptions } from '../../support/scans.js'
import { RefusedRequest } from '../../support/array-server.js'

const DAY = 24 * 60 * MINUTE
const HORIZON = NOW - LOOKBACK
const settings: ScanOptions = {
  traits: { api: 'v1', paging: 'offset', strategy: { kind: 'full-scan', time: ['update_time'] } },
}
const files: ScanOptions = {
  traits: { api: 'v1', paging: 'offset', strategy: { kind: 'newest-first', time: ['update_time'] } },
}
const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b)
const kinds = (checkpoints: readonly Checkpoint[]) => checkpoints.map(({ kind }) => kind)

describe('a list that is read whole', () => {
  test('is paused after each page, and finished at its end', async () => {
    const { scan, subscription } = scanOf({ ...settings, rows: rowsAgo(9, 8, 7, 6, 5, 4, 3, 2, 1) })
    await drained(readWhole(scan))
    expect(sorted(subscription.ids)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(kinds(subscription.checkpoints.slice(0, -1)).every((kind) => kind === 'paused')).toBe(true)
    expect(subscription.checkpoints.at(-1)).toMatchObject({ kind: 'finished', covers: HORIZON, sawAll: true })
    expect(subscription.cursor).toMatchObject({ resume: undefined, oldest: HORIZON })
  })

  test('goes on where the last run was cut off, and does not claim to have seen all', async () => {
    const before = scanOf({ ...settings, rows: rowsAgo(9, 8, 7, 6, 5, 4, 3, 2, 1) })
    await drained(readWhole(before.scan))
    const paused = before.subscription.checkpoints[0]
    if (paused?.kind !== 'paused') throw new Error('The first page is not the last.')
    const { scan, server, subscription } = scanOf({
      ...settings,
      rows: rowsAgo(9, 8, 7, 6, 5, 4, 3, 2, 1),
      positions: [{ isNew: false, resume: paused.at }],
    })
    await drained(readWhole(scan))
    expect(server.requests[0]?.params.start).toBeDefined()
    expect(sorted(subscription.ids)).not.toContain(1)
    expect(subscription.checkpoints.at(-1)).toMatchObject({ kind: 'finished', sawAll: false })
  })

  test.each(['bad_request', 'server', 'gone'] as const)(
    'starts over when its saved position is refused (%s)',
    async (kind) => {
      const { scan, subscription } = scanOf({
        ...settings,
        rows: rowsAgo(9, 8, 7, 6, 5, 4, 3, 2, 1),
        positions: [
          {
            isNew: false,
            resume: {
              startedAt: NOW - DAY,
              position: { kind: 'offset', start: 4, anchor: { key: '4', time: 0 } },
            },
          },
        ],
        before: (_, { params }) => {
          if (params.start === '4' && subscription.pages.length === 0) throw new RefusedRequest(kind)
        },
      })
      await drained(readWhole(scan))
      expect(sorted(subscription.ids)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
      expect(subscription.checkpoints.at(-1)).toMatchObject({
        kind: 'finished',
        covers: HORIZON,
        sawAll: true,
      })
    },
  )

  test('starts from the beginning when its streams were cut off at different places', async () => {
    const resume = (start: number) => ({
      startedAt: NOW - DAY,
      position: { kind: 'offset' as const, start, anchor: { key: '1' } },
    })
    const { scan, server } = scanOf({
      ...settings,
      rows: rowsAgo(9, 8),
      positions: [
        { isNew: false, resume: resume(4) },
        { isNew: false, resume: resume(8) },
      ],
    })
    await drained(readWhole(scan))
    expect(server.requests[0]?.params.start).toBeUndefined()
  })

  test('is not read on when no stream needs it any more', async () => {
    const { scan, server, subscription } = scanOf({ ...settings, rows: rowsAgo(9, 8, 7, 6, 5, 4, 3, 2, 1) })
    const consume = subscription.consume.bind(subscription)
    subscription.consume = (page) => {
      subscription.emitter.fail(new Error('no'))
      return consume(page)
    }
    await drained(readWhole(scan))
    expect(server.requests).toHaveLength(1)
  })
})

describe('an empty list', () => {
  const fact = (facts: ListFacts) => ({
    wasEmpty: facts.get('wasEmpty'),
    isNoted: facts.get('emptySince') !== undefined,
  })
  const markerless = { ...settings, switches: { markers: 'none' as const } }

  test('that says so is empty, and that is learned', async () => {
    const { scan, facts, subscription } = scanOf({ ...settings, positions: [{ isNew: false }] })
    await drained(readWhole(scan))
    expect(subscription.checkpoints).toMatchObject([{ kind: 'finished', covers: HORIZON, sawAll: true }])
    expect(fact(facts)).toEqual({ wasEmpty: true, isNoted: false })
  })

  test('that was never read may be empty without saying so, which proves nothing', async () => {
    const { scan, facts, server, subscription } = scanOf(markerless)
    await drained(readWhole(scan))
    expect([server.requests.length, kinds(subscription.checkpoints)]).toEqual([2, ['none']])
    expect(fact(facts)).toEqual({ wasEmpty: true, isNoted: false })
  })

  test.each([
    { name: 'that had rows is an error, which is noted', known: {}, fails: true },
    { name: 'that has come back so for an hour is an error', known: { hours: 1 }, fails: true },
    { name: 'that has come back so for a day is believed', known: { hours: 25 }, fails: false },
    { name: 'that was empty before is believed', known: { wasEmpty: true }, fails: false },
  ])('without a marker $name', async ({ known, fails }) => {
    const facts = new ListFacts()
    if (known.wasEmpty) facts.learn('wasEmpty', true)
    if (known.hours !== undefined) facts.learn('emptySince', Date.now() - known.hours * 60 * MINUTE)
    const before = facts.get('emptySince')
    const { scan } = scanOf({ ...markerless, facts, positions: [{ isNew: false }] })
    const reading = drained(readWhole(scan))
    await (fails ? expect(reading).rejects.toThrow('does not say') : expect(reading).resolves.toEqual([]))
    if (fails) expect(facts.get('emptySince')).toEqual(before ?? expect.any(Number))
    else expect(fact(facts)).toEqual({ wasEmpty: true, isNoted: false })
  })

  test('that has rows again is no longer known as empty', async () => {
    const facts = new ListFacts()
    facts.learn('wasEmpty', true)
    facts.learn('emptySince', 5)
    await drained(readWhole(scanOf({ ...settings, facts, rows: rowsAgo(5) }).scan))
    expect(fact(facts)).toEqual({ wasEmpty: undefined, isNoted: false })
  })
})

describe('a list newest first', () => {
  test('is read until the oldest cursor of its streams', async () => {
    const { scan, server, subscription } = scanOf({
      ...files,
      rows: rowsAgo(90, 80, 70, 60, 50, 40, 30, 20, 15, 12),
      positions: [{ pending: [[NOW - 35 * MINUTE, null]] }, { pending: [[NOW - 45 * MINUTE, null]] }],
    })
    await drained(readNewestFirst(scan))
    expect(subscription.ids).toEqual(expect.arrayContaining([6, 7, 8, 9, 10]))
    expect(subscription.ids).not.toContain(1)
    expect(server.requests.length).toBeLessThan(4)
    expect(subscription.checkpoints.at(-1)).toMatchObject({
      kind: 'finished',
      covers: HORIZON,
      sawAll: false,
    })
  })

  test('is read to its end when its rows come in another order', async () => {
    const { scan, subscription } = scanOf({
      ...files,
      rows: rowsAgo(90, 80, 70, 60, 50, 40, 30, 20),
      positions: [{ pending: [[NOW - 35 * MINUTE, null]] }],
      switches: { tieBreak: 'ignored' },
    })
    await drained(readNewestFirst(scan))
    expect(sorted(subscription.ids)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

describe('the order newest first', () => {
  const at = (...times: (number | null)[]) =>
    times.map((time) => ({ key: '1', time, data: {}, fingerprint: 0 }))
  test.each([
    { rows: at(), is: true },
    { rows: at(5, 5, 3), is: true },
    { rows: at(null, 5, null, 3), is: true },
    { rows: at(3, 5), is: false },
    { rows: at(3, null, 5), is: false },
  ])('holds for $rows.length rows: $is', ({ rows, is }) => {
    expect(isNewestFirst(rows)).toBe(is)
  })
})

describe('a shared place to resume at', () => {
  const point = (startedAt: number, start = 1) => ({
    startedAt,
    position: { kind: 'offset' as const, start },
  })
  test.each([
    { name: 'none', points: [], shared: undefined },
    { name: 'that of the only stream', points: [point(1)], shared: point(1) },
    { name: 'that of all streams', points: [point(1), point(1)], shared: point(1) },
    { name: 'none where one has none', points: [point(1), undefined], shared: undefined },
    { name: 'none where they differ in place', points: [point(1), point(1, 2)], shared: undefined },
    { name: 'none where they differ in start', points: [point(1), point(2)], shared: undefined },
  ])('is $name', ({ points, shared }) => {
    expect(sharedResume(points)).toEqual(shared)
  })
})
