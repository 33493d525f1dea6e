import { describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../../sandbox/features.js'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { affordableStreams } from '../../../src/commands/affordable-streams.js'
import type { EstimateReport } from '../../../src/commands/estimate/report.js'
import { configOf, file, read, runForText } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { travel, stopClock } from '../../support/time.js'

const pipedrive = pipedriveServer()
const STREAMS = [
  'deals',
  'deal_products',
  'persons',
  'organizations',
  'activities',
  'products',
  'leads',
  'leads_archived',
  'notes',
  'files',
  'users',
  'stages',
]

interface Options {
  streams?: readonly string[]
  state?: unknown
  config?: object
}

async function estimate(sandbox: Sandbox, { streams = STREAMS, state, config }: Options = {}) {
  const argv = [
    'estimate',
    '--json',
    '--config',
    file(configOf(sandbox, config)),
    '--streams',
    streams.join(','),
  ]
  const { text, aside, exitCode } = await runForText(
    state === undefined ? argv : [...argv, '--state', file(state)],
  )
  return { report: JSON.parse(text) as EstimateReport, aside, exitCode }
}

const listOf = ({ lists }: EstimateReport, name: string) => lists.find(({ stream }) => stream === name)

/** What a sync spent on each list is within the estimate. */
function expectToHold(report: EstimateReport, sandbox: Sandbox): void {
  const usage = sandbox.ledger.byStream()
  for (const { stream, requests, tokens } of report.lists) {
    const spent = usage[stream] ?? { requests: 0, tokens: 0 }
    for (const [range, actual] of [
      [requests, spent.requests],
      [tokens, spent.tokens],
    ] as const) {
      expect([stream, actual >= range.atLeast, actual <= (range.atMost ?? Infinity)]).toEqual([
        stream,
        true,
        true,
      ])
    }
  }
}

describe('an estimate', () => {
  test.each([
    { name: 'of a small company', deals: 60 },
    { name: 'of a large one', deals: 600 },
  ])('$name is correct for the next sync, and costs one request per list', async ({ deals }) => {
    const sandbox = pipedrive.open({ deals })
    const { report, exitCode } = await estimate(sandbox)
    const { requests, tokens } = report.spent
    expect(exitCode).toBe(0)
    expect(requests).toBe(sandbox.ledger.entries.length)
    expect(tokens).toBe(sandbox.ledger.entries.reduce((sum, entry) => sum + entry.tokens, 0))
    // The account and eleven lists; lists in one response, such as users, and children are not requested.
    expect([requests, tokens]).toEqual([12, 177])

    sandbox.ledger.clear()
    await read(sandbox, { streams: STREAMS })
    expectToHold(report, sandbox)
  })

  test('tells how many days streams with a request per parent take, and is right', async () => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 60, dailyTokens: 3_000 })
    const streams = ['deals', 'deal_followers']
    const config = { per_parent_daily_share: 0.1 }
    const { report } = await estimate(sandbox, { streams, config })
    const parents = listOf(report, 'deals')?.rows.atMost ?? 0
    const archived = listOf(report, 'deals_archived')?.rows.atMost ?? 0
    const most = (parents + archived) * 10
    expect(report.backlog).toEqual({
      tokensPerDay: 300,
      tokens: { atLeast: 0, atMost: most },
      days: Math.ceil(most / 300),
      unbounded: [],
    })
    let state: object[] | undefined
    let days = 0
    for (let spent = 1; spent > 0; days += 1) {
      sandbox.ledger.clear()
      const output = await read(sandbox, { streams, config, ...(state && { state }) })
      state = output.stateFile()
      spent = sandbox.ledger.byStream().deal_followers?.tokens ?? 0
      expect(spent).toBeLessThanOrEqual(300)
      travel(25 * 3_600_000)
    }
    expect(days - 1).toBeLessThanOrEqual(report.backlog?.days ?? 0)
    expect(days).toBeGreaterThan(1)
    const later = await estimate(sandbox, { streams, config, state })
    expect(later.report.backlog).toMatchObject({ tokens: { atLeast: 0, atMost: 0 }, days: 0 })
  })

  test('says in words how many days streams with a request per parent take', async () => {
    const sandbox = pipedrive.open({ deals: 60, dailyTokens: 3_000 })
    const argv = ['estimate', '--config', file(configOf(sandbox)), '--streams', 'deals,deal_followers']
    const { text } = await runForText(argv)
    expect(text.replace(/\n/g, ' ')).toMatch(
      /request per parent share 1,500 tokens a day: .* at most \d+ tokens, .* at most 1 day\./,
    )
  })

  test('is exact if a list fits one page, and otherwise bounded by the highest id', async () => {
    const sandbox = pipedrive.open({ deals: 600 })
    const { report } = await estimate(sandbox)
    const products = sandbox.rows('products').length
    expect(listOf(report, 'products')?.rows).toEqual({ atLeast: products, atMost: products })
    const highest = Math.max(...sandbox.rows('deals', { deleted: true }).map(({ id }) => Number(id)))
    expect(listOf(report, 'deals')?.rows).toEqual({ atLeast: 501, atMost: highest })
    expect(listOf(report, 'deal_products')).toMatchObject({ rows: { atLeast: 0 }, tokensPerThousand: 100 })
    const archived = listOf(report, 'deals_archived')?.rows.atMost ?? 0
    const batches = Math.ceil((highest + archived) / 100)
    expect(listOf(report, 'deal_products')?.requests.atMost).toBeGreaterThanOrEqual(batches)
    expect(listOf(report, 'deal_products')?.requests.atMost).toBeLessThanOrEqual(batches + 1)
  })

  test('has no upper bound for keys that are not numbers', async () => {
    const sandbox = pipedrive.open({ deals: 300, switches: { pageCap: 20 } })
    const { report } = await estimate(sandbox, { streams: ['leads'] })
    expect(listOf(report, 'leads')?.rows.atMost).toBeUndefined()
    expect(listOf(report, 'leads')?.tokensPerThousand).toBe(40)
  })

  test('takes a state into account', async () => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 80 })
    const first = await read(sandbox, { streams: STREAMS })
    travel(3_600_000)
    sandbox.edit('persons', sandbox.rows('persons')[0]?.id as number, { name: 'Changed' })
    const { report } = await estimate(sandbox, { state: first.stateFile() })
    expect(listOf(report, 'persons')?.rows).toEqual({ atLeast: 1, atMost: 1 })
    expect(listOf(report, 'deals')?.requests).toEqual({ atLeast: 1, atMost: 1 })
    sandbox.ledger.clear()
    await read(sandbox, { streams: STREAMS, state: first.stateFile() })
    expectToHold(report, sandbox)
  })

  test('takes start dates into account', async () => {
    const sandbox = pipedrive.open({ deals: 600 })
    const all = await estimate(sandbox, { streams: ['deals'] })
    const none = await estimate(sandbox, {
      streams: ['deals'],
      config: { start_dates: { deals: new Date(Date.now() + 3_600_000).toISOString() } },
    })
    expect(listOf(all.report, 'deals')?.rows.atLeast).toBeGreaterThan(500)
    expect(listOf(none.report, 'deals')?.rows).toEqual({ atLeast: 0, atMost: 0 })
  })

  test('relates tokens to the daily budget, and requests to the rate of the plan', async () => {
    const sandbox = pipedrive.open({ deals: 600, plan: 'lite', dailyTokens: 10_000 })
    const { report } = await estimate(sandbox, { config: { plan: 'lite', burst_share: 0.5 } })
    const { total } = report
    expect(report.requestsPerTwoSeconds).toBe(10)
    expect(report.dailyTokens).toEqual({ limit: 10_000, left: 10_000 - 177 })
    expect(total.shareOfDay?.atMost).toBeCloseTo((total.tokens.atMost ?? 0) / 10_000)
    expect(total.minutes.atMost).toBeGreaterThanOrEqual((total.requests.atMost ?? 0) / 5 / 60)
  })

  test('has no share of the daily budget if Pipedrive does not report it', async () => {
    const sandbox = pipedrive.open({ switches: { dailyHeaders: 'absent' } })
    const { report } = await estimate(sandbox, { streams: ['users'] })
    expect(report.dailyTokens).toBeUndefined()
    expect(report.total.shareOfDay).toBeUndefined()
  })

  test('names the streams for which a list is read that is not selected', async () => {
    const sandbox = pipedrive.open()
    const { report } = await estimate(sandbox, { streams: ['deal_products'] })
    expect(report.lists.map(({ stream, readFor }) => [stream, readFor])).toEqual([
      ['deals_archived', ['deal_products']],
      ['deals', ['deal_products']],
      ['deal_products', ['deal_products']],
    ])
  })

  test('omits a list that cannot be read, with a warning', async () => {
    const sandbox = pipedrive.open()
    const body = { success: false, error: 'You do not have permissions to do this.' }
    sandbox.faults.inject({ path: '/v1/notes', fault: { kind: 'status', status: 403, body } })
    const { report, aside, exitCode } = await estimate(sandbox, { streams: ['notes', 'files'] })
    expect(report.lists.map(({ stream }) => stream)).toEqual(['files'])
    expect(aside).toContain(
      'notes is not in the estimate: The user who owns the token may not read this data',
    )
    expect(exitCode).toBe(0)
  })

  test.each([{ deals: 20 }, { deals: 600 }])(
    'has a total that a sync of all streams by default keeps to: $deals deals',
    async ({ deals }) => {
      stopClock()
      const sandbox = pipedrive.open({ deals })
      let state: object[] | undefined
      for (const isFirstSync of [true, false]) {
        const { report } = await estimate(sandbox, { streams: affordableStreams(), state })
        expect([report.isFirstSync, report.total.unbounded]).toEqual([isFirstSync, []])
        sandbox.ledger.clear()
        const output = await read(sandbox, { streams: affordableStreams(), ...(state && { state }) })
        state = output.stateFile()
        expectToHold(report, sandbox)
        const { requests, tokens } = report.total
        const spent = sandbox.ledger.entries.reduce((sum, entry) => sum + entry.tokens, 0)
        for (const [range, actual] of [
          [requests, sandbox.ledger.entries.length],
          [tokens, spent],
        ] as const) {
          expect(actual).toBeGreaterThanOrEqual(range.atLeast)
          expect(actual).toBeLessThanOrEqual(range.atMost ?? 0)
        }
        travel(3_600_000)
      }
    },
  )

  test('has an upper bound of what each parent costs, also where the list of parents has no pages', async () => {
    const sandbox = pipedrive.open({ deals: 20, switches: everyFeature })
    const streams = ['filter_conditions', 'project_phases', 'permission_set_assignments', 'user_followers']
    const { report } = await estimate(sandbox, { streams })
    expect(report.total.unbounded).toEqual([])
    const filters = sandbox.rows('filters').length
    expect(listOf(report, 'filter_conditions')?.requests).toEqual({ atLeast: 0, atMost: filters })
    sandbox.ledger.clear()
    const first = await read(sandbox, { streams })
    expectToHold(report, sandbox)
    expect(sandbox.ledger.byStream().filter_conditions?.requests).toBe(filters)
    // Later, the lists are not requested for an estimate: their rows are compared when they are read.
    const next = await estimate(sandbox, { streams, state: first.stateFile() })
    expect(next.report.spent.requests).toBe(1)
  })

  test('is a table for people, of all streams by default, in lines of 80 characters', async () => {
    const sandbox = pipedrive.open({ deals: 1100, dailyTokens: 30_000 })
    const { text, exitCode } = await runForText(['estimate', '--config', file(configOf(sandbox))])
    expect(exitCode).toBe(0)
    expect(text.replace(/\n/g, ' ')).toMatch(
      /^Estimate for the first sync of .*, at 120 requests per 2 seconds\. Of today's 30,000 tokens, [\d,]+ are left\. In total \d+ – \d+ requests and [\d,]+ – [\d,]+ tokens, [\d.]+ % – [\d.]+ % of the day's tokens, in .* s\. /,
    )
    expect(text).toMatch(/^list +rows +requests +tokens +time$/m)
    expect(text).toMatch(/^account +1 +1 +2 +< 1 s$/m)
    expect(text).toMatch(/^deals +501 – [\d,]+ +\d+ – \d+ +\d+ – \d+ .* s$/m)
    expect(text).toMatch(/^users +unknown +1 +20 +< 1 s$/m)
    expect(text).toMatch(/\nThis estimate cost 30 requests and 482 tokens\.\n$/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('is for the next sync once a stream has a state', async () => {
    const sandbox = pipedrive.open()
    const state = (await read(sandbox, { streams: ['users'] })).stateFile()
    const argv = ['estimate', '--config', file(configOf(sandbox)), '--streams', 'users,stages', '--state']
    expect((await runForText([...argv, file(state)])).text).toMatch(/^Estimate for the next sync of /)
    expect((await runForText([...argv, file([])])).text).toMatch(/^Estimate for the first sync of /)
  })

  test('names the lists that have no upper bound, and what further rows cost', async () => {
    const sandbox = pipedrive.open({ deals: 300, switches: { pageCap: 20 } })
    const argv = ['estimate', '--config', file(configOf(sandbox)), '--streams', 'leads']
    const { text } = await runForText(argv)
    expect(text.replace(/\n/g, ' ')).toContain('They have no upper bound: leads 40 tokens per 1,000 rows')
    expect(text).toMatch(/^total +\d+ or more +\d+ or more/m)
  })
})
