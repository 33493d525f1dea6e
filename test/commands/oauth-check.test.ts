import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { http, passthrough } from 'msw'
import type { Fault, Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run } from '../support/connector.js'
import { apiRequests, oauthConfig, storedToken, tokenRequests } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'

/*
 * Seen to fail with, in src/commands/check.ts: no limits of its own, no end to it all, no sign-in, no word on admins, the
 * scopes of children alone; in src/pipedrive: transport.ts, no patience; client.ts, a 401 left as it is.
 */
const pipedrive = pipedriveServer()
const MINUTE = 60_000
const API = /\/api\/v1\//

const check = (config: object) => run(['check', '--config', file(config)])

/** Makes the owner of the token one who sees only a part of the company. */
function demoteOwner(sandbox: Sandbox): void {
  const owner = sandbox.rows('users').find(({ is_you }) => is_you === true)
  sandbox.edit('users', Number(owner?.id), { access: [{ app: 'sales', admin: false }], is_admin: 0 })
}

describe('check', () => {
  test('tells whose data the connection reads, and nothing more when there is nothing to warn of', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const output = await check(oauthConfig(sandbox))
    const name = String(sandbox.rows('users').find(({ is_you }) => is_you === true)?.name)
    expect(output.logs()).toEqual([`Connected to Sandbox as ${name}.`])
    expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    expect(output.exitCode).toBe(0)
  })

  test.each([{ sign: oauthConfig }, { sign: configOf }])(
    'warns that a user who is no admin sees only a part ($sign.name)',
    async ({ sign }) => {
      const sandbox = pipedrive.open({ deals: 3 })
      demoteOwner(sandbox)
      const output = await check(sign(sandbox))
      expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
      expect(output.logs('WARN')).toEqual([expect.stringMatching(/is no admin.*connect as an admin\.$/)])
    },
  )

  test.each([
    {
      name: 'of one list',
      granted: ['deals:read', 'contacts:read', 'activities:read', 'products:read', 'leads:full', 'admin'],
      streams: ['users (users:read)'],
    },
    {
      name: 'of children, those of their parents too',
      granted: ['products:full', 'contacts:read', 'activities:read', 'leads:read', 'users:read', 'admin'],
      streams: [
        'deals (deals:read)',
        'deals_archived (deals:read)',
        'deal_products (deals:read)',
        'deal_installments (deals:read)',
      ],
    },
  ])(
    'names what cannot be read for lack of a scope, and what to ask for: $name',
    async ({ granted, streams }) => {
      const sandbox = pipedrive.open({ deals: 3, oauth: { scopes: granted } })
      const output = await check(oauthConfig(sandbox))
      expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
      const [warning = '', ...others] = output.logs('WARN')
      expect(others).toEqual([])
      expect(warning).toContain(`For lack of a scope these streams cannot be read: ${streams.join(', ')}. `)
      expect(warning).toMatch(/Add the scopes in brackets .* connect again/)
    },
  )

  test('says nothing of scopes when all are granted, when none are told, or when a token has none', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    expect((await check(oauthConfig(sandbox))).logs('WARN')).toEqual([])
    expect((await check(configOf(sandbox))).logs('WARN')).toEqual([])
    sandbox.faults.inject({
      path: '/oauth/token',
      fault: { kind: 'rewrite', rewrite: (body: object) => ({ ...body, scope: undefined }) },
    })
    const untold = await check(oauthConfig(sandbox))
    expect(untold.logs('WARN')).toEqual([])
    expect(untold.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
  })

  test('proves the refresh token good, however long the stored access token lives on', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const stored = storedToken(sandbox, 60 * MINUTE)
    expect((await check(oauthConfig(sandbox, stored))).messages.at(-1)?.connectionStatus?.status).toBe(
      'SUCCEEDED',
    )
    expect(tokenRequests(sandbox)).toHaveLength(1)
    const output = await check(oauthConfig(sandbox, { ...stored, refresh_token: 'unknown-0123456789' }))
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('FAILED')
  })
})

describe('a sign-in that Pipedrive refuses is FAILED with exit 0, and says what to do', () => {
  const CONNECT = /no longer accepts this connection.*Connect the source to Pipedrive again/
  test.each([
    {
      name: 'revoked',
      arrange: ({ oauth }: Sandbox) => {
        oauth.revoke()
      },
      credentials: {},
      advice: CONNECT,
    },
    {
      name: 'unused for 60 days',
      arrange: ({ clock }: Sandbox) => {
        clock.advance(60 * 24 * 60 * MINUTE)
      },
      credentials: {},
      advice: CONNECT,
    },
    {
      name: 'an unknown refresh token',
      arrange: () => undefined,
      credentials: { refresh_token: 'unknown-0123456789' },
      advice: CONNECT,
    },
    {
      name: 'a wrong client secret',
      arrange: () => undefined,
      credentials: { client_secret: 'wrong-0123456789' },
      advice: /client ID and secret.*Copy both from the app's page/,
    },
    {
      name: 'an access token that is refused although it is new',
      arrange: ({ faults }: Sandbox) => {
        faults.inject({ path: API, times: Infinity, fault: { kind: 'status', status: 401 } })
      },
      credentials: {},
      advice: CONNECT,
    },
  ])('$name', async ({ arrange, credentials, advice }) => {
    const sandbox = pipedrive.open({ deals: 3 })
    arrange(sandbox)
    const output = await check(oauthConfig(sandbox, credentials))
    expect(output.messages.at(-1)?.connectionStatus).toEqual({
      status: 'FAILED',
      message: expect.stringMatching(advice),
    })
    expect(output.errors()).toEqual([])
    expect(output.exitCode).toBe(0)
  })
})

/** What the check says in the end, and how long it takes to say it. */
async function timed(config: object, deaf: () => Promise<unknown> = () => Promise.resolve()) {
  return inVirtualTime(async () => {
    await deaf()
    const started = Date.now()
    const output = await check(config)
    return { output, ms: Date.now() - started }
  })
}

describe('check ends within a minute with one error and exit 1', () => {
  const TOKEN = '/oauth/token'
  const stall: Fault = { kind: 'stall' }
  const wait29: Fault = { kind: 'burst429', resetSeconds: 29 }
  const slow: Fault = { kind: 'delay', ms: 9_000 }

  const cases: { name: string; faults: [path: string | RegExp, fault: Fault, times: number][] }[] = [
    { name: 'the token endpoint stalls', faults: [[TOKEN, stall, Infinity]] },
    { name: 'the API stalls', faults: [[API, stall, Infinity]] },
    {
      name: 'both fail',
      faults: [
        [TOKEN, { kind: 'status', status: 503 }, 3],
        [API, { kind: 'status', status: 503 }, Infinity],
      ],
    },
    {
      name: 'the token endpoint stalls for half of the time, and then the API',
      faults: [
        [TOKEN, stall, 2],
        [API, stall, Infinity],
      ],
    },
    {
      name: 'the token endpoint asks to come back later, again and again',
      faults: [[TOKEN, { kind: 'burst429', resetSeconds: 9 }, Infinity]],
    },
    { name: 'the API does', faults: [[API, { kind: 'burst429', resetSeconds: 9 }, Infinity]] },
    {
      name: 'it is asked to come back in an hour',
      faults: [[API, { kind: 'burst429', resetSeconds: 240 }, Infinity]],
    },
  ]

  test.each(cases)('when $name', async ({ faults }) => {
    const sandbox = pipedrive.open({ deals: 3 })
    for (const [path, fault, times] of faults) sandbox.faults.inject({ path, fault, times })
    const { output, ms } = await timed(oauthConfig(sandbox))
    expect(output.errors()).toMatchObject([{ failure_type: 'transient_error' }])
    expect(output.messages.filter(({ connectionStatus }) => connectionStatus)).toEqual([])
    expect(output.exitCode).toBe(1)
    expect(ms).toBeLessThan(MINUTE)
  })

  // It once slept through the wait for its next attempt, although nothing could be sent any more.
  test('when both ask to come back later than there is time for', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    sandbox.faults.inject({ path: TOKEN, fault: wait29 })
    sandbox.faults.inject({ path: TOKEN, skip: 1, fault: slow })
    sandbox.faults.inject({ path: API, fault: wait29, times: Infinity })
    const { output, ms } = await timed(oauthConfig(sandbox))
    expect(output.errors()).toMatchObject([{ failure_type: 'transient_error' }])
    expect(apiRequests(sandbox)).toHaveLength(1)
    expect(ms).toBeLessThan(MINUTE)
  })

  test('when the host takes connections and never answers', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const server = createServer(() => undefined).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    pipedrive.use(http.all(`${base}/*`, () => passthrough()))
    const { output, ms } = await timed(oauthConfig(sandbox, {}, { base_url: base }))
    server.close()
    expect(output.errors()).toMatchObject([
      { failure_type: 'transient_error', message: expect.stringContaining('did not answer in time') },
    ])
    expect(output.exitCode).toBe(1)
    expect(ms).toBeLessThan(MINUTE)
    expect(pipedrive.sent.map(({ url }) => new URL(url).origin)).toEqual(pipedrive.sent.map(() => base))
  })
})
