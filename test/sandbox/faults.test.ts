import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import axios, { type AxiosError } from 'axios'
import { setupServer } from 'msw/node'
import { createSandbox, type Fault } from '../../sandbox/sandbox.js'

const record = (id: number) => ({ stream: 'deals', data: { id, update_time: '2026-01-01T00:00:00Z' } })
const sandbox = createSandbox({ records: [record(1), record(2)], latencyMs: 0 })
const server = setupServer(...sandbox.handlers)
const client = axios.create({
  baseURL: 'https://api.pipedrive.com',
  adapter: 'http',
  headers: { 'x-api-token': sandbox.apiToken },
  validateStatus: () => true,
  proxy: false,
})

beforeAll(() => {
  server.listen({ onUnhandledRequest: 'error' })
})
afterAll(() => {
  server.close()
})
beforeEach(() => {
  sandbox.ledger.clear()
})
afterEach(() => {
  sandbox.faults.clear()
})

const once = async (fault: Fault) => {
  sandbox.faults.inject({ path: '/api/v2/deals', fault })
  return client.get<Record<string, unknown> | string | null>('/api/v2/deals')
}

describe('A fault in process, with axios as the client', () => {
  test('A fault applies once by default', async () => {
    expect((await once({ kind: 'status', status: 503 })).status).toBe(503)
    expect((await client.get('/api/v2/deals')).status).toBe(200)
    expect(sandbox.ledger.entries.map(({ status, tokens }) => [status, tokens])).toEqual([
      [503, 0],
      [200, 10],
    ])
  })

  test('A status fault has the body and headers it was given', async () => {
    const fault = {
      kind: 'status',
      status: 502,
      body: { oh: 'no' },
      headers: { 'retry-after': '7' },
    } as const
    const { data, headers } = await once(fault)
    expect(data).toEqual({ oh: 'no' })
    expect(headers['retry-after']).toBe('7')
  })

  test('burst429 and daily429 faults look like real responses', async () => {
    const burst = await once({ kind: 'burst429', resetSeconds: 4 })
    expect(burst.data).toMatchObject({ error: 'request over limit', errorCode: 429 })
    expect(burst.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' })
    const daily = await once({ kind: 'daily429', retryAfter: 3939 })
    expect(daily.data).toMatchObject({ error: 'daily request budget exceeded' })
    expect(daily.headers).toMatchObject({ 'retry-after': '3939', 'x-daily-ratelimit-token-remaining': '0' })
  })

  test('An html403 fault is a page, not JSON', async () => {
    const { status, data, headers } = await once({ kind: 'html403' })
    expect(status).toBe(403)
    expect(headers['content-type']).toMatch(/^text\/html/)
    expect(data).toMatch(/^<!DOCTYPE html>/)
  })

  test('A truncated fault is 200 with JSON that ends in the middle', async () => {
    const { status, data } = await once({ kind: 'truncated' })
    expect(status).toBe(200)
    expect(data).toMatch(/^\{"success":true,"data":\[/)
    expect(() => JSON.parse(data as string) as unknown).toThrow()
  })

  test('A nullBody fault is 200 with null', async () => {
    const { status, data } = await once({ kind: 'nullBody' })
    expect([status, data]).toEqual([200, null])
  })

  test('A rewrite fault changes the real response', async () => {
    const { data } = await once({
      kind: 'rewrite',
      rewrite: (body: Record<string, unknown>) => ({ ...body, success: false }),
    })
    expect(data).toMatchObject({ success: false, data: [{ id: 1 }, { id: 2 }] })
    expect(sandbox.rows('deals').length).toBe(2)
  })

  test('A reset fault is a network error (msw gives it no code; over HTTP it is ECONNRESET)', async () => {
    const error: unknown = await once({ kind: 'reset' }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ isAxiosError: true, message: 'Network error' })
    expect(error).not.toHaveProperty('response')
    expect(sandbox.ledger.entries).toMatchObject([{ status: 0, tokens: 0 }])
  })

  test('A stall fault ends when the client gives up', async () => {
    sandbox.faults.inject({ fault: { kind: 'stall' } })
    const giveUp = new AbortController()
    const answer = client.get('/api/v2/deals', { signal: giveUp.signal }).catch((error: unknown) => error)
    setTimeout(() => {
      giveUp.abort()
    }, 20)
    expect((await answer) as AxiosError).toMatchObject({ code: 'ERR_CANCELED' })
  })

  test('A fault can be limited to some requests by path, count and condition', async () => {
    sandbox.faults.inject({
      path: /\/deals$/,
      method: 'get',
      when: ({ params }) => params.limit === '1',
      skip: 1,
      times: 2,
      fault: { kind: 'status', status: 500 },
    })
    const statuses: number[] = []
    for (const limit of [1, 2, 1, 2, 1, 1]) {
      statuses.push((await client.get('/api/v2/deals', { params: { limit } })).status)
    }
    expect(statuses).toEqual([200, 200, 500, 200, 500, 200])
  })

  test('Two faults on one path apply one after the other', async () => {
    sandbox.faults.inject({ path: '/deals', fault: { kind: 'status', status: 500 } })
    sandbox.faults.inject({ path: '/deals', fault: { kind: 'status', status: 502 } })
    const statuses = [await client.get('/api/v2/deals'), await client.get('/api/v2/deals')]
    expect(statuses.map(({ status }) => status)).toEqual([500, 502])
  })
})

describe('Under fake timers', () => {
  afterEach(() => {
    jest.useRealTimers()
  })

  test('Latency and delays are virtual under fake timers, and the date follows the clock', async () => {
    jest.useFakeTimers({ now: Date.UTC(2026, 0, 1), doNotFake: ['nextTick', 'setImmediate', 'performance'] })
    sandbox.faults.inject({ fault: { kind: 'delay', ms: 3_600_000 } })
    let responded = false
    const answer = client.get('/api/v2/deals').then((response) => {
      responded = true
      return response
    })
    await jest.advanceTimersByTimeAsync(3_599_000)
    expect(responded).toBe(false)
    await jest.advanceTimersByTimeAsync(2000)
    expect((await answer).headers.date).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
    expect((await client.get('/v1/leadSources')).headers.date).toBe('Thu, 01 Jan 2026 01:00:01 GMT')
  })
})
