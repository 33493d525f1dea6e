import { describe, expect, test } from '@jest/globals'
import { getResponse } from 'msw'
import { get, NOON, send, stillSandbox } from './client.js'

const times = async (count: number, once: () => Promise<{ status: number }>): Promise<number[]> => {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push((await once()).status)
  return statuses
}
const accepted = (statuses: readonly number[]) => statuses.filter((status) => status === 200).length

describe('The burst limit', () => {
  test.each([
    ['lite', 20],
    ['growth', 40],
    ['professional', 80],
    ['premium', 100],
    ['ultimate', 120],
  ] as const)(
    'The burst limit of plan %s is %i requests in two seconds, four times that for OAuth',
    async (plan, limit) => {
      const sandbox = stillSandbox({ records: [], plan })
      const byToken = await times(limit + 2, () => get(sandbox, '/v1/leadSources'))
      expect([accepted(byToken), byToken.at(-1)]).toEqual([limit, 429])
      const bearer = { authorization: `Bearer ${sandbox.oauth.issueAccessToken()}` }
      const { headers } = await bearerGet(bearer)
      expect(headers.get('x-ratelimit-limit')).toBe(String(limit * 4))

      async function bearerGet(own: Record<string, string>) {
        const { getResponse } = await import('msw')
        const request = new Request('https://api.pipedrive.com/v1/leadSources', { headers: own })
        return (await getResponse(sandbox.handlers, request)) ?? new Response()
      }
    },
  )

  test('The burst window rolls: each request counts for two seconds', async () => {
    const sandbox = stillSandbox({ records: [], plan: 'lite' })
    const ask = () => get(sandbox, '/v1/leadSources')
    expect(accepted(await times(10, ask))).toBe(10)
    sandbox.clock.advance(1500)
    expect(accepted(await times(15, ask))).toBe(10)
    sandbox.clock.advance(499)
    expect(accepted(await times(1, ask))).toBe(0)
    sandbox.clock.advance(1)
    expect(accepted(await times(15, ask))).toBe(10)
  })

  test('Headers show the remaining requests and the seconds until the next free slot', async () => {
    const sandbox = stillSandbox({ records: [], plan: 'lite' })
    const first = (await get(sandbox, '/v1/leadSources')).headers
    expect(first.get('x-ratelimit-remaining')).toBe('19')
    expect(first.get('x-ratelimit-reset')).toBe('2')
    sandbox.clock.advance(1200)
    const second = (await get(sandbox, '/v1/leadSources')).headers
    expect(second.get('x-ratelimit-remaining')).toBe('18')
    expect(second.get('x-ratelimit-reset')).toBe('1')
  })

  test('A request over the burst limit gets 429 and costs nothing', async () => {
    const sandbox = stillSandbox({ records: [], plan: 'lite' })
    await times(20, () => get(sandbox, '/v1/leadSources'))
    const { body } = await get(sandbox, '/v1/leadSources')
    expect(body).toEqual({
      success: false,
      error: 'request over limit',
      errorCode: 429,
      error_info: 'Please check developers.pipedrive.com',
    })
    expect(sandbox.ledger.entries.at(-1)).toMatchObject({ status: 429, tokens: 0 })
  })
})

describe('The daily budget', () => {
  test.each([
    ['/api/v2/deals', 10],
    ['/api/v2/deals/archived', 20],
    ['/api/v2/pipelines', 5],
    ['/api/v2/stages?limit=500', 5],
    ['/api/v2/deals/products?deal_ids=1', 10],
    ['/v1/leads', 20],
    ['/v1/leads/archived', 40],
    ['/v1/leadLabels', 10],
    ['/v1/leadSources', 2],
    ['/v1/users/me', 2],
    ['/v1/dealFields', 20],
    ['/v1/notes', 20],
  ])('A request to %s costs %i tokens', async (path, cost) => {
    const sandbox = stillSandbox({ dailyTokens: 100 })
    const { headers } = await get(sandbox, path)
    // "x-daily-ratelimit-token-remaining is the balance before the request is charged".
    expect(headers.get('x-daily-ratelimit-token-remaining')).toBe('100')
    expect(headers.get('x-daily-ratelimit-token-limit')).toBe('100')
    const next = await get(sandbox, '/v1/leadSources')
    expect(next.headers.get('x-daily-ratelimit-token-remaining')).toBe(String(100 - cost))
    expect(sandbox.ledger.entries[0]?.tokens).toBe(cost)
  })

  test('The daily budget is 30,000 tokens by the multiplier of the plan by seats', async () => {
    const limitOf = async (plan: 'lite' | 'premium', seats: number) =>
      (await get(stillSandbox({ records: [], plan, seats }), '/v1/leadSources')).headers.get(
        'x-daily-ratelimit-token-limit',
      )
    expect(await limitOf('lite', 1)).toBe('30000')
    expect(await limitOf('premium', 3)).toBe('450000')
  })

  test('Requests get 429 when the daily budget is spent, until midnight UTC', async () => {
    const sandbox = stillSandbox({ records: [], dailyTokens: 20 })
    expect(await times(3, () => get(sandbox, '/api/v2/deals'))).toEqual([200, 200, 429])
    const { body, headers } = await get(sandbox, '/v1/leadSources')
    expect(body).toMatchObject({ error: 'daily request budget exceeded', errorCode: 429 })
    expect(headers.get('x-daily-ratelimit-token-remaining')).toBe('0')
    sandbox.clock.advance(12 * 3600 * 1000 - 1)
    expect((await get(sandbox, '/api/v2/deals')).status).toBe(429)
    sandbox.clock.advance(1)
    expect((await get(sandbox, '/api/v2/deals')).status).toBe(200)
  })
})

describe('The ledger', () => {
  test('The ledger keeps the requests of its own tokens with status, tokens and stream, and counts the others', async () => {
    const sandbox = stillSandbox({ records: [] })
    await get(sandbox, '/api/v2/deals?limit=3')
    await get(sandbox, '/api/v2/nothing')
    await send(sandbox, 'https://api.pipedrive.com/v1/notes', { headers: { 'x-api-token': 'wrong' } })
    const common = { at: NOON, method: 'GET', params: {}, token: sandbox.apiToken, authKind: 'api_token' }
    expect(sandbox.ledger.entries).toEqual([
      { ...common, path: '/api/v2/deals', params: { limit: '3' }, status: 200, tokens: 10, stream: 'deals' },
      { ...common, path: '/api/v2/nothing', status: 404, tokens: 0 },
    ])
    expect(sandbox.ledger.strays).toBe(1)
    expect(sandbox.ledger.byStream()).toEqual({
      deals: { requests: 1, tokens: 10 },
      other: { requests: 1, tokens: 0 },
    })
    sandbox.ledger.clear()
    expect(sandbox.ledger.entries).toEqual([])
  })

  test('The ledger finds the busiest rolling window of one token', async () => {
    const sandbox = stillSandbox({ records: [] })
    await times(2, () => get(sandbox, '/v1/leadSources'))
    sandbox.clock.advance(1999)
    await times(3, () => get(sandbox, '/v1/leadSources'))
    sandbox.clock.advance(1)
    await times(1, () => get(sandbox, '/v1/leadSources'))
    const bearer = { authorization: `Bearer ${sandbox.oauth.issueAccessToken()}` }
    await getResponse(
      sandbox.handlers,
      new Request('https://api.pipedrive.com/v1/notes', { headers: bearer }),
    )
    expect(sandbox.ledger.busiestWindow()).toBe(5)
    expect(sandbox.ledger.busiestWindow(1000)).toBe(4)
  })
})
