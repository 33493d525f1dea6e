import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { Client, type ClientOptions } from '../../src/pipedrive/client.js'
import type { ApiRequest } from '../../src/pipedrive/http/request.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'

const pipedrive = pipedriveServer()
const REQUEST: ApiRequest = { api: 'v1', path: '/leadSources', params: {}, cost: 2, label: 'test' }
const SECOND = 1000

function openClient({ apiToken }: Sandbox, options: Partial<ClientOptions> = {}) {
  return new Client({ credentials: { kind: 'api_token', apiToken }, plan: 'lite', ...options })
}

describe('responses', () => {
  test('a response has its body, its times and the length of its text', async () => {
    const sandbox = pipedrive.open({ records: [] })
    const { body, sentAt, roundTripMs, serverTime, textLength } = await openClient(sandbox).request(REQUEST)
    expect(body).toMatchObject({ success: true, data: null })
    expect(textLength).toBe(JSON.stringify(body).length)
    expect([sentAt, roundTripMs, serverTime]).toEqual(Array(3).fill(expect.any(Number)))
  })

  test('a request is counted under its label', async () => {
    const client = openClient(pipedrive.open({ records: [] }))
    await client.request({ ...REQUEST, label: 'lead_sources' })
    expect(client.usage.of('lead_sources')).toEqual({ requests: 1, tokens: 2 })
  })
})

describe('priorities', () => {
  test('of the requests that wait for the rate limit, the lowest priority number goes first', async () => {
    const client = openClient(pipedrive.open({ records: [], plan: 'lite' }))
    const answered: number[] = []
    await inVirtualTime(async () => {
      const first = Array.from({ length: 20 }, () => client.request(REQUEST))
      const waiting = [7, 2, undefined].map(async (priority) => {
        await client.request(priority === undefined ? REQUEST : { ...REQUEST, priority })
        answered.push(priority ?? 0)
      })
      await Promise.all([...first, ...waiting])
    })
    expect(answered).toEqual([0, 2, 7])
  })
})

describe('rate limit listeners', () => {
  test('all listeners are called with the time until which nothing is sent, until they unsubscribe', async () => {
    const sandbox = pipedrive.open({ records: [] })
    const client = openClient(sandbox)
    const calls: [name: string, until: number][] = []
    const unsubscribe = client.onRateLimited((until) => calls.push(['first', until]))
    client.onRateLimited((until) => calls.push(['second', until]))
    const fault = { kind: 'burst429', resetSeconds: 3 } as const
    const refusals = await inVirtualTime(async () => {
      sandbox.faults.inject({ fault })
      await client.request(REQUEST)
      unsubscribe()
      sandbox.faults.inject({ fault })
      await client.request(REQUEST)
      return sandbox.ledger.entries.filter(({ status }) => status === 429).map(({ at }) => at)
    })
    expect(calls.map(([name]) => name)).toEqual(['first', 'second', 'second'])
    const [first, second, third] = calls.map(([, until]) => until)
    expect(second).toBe(first)
    expect(Math.abs((first ?? 0) - ((refusals[0] ?? 0) + 3 * SECOND))).toBeLessThanOrEqual(100)
    expect(Math.abs((third ?? 0) - ((refusals[1] ?? 0) + 3 * SECOND))).toBeLessThanOrEqual(100)
  })
})

describe('timeouts', () => {
  test.each([
    { timeoutAttempts: 1, attempts: 1 },
    { timeoutAttempts: 2, attempts: 2 },
    { timeoutAttempts: undefined, attempts: 6 },
  ])(
    'a request with timeoutAttempts $timeoutAttempts fails after $attempts attempts without a response',
    async ({ timeoutAttempts, attempts }) => {
      const sandbox = pipedrive.open({ records: [] })
      sandbox.faults.inject({ times: Infinity, fault: { kind: 'stall' } })
      const client = openClient(sandbox, { attemptTimeoutMs: 10 * SECOND })
      const request = timeoutAttempts === undefined ? REQUEST : { ...REQUEST, timeoutAttempts }
      const error = await inVirtualTime(() => client.request(request).catch((reason: unknown) => reason))
      expect(error).toMatchObject({ name: 'ApiError', kind: 'timeout', request: 'GET /leadSources' })
      expect(sandbox.ledger.entries).toHaveLength(attempts)
    },
  )

  test('timeouts and other failures are counted apart', async () => {
    const sandbox = pipedrive.open({ records: [] })
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }, { kind: 'stall' }] as const)
      sandbox.faults.inject({ fault })
    const client = openClient(sandbox, { attemptTimeoutMs: 10 * SECOND })
    await inVirtualTime(() => client.request({ ...REQUEST, timeoutAttempts: 2 }))
    expect(sandbox.ledger.entries.at(-1)?.status).toBe(200)
  })
})

describe('log messages', () => {
  test('a retry is reported with its wait in seconds', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ fault: { kind: 'burst429', resetSeconds: 2 } })
    const messages: string[] = []
    const client = openClient(sandbox, { onRetry: (message) => messages.push(message) })
    await inVirtualTime(() => client.request(REQUEST))
    expect(messages).toEqual([
      expect.stringMatching(/^GET \/leadSources: attempt 1 failed \(.+\), trying again in 2 s$/),
    ])
  })

  test('a 429 with retry-after 0 is never retried without a pause', async () => {
    const sandbox = pipedrive.open({ records: [] })
    const headers = { 'retry-after': '0' }
    sandbox.faults.inject({ times: Infinity, fault: { kind: 'status', status: 429, headers } })
    const messages: string[] = []
    const client = openClient(sandbox, { onRetry: (message) => messages.push(message) })
    const error = await inVirtualTime(() => client.request(REQUEST).catch((reason: unknown) => reason))
    expect(error).toMatchObject({ kind: 'rate_limited' })
    const times = sandbox.ledger.entries.map(({ at }) => at)
    expect(times).toHaveLength(6)
    for (const [index, at] of times.slice(1).entries())
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(500)
    expect(messages[0]).toMatch(/trying again in 0\.5 s$/)
  })
})
