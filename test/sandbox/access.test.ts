import { describe, expect, test } from '@jest/globals'
import { getResponse } from 'msw'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { get, send, stillSandbox } from './client.js'

const HOUR = 3600 * 1000

async function ask(
  sandbox: Sandbox,
  url: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
) {
  const response = await getResponse(sandbox.handlers, new Request(url, { ...init, headers }))
  if (response === undefined) throw new Error(`No handler for ${url}`)
  return response
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const DEALS = 'https://api.pipedrive.com/api/v2/deals'

describe('Access', () => {
  test.each([
    ['no token', DEALS, {}],
    ['a wrong token', DEALS, { 'x-api-token': 'f'.repeat(40) }],
    ['a wrong bearer', DEALS, { authorization: 'Bearer nonsense' }],
  ])('A request with %s gets 401 from the gateway', async (_, url, headers) => {
    const response = await ask(stillSandbox({ records: [] }), url, headers)
    expect(response.status).toBe(401)
    expect(response.headers.get('x-401-by-gw')).toBe('true')
    expect(await response.json()).toEqual({
      success: false,
      error: 'unauthorized access',
      errorCode: 401,
      error_info: 'Please check developers.pipedrive.com',
    })
  })

  test('A request with the token in the query string gets 401', async () => {
    const sandbox = stillSandbox({ records: [] })
    expect((await ask(sandbox, `${DEALS}?api_token=${sandbox.apiToken}`)).status).toBe(401)
  })

  test('A request with the API token as a bearer gets 401', async () => {
    const sandbox = stillSandbox({ records: [] })
    expect((await ask(sandbox, DEALS, bearer(sandbox.apiToken))).status).toBe(401)
  })

  test.each([
    ['deals:read', '/api/v2/deals', 200],
    ['deals:full', '/api/v2/deals', 200],
    ['contacts:read', '/api/v2/deals', 403],
    ['contacts:read', '/v1/notes', 200],
    ['deals:read', '/v1/activityTypes', 403],
    ['deals:read', '/v1/currencies', 200],
    ['deals:read', '/v1/users', 403],
    ['deals:read', '/v1/webhooks', 403],
    ['admin', '/v1/webhooks', 200],
    ['products:read', '/api/v2/deals/products?deal_ids=1', 200],
    ['products:read', '/api/v2/deals/installments?deal_ids=1', 403],
  ])('An access token with scope %s for %s gets %i', async (scope, path, status) => {
    const sandbox = stillSandbox({ records: [] })
    const token = sandbox.oauth.issueAccessToken({ scopes: [scope] })
    const response = await ask(sandbox, `https://api.pipedrive.com${path}`, bearer(token))
    expect(response.status).toBe(status)
    if (status === 403) {
      expect(await response.json()).toMatchObject({ error: 'Scope and URL mismatch', errorCode: 403 })
    }
  })
})

describe('The token endpoint', () => {
  const TOKEN = 'https://oauth.pipedrive.com/oauth/token'
  const refresh = (sandbox: Sandbox, changes: Partial<Record<'secret' | 'token' | 'grant', string>> = {}) => {
    const { clientId, clientSecret, refreshToken } = sandbox.oauth
    const basic = Buffer.from(`${clientId}:${changes.secret ?? clientSecret}`).toString('base64')
    const body = new URLSearchParams({
      grant_type: changes.grant ?? 'refresh_token',
      refresh_token: changes.token ?? refreshToken,
    })
    return ask(sandbox, TOKEN, { authorization: `Basic ${basic}` }, { method: 'POST', body })
  }

  test('The token endpoint exchanges the refresh token for an access token with a lifetime', async () => {
    const sandbox = stillSandbox({ records: [], oauth: { lifetimeMs: 1800 * 1000, scopes: ['deals:read'] } })
    const grant = (await (await refresh(sandbox)).json()) as Record<string, unknown>
    expect(grant).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      refresh_token: sandbox.oauth.refreshToken,
      scope: 'base,deals:read',
      expires_in: 1800,
      api_domain: sandbox.companyUrl,
    })
    const use = async () =>
      (await ask(sandbox, `${sandbox.companyUrl}/api/v2/deals`, bearer(String(grant.access_token)))).status
    expect(await use()).toBe(200)
    sandbox.clock.advance(1800 * 1000)
    expect(await use()).toBe(401)
  })

  test.each([
    ['a wrong client secret', { secret: 'wrong' }, 401, 'invalid_client'],
    ['a wrong refresh token', { token: 'wrong' }, 400, 'invalid_grant'],
    ['another grant', { grant: 'password' }, 400, 'unsupported_grant_type'],
  ])('The token endpoint rejects %s', async (_, changes, status, error) => {
    const response = await refresh(stillSandbox({ records: [] }), changes)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error })
  })

  test('The token endpoint rejects a body that is not a form', async () => {
    const sandbox = stillSandbox({ records: [] })
    const { clientId, clientSecret } = sandbox.oauth
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json' }
    expect((await ask(sandbox, TOKEN, headers, { method: 'POST', body: '{}' })).status).toBe(400)
  })

  test('The token endpoint rejects a refresh token after sixty days without use, and after revocation', async () => {
    const sandbox = stillSandbox({ records: [] })
    sandbox.clock.advance(59 * 24 * HOUR)
    expect((await refresh(sandbox)).status).toBe(200)
    sandbox.clock.advance(60 * 24 * HOUR)
    expect((await refresh(sandbox)).status).toBe(400)

    const other = stillSandbox({ records: [] })
    const token = other.oauth.issueAccessToken()
    other.oauth.revoke()
    expect((await ask(other, DEALS, bearer(token))).status).toBe(401)
    expect(await (await refresh(other)).json()).toMatchObject({ error: 'invalid_grant' })
  })

  test.each([
    [true, 400],
    [false, 200],
  ])('With oauthRotation %s the old refresh token gets %i', async (oauthRotation, status) => {
    const sandbox = stillSandbox({ records: [], switches: { oauthRotation } })
    const old = sandbox.oauth.refreshToken
    const grant = (await (await refresh(sandbox)).json()) as { refresh_token: string }
    expect(grant.refresh_token === old).toBe(!oauthRotation)
    expect((await refresh(sandbox, { token: old })).status).toBe(status)
    expect((await refresh(sandbox)).status).toBe(200)
  })
})

describe('The hosts', () => {
  test.each([
    ['https://api.pipedrive.com/v1/leads', 200],
    ['https://api.pipedrive.com/api/v1/leads', 404],
    ['https://api.pipedrive.com/api/v1/leads/archived', 404],
    ['https://api.pipedrive.com/api/v1/leadLabels', 404],
    ['https://api.pipedrive.com/api/v1/leadSources', 404],
    ['https://api.pipedrive.com/api/v1/notes', 200],
    ['https://api.pipedrive.com/api/v2/deals', 200],
    ['https://api.pipedrive.com/v2/deals', 404],
    ['https://api.pipedrive.com/api/v2/leads', 404],
    ['https://api.pipedrive.com/v1/deals', 404],
    ['https://api.pipedrive.com/oauth/token', 404],
    ['COMPANY/api/v1/leads', 200],
    ['COMPANY/api/v1/leadLabels', 200],
    ['COMPANY/api/v2/deals', 200],
    ['COMPANY/v1/leads', 404],
    ['https://sandbox.example/base/v1/leads', 200],
    ['https://sandbox.example/base/api/v2/deals', 200],
    ['https://api.pipedrive.com/api/v2/projects', 402],
    ['https://api.pipedrive.com/api/v2/tasks', 402],
    ['https://api.pipedrive.com/api/v2/deals/installments?deal_ids=1', 403],
    ['https://api.pipedrive.com/v1/legacyTeams', 403],
    ['https://api.pipedrive.com/v1/callLogs', 200],
  ])('%s gets %i', async (url, status) => {
    const sandbox = stillSandbox({ baseUrl: 'https://sandbox.example/base' })
    const address = url.replace('COMPANY', sandbox.companyUrl)
    expect((await send(sandbox, address)).status).toBe(status)
  })

  test('Methods other than GET get 405', async () => {
    const sandbox = stillSandbox({ records: [] })
    expect((await get(sandbox, '/api/v2/deals', { method: 'POST', body: '{}' })).status).toBe(405)
  })
})
