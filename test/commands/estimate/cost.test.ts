import { describe, expect, test } from '@jest/globals'
import { estimateLists, estimateTotal, type Pace } from '../../../src/commands/estimate/cost.js'
import { findStream } from '../../../src/manifest/manifest.js'
import type { StreamSpec } from '../../../src/manifest/stream.js'
import type { Range } from '../../../src/commands/estimate/range.js'

/** 60 requests per two seconds; a response takes longer than that rate requires. */
const PACE: Pace = { requestsPerWindow: 60, roundTripMs: 600, dailyTokens: 10_000 }

function stream(name: string, more: Partial<StreamSpec> = {}): StreamSpec {
  const found = findStream(name)
  if (!found) throw new Error(`There is no stream ${name}.`)
  return { ...found, ...more }
}

const paged = (paging: StreamSpec['paging']) => stream('deals', { paging, pageSize: 100, cost: 10 })
const sized = (list: StreamSpec, rows: Range, extraRequests = 0, streams = [list]) => ({
  list,
  streams,
  rows,
  extraRequests,
  parents: new Map<string, Range>(),
})

describe('the requests of a list are', () => {
  test.each<{ name: string; paging: StreamSpec['paging']; rows: Range; requests: Range }>([
    { name: 'one without rows', paging: 'cursor', rows: { atLeast: 0, atMost: 0 }, requests: exactly(1) },
    { name: 'one for a page', paging: 'cursor', rows: exactly(99), requests: exactly(1) },
    { name: 'one per page', paging: 'cursor', rows: exactly(250), requests: exactly(3) },
    {
      name: 'one per overlapping page and a last one, by offset',
      paging: 'offset',
      rows: exactly(250),
      requests: { atLeast: 3, atMost: 4 },
    },
    { name: 'unbounded if the rows are', paging: 'cursor', rows: { atLeast: 101 }, requests: { atLeast: 2 } },
    { name: 'one without paging', paging: 'none', rows: { atLeast: 5000 }, requests: exactly(1) },
  ])('$name', ({ paging, rows, requests }) => {
    const [estimate] = estimateLists([sized(paged(paging), rows)], PACE)
    expect(estimate?.requests).toEqual(requests)
  })

  test('those of its pages and the extra ones', () => {
    const [estimate] = estimateLists([sized(paged('cursor'), exactly(250), 2)], PACE)
    expect(estimate?.requests).toEqual(exactly(5))
  })
})

describe('an estimate of a list', () => {
  const [estimate] = estimateLists([sized(paged('cursor'), { atLeast: 250, atMost: 950 })], PACE)

  test('has the tokens of its requests, and their share of the daily budget', () => {
    expect(estimate).toMatchObject({
      tokens: { atLeast: 30, atMost: 100 },
      shareOfDay: { atLeast: 0.003, atMost: 0.01 },
      tokensPerThousand: 100,
    })
  })

  test('takes at least a round trip per request', () => {
    expect(estimate?.minutes).toEqual({ atLeast: 0.03, atMost: 0.1 })
  })

  test('takes the time that the rate limit requires, if that is longer', () => {
    const slow = { ...PACE, requestsPerWindow: 1 }
    const [limited] = estimateLists([sized(paged('cursor'), exactly(250))], slow)
    expect(limited?.minutes).toEqual(exactly(0.1))
  })

  test('has no share if the daily budget is unknown', () => {
    const unknown = { ...PACE, dailyTokens: undefined }
    const lists = estimateLists([sized(paged('cursor'), exactly(1))], unknown)
    expect(lists[0]).not.toHaveProperty('shareOfDay')
    expect(estimateTotal(lists, unknown)).not.toHaveProperty('shareOfDay')
  })
})

test('child streams follow the lists, each once, without an upper bound', () => {
  const children = stream('deal_products')
  const lists = estimateLists(
    ['deals', 'deals_archived'].map((name) => sized(stream(name), exactly(1), 0, [stream(name), children])),
    PACE,
  )
  expect(lists.map(({ stream: name, readFor }) => [name, readFor])).toEqual([
    ['deals', ['deals', 'deal_products']],
    ['deals_archived', ['deals_archived', 'deal_products']],
    ['deal_products', ['deal_products']],
  ])
  expect(lists[2]).toMatchObject({ rows: { atLeast: 0 }, requests: { atLeast: 0 }, tokens: { atLeast: 0 } })
})

describe('a total', () => {
  test('is the sum of the lists and the account', () => {
    const lists = estimateLists(
      [sized(paged('offset'), exactly(250)), sized(paged('cursor'), exactly(1))],
      PACE,
    )
    expect(estimateTotal(lists, PACE)).toMatchObject({
      requests: { atLeast: 5, atMost: 6 },
      tokens: { atLeast: 42, atMost: 52 },
      unbounded: [],
    })
  })

  test('has no upper bound if a list has none, and names the list', () => {
    const lists = estimateLists(
      [sized(paged('cursor'), exactly(250)), sized(stream('leads', { cost: 20 }), { atLeast: 1 })],
      PACE,
    )
    expect(estimateTotal(lists, PACE)).toMatchObject({
      requests: { atLeast: 5 },
      tokens: { atLeast: 52 },
      unbounded: ['leads'],
    })
  })

  test('takes at least as long as the longest list, and as the rate limit requires', () => {
    const many = estimateLists(
      Array.from({ length: 60 }, () => sized(paged('cursor'), exactly(100))),
      PACE,
    )
    expect(estimateTotal(many, PACE).minutes.atLeast).toBeCloseTo(2 / 60)
    expect(estimateTotal(many.slice(0, 1), PACE).minutes.atLeast).toBeCloseTo(0.01)
  })
})

function exactly(count: number): Range {
  return { atLeast: count, atMost: count }
}
