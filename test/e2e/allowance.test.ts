import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const streams = ['deals', 'deal_followers']

beforeEach(stopClock)

/** Deals of different ages, each with a follower; the first one changed last. */
function open(count: number, { archived = 0, options = {} } = {}): Sandbox {
  const now = Date.now() - HOUR
  const time = (at: number) => new Date(now - at * 90_000).toISOString().replace(/\.\d+Z/, 'Z')
  const ids = Array.from({ length: count }, (_, at) => at + 1)
  const deals = ids.map((id) => ({
    stream: 'deals',
    data: { id, status: 'open', add_time: time(9_000), update_time: time(id), is_archived: id <= archived },
  }))
  const followers = ids.map((id) => ({
    stream: 'deal_followers',
    data: { id, deal_id: id, user_id: 7, add_time: time(8_000) },
  }))
  return pipedrive.open({ records: [...deals, ...followers], dailyTokens: 1_000, ...options })
}

const parents = (output: Output, stream = 'deal_followers') =>
  output.records(stream).map(({ deal_id }) => deal_id)

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** A sync with an allowance of 100 tokens, which pays for the followers of ten deals, some time later. */
async function next(sandbox: Sandbox, before?: Output, ms = 0, selected = streams): Promise<Output> {
  travel(ms)
  sandbox.ledger.clear()
  const output = await read(sandbox, {
    streams: selected,
    config: { per_parent_daily_share: 0.1 },
    ...(before && { state: before.stateFile() }),
  })
  expect(output.errors()).toEqual([])
  for (const name of selected) expect(output.statuses(name).at(-1)).toBe('COMPLETE')
  return output
}

const tokensOf = (sandbox: Sandbox, stream: string) => sandbox.ledger.byStream()[stream]?.tokens ?? 0

describe('a stream that costs a request per parent', () => {
  test('reads the newest parents for its allowance, and the others over the next days, each once', async () => {
    const sandbox = open(35)
    const first = await next(sandbox)
    expect(first.records('deals').length).toBe(35)
    expect(parents(first)).toEqual(range(1, 10))
    expect(first.logs('INFO').join('\n')).toMatch(/deal_followers: the 100 tokens .* are spent/)
    const second = await next(sandbox, first, 26 * HOUR)
    expect(parents(second)).toEqual(range(11, 20))
    const third = await next(sandbox, second, 26 * HOUR)
    const fourth = await next(sandbox, third, 26 * HOUR)
    expect([...parents(third), ...parents(fourth)]).toEqual(range(21, 35))
    expect(fourth.logs('INFO').join('\n')).not.toContain('are spent')
    const fifth = await next(sandbox, fourth, 26 * HOUR)
    expect(fifth.recordCounts()).toEqual({})
    expect(tokensOf(sandbox, 'deal_followers')).toBe(0)
  })

  test('spends nothing more on the same day, whatever changes, and all other streams stay fresh', async () => {
    const sandbox = open(35)
    const first = await next(sandbox)
    sandbox.edit('deals', 30, { title: 'Changed' })
    const second = await next(sandbox, first, 5 * HOUR)
    expect(second.records('deals').map(({ id }) => id)).toEqual([30])
    expect(parents(second)).toEqual([])
    expect(tokensOf(sandbox, 'deal_followers')).toBe(0)
    const third = await next(sandbox, second, DAY)
    expect(parents(third)).toEqual([30, ...range(11, 19)])
  })

  test('never spends more than its allowance within any 24 hours', async () => {
    const sandbox = open(60)
    let output = await next(sandbox)
    const spent = [tokensOf(sandbox, 'deal_followers')]
    for (let hour = 4; hour < 72; hour += 4) {
      output = await next(sandbox, output, 4 * HOUR)
      spent.push(tokensOf(sandbox, 'deal_followers'))
    }
    for (const at of spent.keys()) {
      expect(spent.slice(at, at + 6).reduce((sum, tokens) => sum + tokens, 0)).toBeLessThanOrEqual(100)
    }
    expect(spent.reduce((sum, tokens) => sum + tokens, 0)).toBe(300)
  })

  test.each([
    { name: 'gets on with an allowance for less than a batch of parents', deals: 9 },
    { name: 'starts with the newest of more parents than it keeps', deals: 2_100 },
  ])('$name', async ({ deals }) => {
    const sandbox = open(deals)
    const config = { per_parent_daily_share: 0.03 }
    const first = await read(sandbox, { streams, config })
    expect(parents(first)).toEqual(range(1, 3))
    travel(26 * HOUR)
    const second = await read(sandbox, { streams, config, state: first.stateFile() })
    expect(parents(second)).toEqual(range(4, 6))
  })

  test('shares the allowance with the others', async () => {
    const sandbox = open(20)
    for (const id of range(1, 20)) {
      sandbox.create('persons', { id, name: `Person ${id}` })
      sandbox.create('person_followers', { id, person_id: id, user_id: 7 })
    }
    await next(sandbox, undefined, 0, ['deal_followers', 'person_followers'])
    const spent = tokensOf(sandbox, 'deal_followers') + tokensOf(sandbox, 'person_followers')
    expect(spent).toBe(100)
  })

  test('reads the followers of parents that share a second once, though the allowance ends between them', async () => {
    const sandbox = open(35)
    const update_time = new Date(Date.now() - 2 * HOUR).toISOString().replace(/\.\d+Z/, 'Z')
    for (const id of range(1, 35)) sandbox.edit('deals', id, { update_time }, { touch: false })
    let output = await next(sandbox)
    const all = [...parents(output)] as number[]
    expect(all.length).toBe(10)
    for (let day = 0; day < 3; day += 1) {
      output = await next(sandbox, output, 26 * HOUR)
      all.push(...(parents(output) as number[]))
    }
    expect(all.sort((a, b) => a - b)).toEqual(range(1, 35))
  })

  test('asks for the parents once for all streams that need them', async () => {
    const sandbox = open(8)
    await next(sandbox, undefined, 0, ['deals'])
    const alone = tokensOf(sandbox, 'deals')
    const sandboxToo = open(8)
    const both = await next(sandboxToo)
    expect(tokensOf(sandboxToo, 'deals')).toBe(alone)
    sandboxToo.edit('deals', 3, { title: 'Changed' })
    const then = await next(sandboxToo, both, HOUR)
    expect(tokensOf(sandboxToo, 'deals')).toBe(10)
    expect(tokensOf(sandboxToo, 'deal_followers')).toBe(10)
    // It is read, and its follower is the same.
    expect(parents(then)).toEqual([])
  })

  test('waits for the pages of the list that are read for other streams, and reads none of them itself', async () => {
    const tokens = async (selected: string[]) => {
      const sandbox = open(12, { options: { latencyMs: 250, switches: { pageCap: 3 } } })
      const config = { per_parent_daily_share: 1 }
      const output = await inVirtualTime(() => read(sandbox, { streams: selected, config }))
      expect(output.errors()).toEqual([])
      return tokensOf(sandbox, 'deals')
    }
    expect(await tokens(streams)).toBe(await tokens(['deals']))
  })

  test('reads the children of archived parents, which wait with the others', async () => {
    const sandbox = open(25, { archived: 12 })
    let output = await next(sandbox)
    const found = [...parents(output)]
    for (let day = 0; day < 3; day += 1) {
      output = await next(sandbox, output, 26 * HOUR)
      found.push(...parents(output))
    }
    expect((found as number[]).sort((a, b) => a - b)).toEqual(range(1, 25))
  })

  test('finds the children of a parent that was archived while it waited, though its time did not move', async () => {
    const sandbox = open(25, { options: { switches: { archivingMovesUpdateTime: false } } })
    const first = await next(sandbox)
    sandbox.archive('deals', 22)
    let output = first
    const found: unknown[] = []
    for (let day = 0; day < 3; day += 1) {
      output = await next(sandbox, output, 26 * HOUR)
      found.push(...parents(output))
    }
    expect((found as number[]).sort((a, b) => a - b)).toEqual(range(11, 25))
  })

  test('goes on where it was killed, behind the last state', async () => {
    const sandbox = open(8)
    sandbox.faults.inject({
      path: '/deals/5/followers',
      times: Infinity,
      fault: { kind: 'status', status: 400, body: { success: false, error: 'No.' } },
    })
    const first = await read(sandbox, { streams })
    expect(first.statuses('deal_followers').at(-1)).toBe('INCOMPLETE')
    sandbox.faults.clear()
    const second = await read(sandbox, { streams, state: first.stateFile() })
    const found = new Set([...parents(first), ...parents(second)])
    expect(found.size).toBe(8)
  })

  test('cannot be refreshed in full beyond its allowance, and says what to do', async () => {
    const sandbox = open(35)
    const config = { per_parent_daily_share: 0.1 }
    const output = await read(sandbox, { streams: ['deal_followers'], mode: 'full_refresh', config })
    expect(output.statuses('deal_followers').at(-1)).toBe('INCOMPLETE')
    expect(output.errors()).toMatchObject([{ failure_type: 'config_error' }])
    expect(JSON.stringify(output.errors())).toMatch(/100 tokens.*incrementally.*per_parent_daily_share/)
  })
})
