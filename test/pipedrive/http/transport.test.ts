import { getEventListeners, getMaxListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { apiTokenAuth } from '../../../src/pipedrive/auth/authorization.js'
import { parseResponse, type ResponseBody } from '../../../src/pipedrive/http/response.js'
import {
  Transport,
  type TransportOptions,
  type TransportRequest,
} from '../../../src/pipedrive/http/transport.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'

/*
 * Seen to fail with, in src/pipedrive: transport.ts, no patience, no look at the budget, one more attempt after each 401,
 * none at all, its reason lost; http.ts, a signal that nobody hears.
 */
const pipedrive = pipedriveServer()
const PATH = '/v1/leadSources'
const SECOND = 1000

const defaults: TransportOptions = {
  plan: 'lite',
  auth: 'api_token',
  burstShare: 1,
  dailyTokenReserve: 0,
  attemptTimeoutMs: 60 * SECOND,
  totalTimeoutMs: 600 * SECOND,
}

/** A transport to a sandbox, and a request of two tokens that it can send. */
function open(sandbox: Sandbox, options: Partial<TransportOptions> = {}) {
  const transport = new Transport({ ...defaults, ...options })
  const request: TransportRequest<ResponseBody> = {
    method: 'GET',
    url: `https://api.pipedrive.com${PATH}`,
    auth: apiTokenAuth(sandbox.apiToken),
    parse: (response) => parseResponse(response, 'v1'),
    cost: 2,
    label: 'test',
    name: 'GET /leadSources',
  }
  const ask = (changes: Partial<TransportRequest<ResponseBody>> = {}) =>
    transport.request({ ...request, ...changes })
  return { transport, ask }
}

/** How it ended, and when. */
async function outcome(work: Promise<unknown>): Promise<{ ended: unknown; at: number }> {
  const ended = await work.then(
    () => 'answered',
    (error: unknown) => error,
  )
  return { ended, at: Date.now() }
}

describe('a halt', () => {
  const reason = new Error('Enough.')

  test('lets the requests that are under way end, and ends all others with its reason', async () => {
    const sandbox = pipedrive.open({ records: [], plan: 'lite', latencyMs: 500 })
    const { transport, ask } = open(sandbox)
    const ended = await inVirtualTime(async () => {
      const asked = Array.from({ length: 25 }, () => outcome(ask()))
      setTimeout(() => {
        transport.halt(reason)
      }, 200)
      const all = await Promise.all(asked)
      return [...all, await outcome(ask())].map(({ ended }) => ended)
    })
    expect(ended).toEqual([...Array<string>(20).fill('answered'), ...Array<Error>(6).fill(reason)])
    expect(sandbox.ledger.entries).toHaveLength(20)
  })

  test('does not wait for the gate that a 429 has closed', async () => {
    const sandbox = pipedrive.open({ records: [], plan: 'lite' })
    sandbox.faults.inject({ fault: { kind: 'burst429', resetSeconds: 100 } })
    const { transport, ask } = open(sandbox)
    const { ended, waited } = await inVirtualTime(async () => {
      ask().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, SECOND))
      const waiting = outcome(ask())
      setTimeout(() => {
        transport.halt(reason)
      }, SECOND)
      const halted = Date.now() + SECOND
      const { ended, at } = await waiting
      return { ended, waited: at - halted }
    })
    expect(ended).toBe(reason)
    expect(waited).toBeLessThanOrEqual(100)
  })

  test('sends no further attempt of a request that has failed', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ times: Infinity, fault: { kind: 'burst429', resetSeconds: 3 } })
    const { transport, ask } = open(sandbox)
    const { ended } = await inVirtualTime(() => {
      setTimeout(() => {
        transport.halt(reason)
      }, SECOND)
      return outcome(ask())
    })
    expect(ended).toBe(reason)
    expect(sandbox.ledger.entries).toHaveLength(1)
  })

  // The wait for the next attempt is slept through: up to half a minute, or as long as a 429 asked for.
  test('does not wait for the next attempt of a request that has failed', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ times: Infinity, fault: { kind: 'burst429', resetSeconds: 100 } })
    const { transport, ask } = open(sandbox)
    const waited = await inVirtualTime(async () => {
      setTimeout(() => {
        transport.halt(reason)
      }, SECOND)
      const halted = Date.now() + SECOND
      return (await outcome(ask())).at - halted
    })
    expect(waited).toBeLessThanOrEqual(100)
  })

  test('of the whole run ends the requests that are under way, too', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ fault: { kind: 'stall' } })
    const end = new AbortController()
    const { ask } = open(sandbox, { signal: end.signal })
    const waited = await inVirtualTime(async () => {
      setTimeout(() => {
        end.abort(reason)
      }, SECOND)
      const asked = Date.now()
      const { ended, at } = await outcome(ask())
      expect(ended).toBe(reason)
      return at - asked
    })
    expect(waited).toBeLessThan(2 * SECOND)
  })
})

describe('the patience', () => {
  test.each([
    { totalTimeoutMs: 10 * SECOND, attempts: 2 },
    { totalTimeoutMs: 8 * SECOND, attempts: 1 },
  ])(
    'of $totalTimeoutMs ms is enough for $attempts attempts, nine seconds apart',
    async ({ totalTimeoutMs, attempts }) => {
      const sandbox = pipedrive.open({ records: [] })
      sandbox.faults.inject({ times: Infinity, fault: { kind: 'burst429', resetSeconds: 9 } })
      const { ask } = open(sandbox, { totalTimeoutMs })
      const { ended } = await inVirtualTime(() => outcome(ask()))
      expect(ended).toMatchObject({ name: 'ApiError', kind: 'rate_limited' })
      expect(sandbox.ledger.entries).toHaveLength(attempts)
    },
  )

  test('does not end a wait for a place: whoever waits in line has not failed', async () => {
    const sandbox = pipedrive.open({ records: [], plan: 'lite' })
    const { ask } = open(sandbox, { totalTimeoutMs: SECOND })
    const ended = await inVirtualTime(() => Promise.all(Array.from({ length: 45 }, () => outcome(ask()))))
    expect(ended.filter(({ ended }) => ended !== 'answered')).toEqual([])
  })
})

describe('what is to be left of the day', () => {
  test('is left: what would touch it is not sent', async () => {
    const sandbox = pipedrive.open({ records: [], dailyTokens: 100 })
    const { transport, ask } = open(sandbox, { dailyTokenReserve: 95 })
    expect((await outcome(ask())).ended).toBe('answered')
    expect((await outcome(ask())).ended).toBe('answered')
    expect((await outcome(ask())).ended).toMatchObject({ kind: 'reserve_reached' })
    expect(sandbox.ledger.entries).toHaveLength(2)
    expect(transport.usage.total()).toEqual({ requests: 2, tokens: 4 })
  })

  test('is not touched by what costs nothing', async () => {
    const sandbox = pipedrive.open({ records: [], dailyTokens: 100 })
    const { ask } = open(sandbox, { dailyTokenReserve: 98 })
    await ask()
    expect((await outcome(ask({ cost: 0 }))).ended).toBe('answered')
  })
})

describe('a 401', () => {
  const unauthorized = { kind: 'status', status: 401 } as const

  test('is not tried again with the same token', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ fault: unauthorized })
    const { ask } = open(sandbox)
    expect((await outcome(ask())).ended).toMatchObject({ kind: 'unauthorized' })
    expect(sandbox.ledger.entries).toHaveLength(1)
  })

  test('is tried again at once where there is another token, and once only', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ times: Infinity, fault: unauthorized })
    const refused: unknown[] = []
    let token = 1
    const auth = {
      headers: () => Promise.resolve({ authorization: `Bearer ${token}` }),
      reauthenticate: (before: unknown) => {
        refused.push(before)
        token += 1
        return Promise.resolve()
      },
    }
    const { ask } = open(sandbox)
    expect((await outcome(ask({ auth }))).ended).toMatchObject({ kind: 'unauthorized' })
    expect(refused).toEqual(['Bearer 1'])
    expect(pipedrive.sent.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
  })

  test('for which there is no other token fails with the reason', async () => {
    const sandbox = pipedrive.open({ records: [] })
    sandbox.faults.inject({ fault: unauthorized })
    const reason = new Error('No token.')
    const auth = { headers: () => Promise.resolve({}), reauthenticate: () => Promise.reject(reason) }
    expect((await outcome(open(sandbox).ask({ auth }))).ended).toBe(reason)
    expect(sandbox.ledger.entries).toHaveLength(1)
  })
})

/** Asked about a signal without a limit, Node 20 throws. */
function listenersAllowed(signal: AbortSignal): number {
  try {
    return getMaxListeners(signal) || Infinity
  } catch {
    return Infinity
  }
}

// Each request under way listens to the signal: beyond ten Node warns of a leak, on stderr.
test('many requests at once are no leak in the eyes of Node', async () => {
  const sandbox = pipedrive.open({ records: [], latencyMs: 200 })
  const { signal } = new AbortController()
  const { ask } = open(sandbox, { signal })
  let most = 0
  sandbox.onRequest(() => {
    most = Math.max(most, getEventListeners(signal, 'abort').length)
  })
  await inVirtualTime(() => Promise.all(Array.from({ length: 15 }, () => ask())))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(listenersAllowed(signal))
})
