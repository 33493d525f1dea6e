import { describe, expect, test } from '@jest/globals'
import type { Fault, Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run } from '../support/connector.js'
import { oauthConfig, storedConfigs, storedToken } from '../support/oauth.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'

/*
 * Seen to fail with, in src: commands/command.ts, new tokens, or the config’s secrets, not hidden; airbyte/redaction.ts, no
 * base64, no URLs, no JSON in JSON.
 */
const pipedrive = pipedriveServer()
const TOKEN = '/oauth/token'
const always = Infinity

/** Letters that look different in each encoding. */
const WRONG = 'wr"ong/with+odd&letters=%é 0123456789'
const catalog = file({
  streams: ['users', 'currencies'].map((name) => ({
    stream: { name, json_schema: {} },
    sync_mode: 'full_refresh',
  })),
})

/** All that was secret in a run: what the config holds, what came anew, and what was sent. */
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

/** Everything that was said, other than the configs to be stored. */
const linesOf = ({ text }: Output) => text.split('\n').filter((line) => !line.startsWith('{"type":"CONTROL"'))

function leaks(output: Output, secrets: readonly string[]): string[] {
  const forms = secrets.flatMap(formsOf).map(inJson)
  return linesOf(output).filter((line) => forms.some((form) => line.includes(form)))
}

/** An answer that repeats all that is secret by then, in each encoding. */
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
  /** `api` is a path of the API that the command at hand calls. */
  arrange?: (sandbox: Sandbox, config: object, api: string) => void
  /** Whether what the answer says is told. */
  told?: boolean
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
    name: 'the access was taken back',
    arrange: ({ oauth }) => {
      oauth.revoke()
    },
  },
  {
    name: 'the tokens end in mid-sync',
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
  // Of a 401 there the status says it all.
  ...[400, 401, 429, 500].map((code) => ({
    name: `the token endpoint repeats all in a ${code}`,
    credentials: () => ({ client_secret: WRONG }),
    arrange: echoing(TOKEN, code),
    told: code !== 401,
  })),
  ...[200, 400, 401, 429, 500].map((code) => ({
    name: `the API repeats all in a ${code}`,
    credentials: (sandbox: Sandbox) => storedToken(sandbox, 30_000),
    arrange: (sandbox: Sandbox, config: object, api: string) => {
      echoing(api, code)(sandbox, config)
    },
    told: true,
  })),
]

const commands = [
  { argv: ['check', '--debug'], api: '/v1/users/me' },
  { argv: ['read', '--debug', '--catalog', catalog], api: '/v1/users' },
]

describe.each(commands)('$argv.0 tells no secret', ({ argv, api }) => {
  test.each(cases)('when $name', async ({ credentials, arrange, told = false }) => {
    const sandbox = pipedrive.open({ deals: 3, switches: { oauthRotation: true } })
    const config = oauthConfig(sandbox, credentials?.(sandbox))
    arrange?.(sandbox, config, api)
    const output = await inVirtualTime(() => run([...argv, '--config', file(config)], { LOG_LEVEL: 'debug' }))
    const secrets = secretsOf(sandbox, config, output)
    expect(secrets.length).toBeGreaterThanOrEqual(3)
    expect(linesOf(output).some((line) => line.includes('said: ****'))).toBe(told)
    expect(leaks(output, secrets)).toEqual([])
  })

  test('of an API token', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const config = configOf(sandbox, { credentials: { auth_type: 'api_token', api_token: sandbox.apiToken } })
    echoing(api, 400)(sandbox, config)
    const output = await run([...argv, '--config', file(config)], { LOG_LEVEL: 'debug' })
    expect(output.text).toContain('said: ****')
    expect(leaks(output, secretsOf(sandbox, config, output))).toEqual([])
  })
})

test('a config to be stored is the one line that has them', async () => {
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
