import { describe, expect, test } from '@jest/globals'
import type { Fault, Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run } from '../support/connector.js'
import { oauthConfig, storedConfigs, storedToken } from '../support/oauth.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'

/*
 * These tests fail with these mutations. In src, commands/open-client.ts: new tokens not hidden.
 * commands/load-config.ts: the config’s secrets not hidden. airbyte/redaction.ts: no base64, no URLs, no quoted JSON,
 * no texts that were cut.
 */
const pipedrive = pipedriveServer()
const TOKEN = '/oauth/token'
const always = Infinity

/** Characters that differ in each encoding. */
const WRONG = 'wr"ong/with+odd&letters=%é 0123456789'
const catalog = file({
  streams: ['users', 'currencies'].map((name) => ({
    stream: { name, json_schema: {} },
    sync_mode: 'full_refresh',
  })),
})

/** Every secret of a run: of the config, of new tokens, and of what was sent. */
function secretsOf(sandbox: Sandbox, config: object, output?: Output): string[] {
  const configs = [config, ...(output ? storedConfigs(output) : [])] as {
    credentials: Record<string, string>
  }[]
  const own = configs.flatMap(({ credentials }) => {
    const { client_id: id = '', client_secret: secret, refresh_token, access_token, api_token } = credentials
    if (secret === undefined) return [api_token ?? '']
    return [secret, `${id}:${secret}`, refresh_token ?? '', access_token ?? '', sandbox.oauth.refreshToken]
  })
  const bearers = pipedrive.sent.map(({ headers }) =>
    (/^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? []).slice(1),
  )
  return [...new Set([...own, ...bearers.flat()])].filter((secret) => secret !== '')
}

function formsOf(secret: string): string[] {
  const url = encodeURIComponent(secret)
  const inLowerCase = url.replace(/%../g, (code) => code.toLowerCase())
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
  return [
    secret,
    url,
    inLowerCase,
    new URLSearchParams({ secret }).toString().slice(7),
    inJson(secret),
    base64,
  ]
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** Every line but the configs to store. */
const linesOf = ({ text }: Output) => text.split('\n').filter((line) => !line.startsWith('{"type":"CONTROL"'))

function leaks(output: Output, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf).map(inJson)
  // A text that was cut inside a secret still shows its start.
  const starts = forms.flatMap((form) =>
    Array.from({ length: Math.max(0, form.length - 8) }, (_, at) => `${form.slice(0, 8 + at)}…`),
  )
  return linesOf(output).filter((line) => [...forms, ...starts].some((text) => line.includes(text)))
}

/** A response that repeats every secret known by then, in each encoding. */
function echo(sandbox: Sandbox, config: object, status: number): Fault {
  const toJSON = () => ({
    success: false,
    error: `said: ${secretsOf(sandbox, config).flatMap(formsOf).join(' ')}`,
  })
  return { kind: 'status', status, body: { toJSON } }
}

interface Case {
  name: string
  credentials?: (sandbox: Sandbox) => object
  /** `api` is the API path that the command calls. */
  arrange?: (sandbox: Sandbox, config: object, api: string) => void
  /** Whether the output quotes the response. */
  quoted?: boolean
}

const status = (code: number): Fault => ({ kind: 'status', status: code })
const faulty = (path: string, fault: Fault) => (sandbox: Sandbox) => {
  sandbox.faults.inject({ path, times: always, fault })
}
const echoing = (path: string, code: number) => (sandbox: Sandbox, config: object) => {
  sandbox.faults.inject({ path, times: always, fault: echo(sandbox, config, code) })
}

const cases: Case[] = [
  { name: 'nothing is wrong' },
  { name: 'a token is stored', credentials: (sandbox) => storedToken(sandbox, 3_600_000) },
  { name: 'the client secret is wrong', credentials: () => ({ client_secret: WRONG }) },
  { name: 'the refresh token is wrong', credentials: () => ({ refresh_token: WRONG }) },
  {
    name: 'the stored token is wrong',
    credentials: (sandbox) => ({ ...storedToken(sandbox, 3_600_000), access_token: 'wrong-0123456789' }),
  },
  {
    name: 'the access was revoked',
    arrange: ({ oauth }) => {
      oauth.revoke()
    },
  },
  {
    name: 'the tokens expire during the sync',
    arrange: (sandbox) => {
      sandbox.onRequest(({ index }) => {
        if (index === 3) sandbox.oauth.expire()
      })
    },
  },
  { name: 'the token endpoint fails', arrange: faulty(TOKEN, status(503)) },
  { name: 'the token endpoint resets connections', arrange: faulty(TOKEN, { kind: 'reset' }) },
  { name: 'the token endpoint stalls', arrange: faulty(TOKEN, { kind: 'stall' }) },
  { name: 'the token endpoint is blocked', arrange: faulty(TOKEN, { kind: 'html403' }) },
  {
    name: 'the token endpoint redirects',
    arrange: faulty(TOKEN, {
      kind: 'status',
      status: 302,
      headers: { location: 'https://elsewhere.example' },
    }),
  },
  {
    name: 'the token endpoint names another host',
    arrange: faulty(TOKEN, {
      kind: 'rewrite',
      rewrite: (body: object) => ({ ...body, api_domain: 'https://elsewhere.example' }),
    }),
  },
  // The message for a 401 of the token endpoint does not quote the response.
  ...[400, 401, 429, 500].map((code) => ({
    name: `the token endpoint repeats every secret in a ${code}`,
    credentials: () => ({ client_secret: WRONG }),
    arrange: echoing(TOKEN, code),
    quoted: code !== 401,
  })),
  ...[200, 400, 401, 429, 500].map((code) => ({
    name: `the API repeats every secret in a ${code}`,
    credentials: (sandbox: Sandbox) => storedToken(sandbox, 30_000),
    arrange: (sandbox: Sandbox, config: object, api: string) => {
      echoing(api, code)(sandbox, config)
    },
    quoted: true,
  })),
]

const commands = [
  { argv: ['check', '--debug'], api: '/v1/users/me' },
  { argv: ['read', '--debug', '--catalog', catalog], api: '/v1/users' },
]

describe.each(commands)('$argv.0 writes no secret', ({ argv, api }) => {
  test.each(cases)('when $name', async ({ credentials, arrange, quoted = false }) => {
    const sandbox = pipedrive.open({ deals: 3, switches: { oauthRotation: true } })
    const config = oauthConfig(sandbox, credentials?.(sandbox))
    arrange?.(sandbox, config, api)
    const output = await inVirtualTime(() => run([...argv, '--config', file(config)], { LOG_LEVEL: 'debug' }))
    const secrets = secretsOf(sandbox, config, output)
    expect(secrets.length).toBeGreaterThanOrEqual(3)
    expect(linesOf(output).some((line) => line.includes('said: ****'))).toBe(quoted)
    expect(leaks(output, secrets)).toEqual([])
  })

  test('if it is an API token', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const config = configOf(sandbox, { credentials: { auth_type: 'api_token', api_token: sandbox.apiToken } })
    echoing(api, 400)(sandbox, config)
    const output = await run([...argv, '--config', file(config)], { LOG_LEVEL: 'debug' })
    expect(output.text).toContain('said: ****')
    expect(leaks(output, secretsOf(sandbox, config, output))).toEqual([])
  })
})

test('only the config to store has secrets', async () => {
  const sandbox = pipedrive.open({ deals: 3 })
  const config = oauthConfig(sandbox)
  const output = await run(['check', '--config', file(config)])
  const secrets = secretsOf(sandbox, config, output)
  const [stored] = output.text.split('\n')
  const { refreshToken, clientSecret } = sandbox.oauth
  for (const secret of [refreshToken, clientSecret]) {
    expect(secrets).toContain(secret)
    expect(stored).toContain(secret)
  }
})
