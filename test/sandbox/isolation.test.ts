import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { getResponse } from 'msw'
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.js'
import { get, stillSandbox } from './client.js'

const NOTES = 'https://api.pipedrive.com/v1/notes'
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function status(
  sandbox: Sandbox,
  url: string,
  headers: Record<string, string>,
  init: RequestInit = {},
) {
  const response = await getResponse(sandbox.handlers, new Request(url, { ...init, headers }))
  return response?.status
}

describe('Two sandboxes', () => {
  test('Two sandboxes have tokens, OAuth clients, company hosts and base URLs of their own', () => {
    const names = ({ apiToken, oauth, companyUrl, baseUrl }: Sandbox) => [
      apiToken,
      oauth.clientId,
      oauth.clientSecret,
      oauth.refreshToken,
      companyUrl,
      baseUrl,
    ]
    const all = [1, 2].flatMap(() => names(createSandbox({ seed: 1, records: [], baseUrl: true })))
    expect(new Set(all).size).toBe(12)
  })

  test('Two sandboxes with seededTokens and the same seed have the same tokens', () => {
    const [one, two, three] = [1, 1, 2].map((seed) =>
      createSandbox({ seed, seededTokens: true, records: [] }),
    )
    expect([two?.apiToken, two?.companyUrl]).toEqual([one?.apiToken, one?.companyUrl])
    expect(three?.apiToken).not.toBe(one?.apiToken)
  })

  test('A request of another sandbox is rejected, and counts only as a stray', async () => {
    const other = stillSandbox({ records: [] })
    const sandbox = stillSandbox({ records: [], plan: 'lite' })
    let seen = 0
    sandbox.onRequest(() => (seen += 1))
    sandbox.faults.inject({ fault: { kind: 'status', status: 503 } })
    expect(await status(sandbox, NOTES, { 'x-api-token': other.apiToken })).toBe(401)
    expect(await status(sandbox, NOTES, bearer(other.oauth.issueAccessToken()))).toBe(401)
    expect(await status(sandbox, NOTES, {})).toBe(401)
    const { clientId, clientSecret, refreshToken } = other.oauth
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const token = 'https://oauth.pipedrive.com/oauth/token'
    expect(await status(sandbox, token, { authorization: `Basic ${basic}` }, { method: 'POST', body })).toBe(
      401,
    )
    expect([sandbox.ledger.entries.length, sandbox.ledger.strays, seen]).toEqual([0, 4, 0])
    expect((await get(sandbox, '/v1/notes')).status).toBe(503)
    expect(seen).toBe(1)
  })

  test('A request with an expired access token is in the ledger of its sandbox', async () => {
    const sandbox = stillSandbox({ records: [] })
    const token = sandbox.oauth.issueAccessToken()
    sandbox.oauth.expire()
    expect(await status(sandbox, NOTES, bearer(token))).toBe(401)
    expect(sandbox.ledger.entries).toMatchObject([{ status: 401, authKind: 'none' }])
    expect(sandbox.ledger.strays).toBe(0)
  })

  test('Clearing the ledger clears the strays', async () => {
    const sandbox = stillSandbox({ records: [] })
    await status(sandbox, NOTES, {})
    sandbox.ledger.clear()
    expect(sandbox.ledger.strays).toBe(0)
  })
})

describe('A base URL of its own', () => {
  test('A base URL of its own serves all of the API', async () => {
    const sandbox = stillSandbox({ records: [], baseUrl: true })
    const headers = { 'x-api-token': sandbox.apiToken }
    expect(await status(sandbox, `${sandbox.baseUrl ?? ''}/v1/leads`, headers)).toBe(200)
    expect(await status(sandbox, `${sandbox.baseUrl ?? ''}/api/v2/deals`, headers)).toBe(200)
  })
})

describe('Closing a sandbox', () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }))
  afterEach(() => void jest.useRealTimers())

  const ask = async (sandbox: Sandbox) => {
    const headers = { 'x-api-token': sandbox.apiToken }
    return (await getResponse(sandbox.handlers, new Request(NOTES, { headers })))?.type
  }
  const turns = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  test('Closing a sandbox ends latencies and stalls with a network error, and leaves no timer', async () => {
    const sandbox = createSandbox({ records: [], latencyMs: 60_000 })
    sandbox.faults.inject({ fault: { kind: 'stall' } })
    const responses = [ask(sandbox), ask(sandbox)]
    await turns()
    expect(jest.getTimerCount()).toBe(1)
    sandbox.close()
    expect(await Promise.all(responses)).toEqual(['error', 'error'])
    expect(jest.getTimerCount()).toBe(0)
  })

  test('A closed sandbox fails all requests with a network error', async () => {
    const sandbox = createSandbox({ records: [] })
    sandbox.close()
    expect(await ask(sandbox)).toBe('error')
    expect(sandbox.ledger.entries).toEqual([])
  })
})
