import { describe, expect, test } from '@jest/globals'
import { ApiError } from '../../../src/pipedrive/http/api-error.js'
import type { OAuthCredentials, Tokens } from '../../../src/pipedrive/auth/credentials.js'
import { OAuthSession, type OAuthOptions } from '../../../src/pipedrive/auth/oauth.js'
import type { TokenResponse } from '../../../src/pipedrive/auth/token-response.js'
import type { TransportResponse, TransportRequest } from '../../../src/pipedrive/http/transport-request.js'
import { stopClock, travel } from '../../support/time.js'

/*
 * Seen to fail with, in src/pipedrive/auth/oauth.ts: no margin, a minute of margin for any lifetime, lifetimes that
 * start with the response, a refresh per waiting request, or per refused one, `onTokens` not awaited, any api_domain
 * accepted, always the first refresh token, stored tokens without a host.
 */
const credentials: OAuthCredentials = {
  kind: 'oauth',
  clientId: 'client',
  clientSecret: 'secret',
  refreshToken: 'refresh-0',
}
const company = 'https://company.pipedrive.com'
const MINUTE = 60_000
const dead = new ApiError({ kind: 'authorization_lost', status: 400 }, 'POST /oauth/token')

interface Answering extends Partial<TokenResponse> {
  /** How long the response takes. */
  travelMs?: number
  fails?: Error
}

/** A session whose token endpoint numbers its access tokens, and the requests to that endpoint. */
function open(given: Partial<OAuthCredentials> = {}, answers: Answering[] = [], options: OAuthOptions = {}) {
  const requests: TransportRequest<TokenResponse>[] = []
  const send = async (
    request: TransportRequest<TokenResponse>,
  ): Promise<TransportResponse<TokenResponse>> => {
    requests.push(request)
    const { travelMs = 0, fails, ...body } = answers[requests.length - 1] ?? {}
    const sentAt = Date.now()
    await new Promise((resolve) => setImmediate(resolve))
    if (travelMs > 0) travel(travelMs)
    if (fails) throw fails
    const whole = {
      accessToken: `access-${requests.length}`,
      lifetimeMs: 60 * MINUTE,
      apiDomain: company,
      ...body,
    }
    return { body: whole, headers: {}, sentAt, roundTripMs: travelMs, textLength: 0 }
  }
  const session = new OAuthSession({ ...credentials, ...given }, send, options)
  const bearer = async () => (await session.headers()).authorization
  return { session, requests, bearer }
}

const stored = (lifetimeMs: number): Partial<OAuthCredentials> => ({
  accessToken: { token: 'access-0', expiresAt: Date.now() + lifetimeMs },
  apiDomain: company,
})

describe('an OAuth session', () => {
  test('a token request has the client ID and secret in a Basic header and the refresh token in a form', async () => {
    const { bearer, requests } = open({ refreshToken: 'a b+c/d=' })
    expect(await bearer()).toBe('Bearer access-1')
    expect(requests).toHaveLength(1)
    const [{ method, url, body, auth } = {} as TransportRequest<TokenResponse>] = requests
    expect([method, url]).toEqual(['POST', 'https://oauth.pipedrive.com/oauth/token'])
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'a b+c/d=',
    })
    expect(await auth.headers()).toEqual({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa('client:secret')}`,
    })
    // A 401 is about the client ID and secret: a new access token would not change it.
    expect(auth).not.toHaveProperty('reauthenticate')
  })

  test('a session makes one token request for all callers that wait', async () => {
    const { session, bearer, requests } = open()
    await Promise.all([bearer(), bearer(), session.companyUrl(), session.refresh(), bearer()])
    expect(requests).toHaveLength(1)
    await bearer()
    expect(requests).toHaveLength(1)
  })

  test('a failed token request fails all callers that wait, and the next caller makes a new one', async () => {
    const { bearer, requests } = open({}, [{ fails: dead }])
    const outcomes = await Promise.allSettled([bearer(), bearer()])
    expect(outcomes).toEqual([dead, dead].map((reason) => ({ status: 'rejected', reason })))
    expect(requests).toHaveLength(1)
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('a session uses the latest refresh token, and keeps it when a response has none', async () => {
    const { session, requests } = open({}, [{ refreshToken: 'refresh-1' }, {}])
    for (let turn = 0; turn < 3; turn += 1) await session.refresh()
    const sent = requests.map(({ body }) => new URLSearchParams(body).get('refresh_token'))
    expect(sent).toEqual(['refresh-0', 'refresh-1', 'refresh-1'])
  })

  test('a session reports the scopes of the latest token response', async () => {
    const { session } = open({}, [{ scopes: ['base'] }, { scopes: ['base', 'deals:read'] }])
    expect(session.scopes).toBeUndefined()
    await session.refresh()
    expect(session.scopes).toEqual(['base'])
    await session.refresh()
    expect(session.scopes).toEqual(['base', 'deals:read'])
  })
})

describe('the lifetime of an access token', () => {
  test.each([
    { name: 'an hour is used until a minute before its end', lifetimeMs: 60 * MINUTE, lastMs: 59 * MINUTE },
    { name: 'a minute is used for half of it', lifetimeMs: MINUTE, lastMs: MINUTE / 2 },
    { name: 'two minutes is used for one', lifetimeMs: 2 * MINUTE, lastMs: MINUTE },
    { name: 'a second is used for half of it', lifetimeMs: 1000, lastMs: 500 },
  ])('an access token of $name', async ({ lifetimeMs, lastMs }) => {
    stopClock()
    const { bearer } = open({}, [{ lifetimeMs }])
    await bearer()
    travel(lastMs - 1)
    expect(await bearer()).toBe('Bearer access-1')
    travel(1)
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('the lifetime of an access token starts when the token was requested', async () => {
    stopClock()
    const { session, bearer } = open({}, [{ lifetimeMs: 10 * MINUTE, travelMs: 3 * MINUTE }])
    await session.refresh()
    travel(6 * MINUTE - 1)
    expect(await bearer()).toBe('Bearer access-1')
    travel(1)
    expect(await bearer()).toBe('Bearer access-2')
  })

  test.each([
    { lifetimeMs: MINUTE + 1, expected: 'Bearer access-0' },
    { lifetimeMs: MINUTE, expected: 'Bearer access-1' },
    { lifetimeMs: -MINUTE, expected: 'Bearer access-1' },
  ])(
    'with a stored access token that expires in $lifetimeMs ms, requests are sent with $expected',
    async ({ lifetimeMs, expected }) => {
      stopClock()
      const { bearer } = open(stored(lifetimeMs))
      expect(await bearer()).toBe(expected)
    },
  )

  test('a stored access token is used only when the host that accepts it is known', async () => {
    const { accessToken } = stored(60 * MINUTE)
    const homeless = accessToken && { accessToken }
    expect(await open(homeless).bearer()).toBe('Bearer access-1')
    expect(await open(homeless, [], { baseUrl: 'http://127.0.0.1:4010' }).bearer()).toBe('Bearer access-0')
  })
})

describe('new tokens', () => {
  test('new tokens are handed over completely before any request uses them', async () => {
    stopClock()
    const kept: Tokens[] = []
    const events: string[] = []
    const onTokens = async (tokens: Tokens) => {
      kept.push(tokens)
      await new Promise((resolve) => setTimeout(resolve, 20))
      events.push('kept')
    }
    const { session, bearer } = open({}, [{ refreshToken: 'refresh-1' }], { onTokens })
    await Promise.all([
      bearer().then(() => events.push('signed')),
      session.companyUrl().then(() => events.push('addressed')),
    ])
    expect([events[0], ...events.slice(1).sort()]).toEqual(['kept', 'addressed', 'signed'])
    expect(kept).toEqual([
      {
        accessToken: 'access-1',
        expiresAt: Date.now() + 60 * MINUTE,
        refreshToken: 'refresh-1',
        apiDomain: company,
      },
    ])
  })

  test('new tokens that could not be stored are not used', async () => {
    const full = new Error('No space left.')
    const { bearer } = open({}, [], { onTokens: () => Promise.reject(full) })
    await expect(bearer()).rejects.toBe(full)
    // Nor are they used later.
    await expect(bearer()).rejects.toBe(full)
  })

  test.each([
    'https://elsewhere.example',
    'http://company.pipedrive.com',
    'https://pipedrive.com.elsewhere.example',
  ])('tokens that come with the host %s are rejected unless a simulator is configured', async (apiDomain) => {
    const kept: Tokens[] = []
    const onTokens = (tokens: Tokens) => Promise.resolve(void kept.push(tokens))
    const { session } = open({}, [{ apiDomain }], { onTokens })
    await expect(session.headers()).rejects.toThrow('not Pipedrive’s')
    expect(kept).toEqual([])
    const simulated = open({}, [{ apiDomain }], { baseUrl: 'http://127.0.0.1:4010' })
    expect(await simulated.bearer()).toBe('Bearer access-1')
    expect(simulated.requests[0]?.url).toBe('http://127.0.0.1:4010/oauth/token')
  })
})

describe('the host of the company', () => {
  test('the host of the company is the one of the latest token response', async () => {
    const moved = 'https://moved.pipedrive.com'
    const { session, requests } = open(stored(60 * MINUTE), [{ apiDomain: moved }])
    expect(await session.companyUrl()).toBe(company)
    expect(requests).toEqual([])
    await session.refresh()
    expect(await session.companyUrl()).toBe(moved)
  })
})

describe('a refused access token', () => {
  test('a refused access token is replaced once for all requests that were refused with it', async () => {
    const { session, bearer, requests } = open(stored(60 * MINUTE))
    const refused = await bearer()
    await Promise.all([session.reauthenticate(refused), session.reauthenticate(refused), bearer()])
    expect(requests).toHaveLength(1)
    expect(await bearer()).toBe('Bearer access-1')
    // A request whose response took longer.
    await session.reauthenticate(refused)
    expect(requests).toHaveLength(1)
  })

  test('a new access token that is refused is replaced, too', async () => {
    const { session, bearer } = open(stored(60 * MINUTE))
    await session.reauthenticate(await bearer())
    await session.reauthenticate(await bearer())
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('a caller that reauthenticates gets the reason why that is not possible', async () => {
    const { session, bearer } = open(stored(60 * MINUTE), [{ fails: dead }])
    await expect(session.reauthenticate(await bearer())).rejects.toBe(dead)
  })
})
