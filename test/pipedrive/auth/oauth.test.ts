import { describe, expect, test } from '@jest/globals'
import { ApiError } from '../../../src/pipedrive/http/api-error.js'
import type { OAuthCredentials, Tokens } from '../../../src/pipedrive/auth/credentials.js'
import { OAuthSession, type OAuthOptions } from '../../../src/pipedrive/auth/oauth.js'
import type { TokenResponse } from '../../../src/pipedrive/auth/token-response.js'
import type { TransportResponse, TransportRequest } from '../../../src/pipedrive/http/transport-request.js'
import { stopClock, travel } from '../../support/time.js'

/*
 * Seen to fail with, in src/pipedrive/oauth.ts: no margin, a minute of margin for any life, lives counted from the answer, a
 * refresh for each that waits, or for each that was refused, `onTokens` not awaited, any api_domain believed, the first
 * refresh token for ever, stored tokens without an address.
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
  /** By how much the answer was on its way. */
  travelMs?: number
  fails?: Error
}

/** A session whose token endpoint numbers its access tokens, and what it was asked. */
function open(given: Partial<OAuthCredentials> = {}, answers: Answering[] = [], options: OAuthOptions = {}) {
  const asked: TransportRequest<TokenResponse>[] = []
  const send = async (
    request: TransportRequest<TokenResponse>,
  ): Promise<TransportResponse<TokenResponse>> => {
    asked.push(request)
    const { travelMs = 0, fails, ...body } = answers[asked.length - 1] ?? {}
    const sentAt = Date.now()
    await new Promise((resolve) => setImmediate(resolve))
    if (travelMs > 0) travel(travelMs)
    if (fails) throw fails
    const whole = {
      accessToken: `access-${asked.length}`,
      lifetimeMs: 60 * MINUTE,
      apiDomain: company,
      ...body,
    }
    return { body: whole, headers: {}, sentAt, roundTripMs: travelMs, textLength: 0 }
  }
  const session = new OAuthSession({ ...credentials, ...given }, send, options)
  const bearer = async () => (await session.headers()).authorization
  return { session, asked, bearer }
}

const stored = (lifetimeMs: number): Partial<OAuthCredentials> => ({
  accessToken: { token: 'access-0', expiresAt: Date.now() + lifetimeMs },
  apiDomain: company,
})

describe('a session', () => {
  test('asks for tokens as an app does: its own pair in Basic, the refresh token in a form', async () => {
    const { bearer, asked } = open({ refreshToken: 'a b+c/d=' })
    expect(await bearer()).toBe('Bearer access-1')
    expect(asked).toHaveLength(1)
    const [{ method, url, body, auth } = {} as TransportRequest<TokenResponse>] = asked
    expect([method, url]).toEqual(['POST', 'https://oauth.pipedrive.com/oauth/token'])
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'a b+c/d=',
    })
    expect(await auth.headers()).toEqual({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${btoa('client:secret')}`,
    })
    // A 401 is an answer to the pair: a new access token would not change it.
    expect(auth).not.toHaveProperty('reauthenticate')
  })

  test('asks once for all that wait, whatever they wait for', async () => {
    const { session, bearer, asked } = open()
    await Promise.all([bearer(), bearer(), session.companyUrl(), session.refresh(), bearer()])
    expect(asked).toHaveLength(1)
    await bearer()
    expect(asked).toHaveLength(1)
  })

  test('that could not get tokens fails all that wait, and asks again for the next', async () => {
    const { bearer, asked } = open({}, [{ fails: dead }])
    const outcomes = await Promise.allSettled([bearer(), bearer()])
    expect(outcomes).toEqual([dead, dead].map((reason) => ({ status: 'rejected', reason })))
    expect(asked).toHaveLength(1)
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('goes on with the refresh token that came last, and with the old one where none came', async () => {
    const { session, asked } = open({}, [{ refreshToken: 'refresh-1' }, {}])
    for (let turn = 0; turn < 3; turn += 1) await session.refresh()
    const sent = asked.map(({ body }) => new URLSearchParams(body).get('refresh_token'))
    expect(sent).toEqual(['refresh-0', 'refresh-1', 'refresh-1'])
  })

  test('tells what the user granted, as the last answer has it', async () => {
    const { session } = open({}, [{ scopes: ['base'] }, { scopes: ['base', 'deals:read'] }])
    expect(session.scopes).toBeUndefined()
    await session.refresh()
    expect(session.scopes).toEqual(['base'])
    await session.refresh()
    expect(session.scopes).toEqual(['base', 'deals:read'])
  })
})

describe('an access token is used', () => {
  test.each([
    { name: 'until a minute before its end', lifetimeMs: 60 * MINUTE, lastMs: 59 * MINUTE },
    { name: 'for half of a short life', lifetimeMs: MINUTE, lastMs: MINUTE / 2 },
    { name: 'for a minute of two', lifetimeMs: 2 * MINUTE, lastMs: MINUTE },
    { name: 'for half of a second, if that is all', lifetimeMs: 1000, lastMs: 500 },
  ])('$name', async ({ lifetimeMs, lastMs }) => {
    stopClock()
    const { bearer } = open({}, [{ lifetimeMs }])
    await bearer()
    travel(lastMs - 1)
    expect(await bearer()).toBe('Bearer access-1')
    travel(1)
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('as long as its lifetime says, counted from when it was asked for, whatever the time of day', async () => {
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
  ])('that was stored, with $lifetimeMs ms to live: $expected', async ({ lifetimeMs, expected }) => {
    stopClock()
    const { bearer } = open(stored(lifetimeMs))
    expect(await bearer()).toBe(expected)
  })

  test('that was stored only where it is known which host takes it', async () => {
    const { accessToken } = stored(60 * MINUTE)
    const homeless = accessToken && { accessToken }
    expect(await open(homeless).bearer()).toBe('Bearer access-1')
    expect(await open(homeless, [], { baseUrl: 'http://127.0.0.1:4010' }).bearer()).toBe('Bearer access-0')
  })
})

describe('new tokens', () => {
  test('are handed over whole before anybody gets them', async () => {
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

  test('that could not be kept are not used', async () => {
    const full = new Error('No space left.')
    const { bearer } = open({}, [], { onTokens: () => Promise.reject(full) })
    await expect(bearer()).rejects.toBe(full)
    // Nor later, when nobody waits for them to be kept.
    await expect(bearer()).rejects.toBe(full)
  })

  test.each([
    'https://elsewhere.example',
    'http://company.pipedrive.com',
    'https://pipedrive.com.elsewhere.example',
  ])('that lead to %s are refused, unless a simulator was named', async (apiDomain) => {
    const kept: Tokens[] = []
    const onTokens = (tokens: Tokens) => Promise.resolve(void kept.push(tokens))
    const { session } = open({}, [{ apiDomain }], { onTokens })
    await expect(session.headers()).rejects.toThrow('not Pipedrive’s')
    expect(kept).toEqual([])
    const simulated = open({}, [{ apiDomain }], { baseUrl: 'http://127.0.0.1:4010' })
    expect(await simulated.bearer()).toBe('Bearer access-1')
    expect(simulated.asked[0]?.url).toBe('http://127.0.0.1:4010/oauth/token')
  })
})

describe('where the company answers', () => {
  test('is what the last answer says', async () => {
    const moved = 'https://moved.pipedrive.com'
    const { session, asked } = open(stored(60 * MINUTE), [{ apiDomain: moved }])
    expect(await session.companyUrl()).toBe(company)
    expect(asked).toEqual([])
    await session.refresh()
    expect(await session.companyUrl()).toBe(moved)
  })
})

describe('after a refusal', () => {
  test('the token that was refused is replaced, once for all that it was refused to', async () => {
    const { session, bearer, asked } = open(stored(60 * MINUTE))
    const refused = await bearer()
    await Promise.all([session.reauthenticate(refused), session.reauthenticate(refused), bearer()])
    expect(asked).toHaveLength(1)
    expect(await bearer()).toBe('Bearer access-1')
    // One whose answer was longer on its way.
    await session.reauthenticate(refused)
    expect(asked).toHaveLength(1)
  })

  test('the new one is replaced too, if it is refused as well', async () => {
    const { session, bearer } = open(stored(60 * MINUTE))
    await session.reauthenticate(await bearer())
    await session.reauthenticate(await bearer())
    expect(await bearer()).toBe('Bearer access-2')
  })

  test('whoever asks to sign anew learns why that is not possible', async () => {
    const { session, bearer } = open(stored(60 * MINUTE), [{ fails: dead }])
    await expect(session.reauthenticate(await bearer())).rejects.toBe(dead)
  })
})
