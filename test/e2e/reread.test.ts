import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

/*
 * Following a deal moves no time of the deal; linking a note to another record moves no time of the note.
 */
const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const streams = ['deals', 'deal_followers']

beforeEach(stopClock)

/** Deals with a follower each, some of them archived. */
function open(count: number, archived = 0): Sandbox {
  const time = new Date(Date.now() - 48 * HOUR).toISOString().replace(/\.\d+Z/, 'Z')
  const ids = Array.from({ length: count }, (_, at) => at + 1)
  const deals = ids.map((id) => ({
    stream: 'deals',
    data: { id, status: 'open', add_time: time, update_time: time, is_archived: id <= archived },
  }))
  const followers = ids.map((id) => ({ stream: 'deal_followers', data: { id, deal_id: id, user_id: 7 } }))
  return pipedrive.open({ records: [...deals, ...followers], dailyTokens: 1_000 })
}

async function next(sandbox: Sandbox, ms: number, before?: Output, share = 1): Promise<Output> {
  travel(ms)
  sandbox.ledger.clear()
  const state = before && { state: before.stateFile() }
  const output = await read(sandbox, { streams, config: { per_parent_daily_share: share }, ...state })
  expect(output.errors()).toEqual([])
  return output
}

const follow = (sandbox: Sandbox, deal_id: number) =>
  sandbox.create('deal_followers', { deal_id, user_id: 8 }, { touch: false })
const followed = (output: Output) =>
  output.records('deal_followers').map(({ deal_id, user_id }) => [deal_id, user_id])
const requests = (sandbox: Sandbox) => sandbox.ledger.byStream().deal_followers?.requests ?? 0

describe('what no time tells', () => {
  test('is found a week after all parents were read, and costs nothing until then', async () => {
    const sandbox = open(12, 4)
    const first = await next(sandbox, 0)
    expect(followed(first).length).toBe(12)
    follow(sandbox, 9)
    follow(sandbox, 2)
    const second = await next(sandbox, 6 * DAY, first)
    expect([second.recordCounts(), requests(sandbox)]).toEqual([{}, 0])
    const third = await next(sandbox, DAY + HOUR, second)
    expect(followed(third).filter(([, user]) => user === 8)).toEqual(
      expect.arrayContaining([
        [9, 8],
        [2, 8],
      ]),
    )
    // Parents whose followers are the same emit nothing.
    expect(new Set(followed(third).map(([deal]) => deal))).toEqual(new Set([2, 9]))
    expect(requests(sandbox)).toBe(12)
    const fourth = await next(sandbox, HOUR, third)
    expect([fourth.recordCounts(), requests(sandbox)]).toEqual([{}, 0])
  })

  test('is looked for with half of the allowance, over as many days as it takes, each parent once', async () => {
    const sandbox = open(25)
    // 200 tokens a day: the first syncs read 20 and 5 parents, and looking for changes 10 a day.
    const first = await next(sandbox, 0, undefined, 0.2)
    let output = await next(sandbox, 25 * HOUR, first, 0.2)
    for (const id of [1, 15, 25]) follow(sandbox, id)
    const counts: number[] = []
    const found: unknown[] = []
    for (let day = 0; day < 10; day += 1) {
      output = await next(sandbox, 25 * HOUR, output, 0.2)
      counts.push(requests(sandbox))
      found.push(
        ...followed(output)
          .filter(([, user]) => user === 8)
          .map(([deal]) => deal),
      )
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(25)
    // A batch of parents may go a little beyond the half.
    expect(Math.max(...counts)).toBeLessThan(20)
    expect(found).toEqual([1, 15, 25])
  })

  test('is looked for in every stream, though one takes longer than a week', async () => {
    const sandbox = open(8)
    const both = [...streams, 'deal_discounts']
    const sync = async (before?: Output) => {
      travel(25 * HOUR)
      sandbox.ledger.clear()
      // A parent a day is read again.
      const config = { per_parent_daily_share: before ? 0.02 : 1 }
      const output = await read(sandbox, {
        streams: both,
        config,
        ...(before && { state: before.stateFile() }),
      })
      expect(output.errors()).toEqual([])
      return output
    }
    let output = await sync()
    const counts = { deal_followers: 0, deal_discounts: 0 }
    for (let day = 0; day < 20; day += 1) {
      output = await sync(output)
      const usage = sandbox.ledger.byStream()
      counts.deal_followers += usage.deal_followers?.requests ?? 0
      counts.deal_discounts += usage.deal_discounts?.requests ?? 0
    }
    expect(counts.deal_followers).toBe(8)
    expect(counts.deal_discounts).toBeGreaterThan(3)
  })

  test('is not looked for while parents that changed wait for the allowance', async () => {
    const sandbox = open(25)
    const first = await next(sandbox, 0)
    for (let id = 1; id <= 25; id += 1) {
      sandbox.edit('deals', id, { title: 'Changed' })
      follow(sandbox, id)
    }
    const second = await next(sandbox, 8 * DAY, first, 0.1)
    expect(requests(sandbox)).toBe(10)
    const third = await next(sandbox, 25 * HOUR, second, 0.1)
    const read20 = new Set([...followed(second), ...followed(third)].map(([deal]) => deal))
    expect(read20.size).toBe(20)
  })
})

describe('a log of changes that move no time', () => {
  const LOG = ['deals', 'deal_follower_changes']
  const logFollower = (sandbox: Sandbox, deal_id: number, follower_user_id: number) => {
    const time = new Date().toISOString().replace(/\.\d+Z/, 'Z')
    const change = { deal_id, follower_user_id, action: 'added', time }
    sandbox.create('deal_follower_changes', change, { touch: false })
  }
  const logged = (output: Output) =>
    output
      .records('deal_follower_changes')
      .map(({ deal_id, follower_user_id }) => [deal_id, follower_user_id])

  async function sync(sandbox: Sandbox, ms: number, before?: Output): Promise<Output> {
    travel(ms)
    sandbox.ledger.clear()
    const state = before && { state: before.stateFile() }
    const output = await read(sandbox, { streams: LOG, config: { per_parent_daily_share: 1 }, ...state })
    expect(output.errors()).toEqual([])
    return output
  }

  test('has its new rows found within a week, and none of those that are known emitted again', async () => {
    const sandbox = open(6)
    for (const deal of [1, 2, 3, 4, 5, 6]) logFollower(sandbox, deal, 7)
    const first = await sync(sandbox, HOUR)
    expect(logged(first).length).toBe(6)
    // Its changes are found at once, as the deal has changed as well.
    logFollower(sandbox, 2, 8)
    sandbox.edit('deals', 2, { title: 'Changed' })
    const second = await sync(sandbox, DAY, first)
    expect(logged(second)).toEqual([[2, 8]])
    logFollower(sandbox, 5, 8)
    const third = await sync(sandbox, 7 * DAY, second)
    expect(new Set(logged(third).map(([deal]) => deal))).toEqual(new Set([5]))
    const fourth = await sync(sandbox, 8 * DAY, third)
    expect([fourth.recordCounts(), sandbox.ledger.byStream().deal_follower_changes?.requests]).toEqual([
      {},
      6,
    ])
  })
})

describe('notes that are linked to another record', () => {
  const NOTES = ['notes']

  /** Notes of deal 1, and a sync of them. */
  function openNotes(count: number): Sandbox {
    const time = new Date(Date.now() - 48 * HOUR)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z/, '')
    const notes = Array.from({ length: count }, (_, at) => ({
      stream: 'notes',
      data: { id: at + 1, deal_id: 1, content: `Note ${at + 1}`, add_time: time, update_time: time },
    }))
    return pipedrive.open({ records: notes, switches: { pageCap: 10 }, dailyTokens: 1_000 })
  }

  async function sync(sandbox: Sandbox, ms: number, before?: Output, share = 1): Promise<Output> {
    travel(ms)
    sandbox.ledger.clear()
    const state = before && { state: before.stateFile() }
    const config = { per_parent_daily_share: share, verification: 0 }
    const output = await read(sandbox, { streams: NOTES, config, ...state })
    expect(output.errors()).toEqual([])
    return output
  }

  const relink = (sandbox: Sandbox, id: number) =>
    sandbox.edit('notes', id, { deal_id: null, lead_id: 'a lead' }, { touch: false })
  const links = (output: Output) => output.records('notes').map(({ id, lead_id }) => [id, lead_id])

  test('are found within a week, and nothing else is emitted', async () => {
    const sandbox = openNotes(35)
    const first = await sync(sandbox, 0)
    expect(first.records('notes').length).toBe(35)
    relink(sandbox, 3)
    relink(sandbox, 33)
    const second = await sync(sandbox, 6 * DAY, first)
    expect([second.recordCounts(), sandbox.ledger.byStream().notes?.requests]).toEqual([{}, 1])
    const third = await sync(sandbox, DAY + HOUR, second)
    expect(links(third)).toEqual([
      [3, 'a lead'],
      [33, 'a lead'],
    ])
    const fourth = await sync(sandbox, 8 * DAY, third)
    expect(fourth.recordCounts()).toEqual({})
    const fifth = await sync(sandbox, HOUR, fourth)
    expect(sandbox.ledger.byStream().notes?.requests).toBe(1)
    expect(fifth.recordCounts()).toEqual({})
  })

  test('are looked for over several days where the allowance is small, each note once', async () => {
    const sandbox = openNotes(35)
    // 100 tokens a day, half of them for notes that show no change: three pages.
    let output = await sync(sandbox, 0, undefined, 0.1)
    for (const id of [1, 15, 35]) relink(sandbox, id)
    const found: unknown[] = []
    const pages: number[] = []
    for (let day = 0; day < 4; day += 1) {
      output = await sync(sandbox, day === 0 ? 8 * DAY : 25 * HOUR, output, 0.1)
      found.push(links(output).map(([id]) => id))
      pages.push(sandbox.ledger.byStream().notes?.requests ?? 0)
    }
    expect(found).toEqual([[1, 15], [35], [], []])
    // The first of these days also looks for notes without a time, at both ends of the list.
    expect(pages).toEqual([6, 2, 1, 1])
  })

  test('arrive as any other change where their time moves, and are not emitted a second time', async () => {
    const sandbox = openNotes(5)
    const first = await sync(sandbox, 0)
    sandbox.edit('notes', 2, { deal_id: null, lead_id: 'a lead' })
    const second = await sync(sandbox, DAY, first)
    expect(links(second)).toEqual([[2, 'a lead']])
    expect((await sync(sandbox, 7 * DAY, second)).recordCounts()).toEqual({})
  })
})
