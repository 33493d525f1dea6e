import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { runCli } from '../../src/cli.js'
import { file, read, run, runForText } from '../support/connector.js'
import { isTokenRequest, oauthConfig, storedConfigs, storedToken, tokenRequests } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

/*
 * These tests fail with these mutations. In src, commands/open-client.ts: no flush; the config not awaited; the config
 * written at a terminal. config/with-tokens.ts: only the credentials. pipedrive/auth/oauth.ts: `onTokens` not
 * awaited; the first refresh token kept.
 */
const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const rotating = { deals: 3, switches: { oauthRotation: true } }
const catalog = file({
  streams: [{ stream: { name: 'pipelines', json_schema: {} }, sync_mode: 'full_refresh' }],
})
const commands = [{ argv: ['check'] }, { argv: ['read', '--catalog', catalog] }]

/** A reader that needs `delayMs` per chunk, with a buffer for many. `text` is what has left the process. */
class Reader extends Writable {
  text = ''

  constructor(private readonly delayMs: number) {
    super()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    setTimeout(() => {
      this.text += chunk.toString()
      done()
    }, this.delayMs)
  }
}

const readPipelines = (sandbox: Sandbox, config: object) => read(sandbox, { streams: ['pipelines'], config })

describe('new tokens', () => {
  test.each(commands)('are written by $argv.0 with the whole config', async ({ argv }) => {
    stopClock()
    const sandbox = pipedrive.open(rotating)
    const rest = { replication_start_date: '2017-01-25T00:00:00Z', plan: 'growth', num_workers: 3 }
    const config = oauthConfig(sandbox, {}, rest)
    const output = await run([...argv, '--config', file(config)])
    expect(output.exitCode).toBe(0)
    const [, call] = pipedrive.sent
    const bearer = call?.headers.get('authorization') ?? ''
    expect(storedConfigs(output)).toEqual([
      {
        ...config,
        credentials: {
          auth_type: 'oauth2.0',
          client_id: sandbox.oauth.clientId,
          client_secret: sandbox.oauth.clientSecret,
          refresh_token: sandbox.oauth.refreshToken,
          access_token: bearer.slice('Bearer '.length),
          token_expiry_date: new Date(Date.now() + HOUR).toISOString(),
          api_domain: sandbox.companyUrl,
        },
      },
    ])
  })

  test.each(commands.flatMap(({ argv }) => [0, 60].map((delayMs) => ({ argv, delayMs }))))(
    'have left the process before $argv.0 uses them, if the reader needs $delayMs ms per line',
    async ({ argv, delayMs }) => {
      const sandbox = pipedrive.open(rotating)
      const stdout = new Reader(delayMs)
      const unstored: string[] = []
      const used = new Set<string>()
      pipedrive.watch(({ headers, url }) => {
        const [, token] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? []
        if (token === undefined) return
        used.add(token)
        if (!stdout.text.includes(token)) unstored.push(url)
      })
      // The second token comes in the middle of the run.
      sandbox.faults.inject({ path: /\/api\//, fault: { kind: 'status', status: 401 } })
      const { signal } = new AbortController()
      const consoleBefore = { ...console }
      const options = { stdout, stderr: new Reader(0), stdin: () => process.stdin, env: {}, signal }
      const exitCode = await runCli([...argv, '--config', file(oauthConfig(sandbox))], options)
      Object.assign(console, consoleBefore)
      expect(exitCode).toBe(0)
      expect(used.size).toBe(2)
      expect(unstored).toEqual([])
    },
  )

  test('are written with each refresh, and the next run needs only the last config', async () => {
    stopClock()
    const sandbox = pipedrive.open(rotating)
    const first = oauthConfig(sandbox)
    sandbox.onRequest(({ index }) => {
      if (index === 1) sandbox.oauth.expire()
    })
    const configs = storedConfigs(await readPipelines(sandbox, first))
    expect(configs).toHaveLength(2)
    travel(2 * HOUR)

    for (const old of [first, configs[0] ?? {}]) {
      const output = await readPipelines(sandbox, old)
      expect(output.exitCode).toBe(1)
      expect(output.errors()).toMatchObject([{ failure_type: 'config_error' }])
    }
    expect((await readPipelines(sandbox, configs[1] ?? {})).exitCode).toBe(0)
  })

  test('that cannot be written are not used, and the run ends', async () => {
    const sandbox = pipedrive.open(rotating)
    const broken = new Writable({
      write: (_chunk, _encoding, done) => {
        done(new Error('No space left.'))
      },
    })
    const { signal } = new AbortController()
    const options = { stdout: broken, stderr: new Reader(0), stdin: () => process.stdin, env: {}, signal }
    const consoleBefore = { ...console }
    await expect(runCli(['check', '--config', file(oauthConfig(sandbox))], options)).rejects.toThrow(
      'No space left.',
    )
    Object.assign(console, consoleBefore)
    expect(sandbox.ledger.entries.filter((entry) => !isTokenRequest(entry))).toEqual([])
  })
})

describe('no config is written', () => {
  test('by a read whose stored token is still valid', async () => {
    const sandbox = pipedrive.open(rotating)
    const output = await readPipelines(sandbox, oauthConfig(sandbox, storedToken(sandbox, HOUR)))
    expect(output.exitCode).toBe(0)
    expect(tokenRequests(sandbox)).toEqual([])
    expect(storedConfigs(output)).toEqual([])
  })

  test('if the token request is refused', async () => {
    const sandbox = pipedrive.open(rotating)
    const output = await readPipelines(sandbox, oauthConfig(sandbox, { refresh_token: 'unknown-0123456789' }))
    expect(storedConfigs(output)).toEqual([])
  })

  test('at a terminal, where it would only show the tokens', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const { text, aside } = await runForText(['estimate', '--config', file(oauthConfig(sandbox))])
    expect(text).toContain('pipelines')
    expect(`${text}${aside}`).not.toContain(sandbox.oauth.refreshToken)
    expect(aside).not.toContain('CONTROL')
  })
})
