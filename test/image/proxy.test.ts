import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createSandbox } from '../../sandbox/sandbox.js'
import { serve } from '../../sandbox/serve.js'
import { configOf } from '../support/connector.js'
import { Output } from '../support/output.js'
import { inspectorsCertificate } from './certificates.js'
import { docker, IMAGE, sharedFolder } from './docker.js'
import { startInspectingProxy } from './inspecting-proxy.js'

const PASSWORD = 'pass@word/with: signs'
const USER = `proxy-user:${encodeURIComponent(PASSWORD)}`

/** A network without a way out; its one neighbour is this machine, where the proxy is. */
const NETWORK = `src-pipedrive-test-${process.pid}`
const GATEWAY = '10.213.77.1'

const sandbox = createSandbox({ deals: 400, switches: { pageCap: 20 } })
const certificate = inspectorsCertificate()
const folder = sharedFolder()
let proxy: Awaited<ReturnType<typeof startInspectingProxy>>
let guarded: Awaited<ReturnType<typeof startInspectingProxy>>
let simulator: Awaited<ReturnType<typeof serve>>

beforeAll(async () => {
  docker('network', 'create', '--internal', '--subnet', '10.213.77.0/24', '--gateway', GATEWAY, NETWORK)
  proxy = await startInspectingProxy({ sandbox, ...certificate })
  guarded = await startInspectingProxy({ sandbox, ...certificate, user: `proxy-user:${PASSWORD}` })
  simulator = await serve(sandbox, { host: '0.0.0.0' })
  writeFileSync(join(folder, 'authority.pem'), certificate.authority)
})
afterEach(() => {
  proxy.asked.length = 0
  guarded.asked.length = 0
})
afterAll(async () => {
  proxy.close()
  guarded.close()
  await simulator.close()
  docker('network', 'rm', NETWORK)
})

const address = ({ port }: { port: number }, user = '') => `http://${user}${user && '@'}${GATEWAY}:${port}`
const TRUSTED = { NODE_EXTRA_CA_CERTS: '/data/authority.pem' }

let configs = 0

/** A command in a container of that network, with all that it says. */
async function run(command: string[], env: Record<string, string>, config: object = configOf(sandbox)) {
  configs += 1
  const name = `config-${configs}.json`
  writeFileSync(join(folder, name), JSON.stringify(config), { mode: 0o444 })
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const place = ['--network', NETWORK, '--volume', `${folder}:/data:ro`, ...variables]
  const args = ['run', '--rm', ...place, IMAGE, ...command, '--config', `/data/${name}`]
  const container = spawn('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(container.stdout),
    text(container.stderr),
    once(container, 'close') as Promise<[number]>,
  ])
  return Object.assign(new Output(stdout, code), { said: stdout + stderr })
}

const verdict = (output: Output) =>
  output.messages.find(({ connectionStatus }) => connectionStatus)?.connectionStatus
const deals = (output: Output) => new Set(output.records('deals').map(({ id }) => id)).size
const truth = () => sandbox.rows('deals', { deleted: true }).length

describe('through a proxy that inspects TLS', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('%s is the way to Pipedrive, over few tunnels', async (name) => {
    sandbox.ledger.clear()
    const output = await run(['read', '--stream', 'deals'], { [name]: address(proxy), ...TRUSTED })
    expect(output.exitCode).toBe(0)
    expect(deals(output)).toBe(truth())
    expect(new Set(proxy.asked)).toEqual(new Set(['api.pipedrive.com:443']))
    expect(sandbox.ledger.entries.length).toBeGreaterThan(20)
    expect(proxy.asked.length).toBeLessThan(5)
  })

  test('OAuth signs in through it, and reads from the host of the company', async () => {
    const { clientId, clientSecret, refreshToken } = sandbox.oauth
    const credentials = {
      auth_type: 'oauth2.0',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }
    const env = { HTTPS_PROXY: address(proxy), ...TRUSTED }
    const output = await run(['read', '--stream', 'deals'], env, { credentials })
    expect(output.exitCode).toBe(0)
    expect(deals(output)).toBe(truth())
    expect(new Set(proxy.asked)).toEqual(
      new Set(['oauth.pipedrive.com:443', `${new URL(sandbox.companyUrl).host}:443`]),
    )
  })

  test('without its certificate, what is said names the way out', async () => {
    const output = await run(['check'], { HTTPS_PROXY: address(proxy) })
    expect(verdict(output)).toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/TLS certificate.*UNABLE_TO_VERIFY_LEAF_SIGNATURE.*NODE_EXTRA_CA_CERTS/),
    })
  })

  test('a name and a password are handed to it, and kept from everybody else', async () => {
    const env = { HTTPS_PROXY: address(guarded, USER), ...TRUSTED }
    const output = await run(['check', '--debug'], env)
    expect(verdict(output)).toEqual({ status: 'SUCCEEDED' })
    expectNoPassword(output)
  })

  test('a wrong password is said to be the mistake, without being said', async () => {
    const user = `proxy-user:${encodeURIComponent(`${PASSWORD}?`)}`
    for (const command of [
      ['check', '--debug'],
      ['read', '--debug', '--stream', 'deals'],
    ]) {
      const output = await run(command, { HTTPS_PROXY: address(guarded, user), ...TRUSTED })
      const said = verdict(output) ?? output.errors()[0]
      expect(said).toMatchObject({ message: expect.stringMatching(/proxy.*407.*password/) })
      expectNoPassword(output)
    }
  })

  test('an address that is none is said to be the mistake', async () => {
    const output = await run(['check'], { HTTPS_PROXY: `http://${USER}@proxy:port` })
    expect(verdict(output)).toMatchObject({
      status: 'FAILED',
      message: expect.stringContaining('HTTPS_PROXY'),
    })
    expectNoPassword(output)
  })

  test('a proxy that is dead or silent, or a host without one, is an error that may pass, within a minute', async () => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(
      0,
      '0.0.0.0',
    )
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const startedAt = Date.now()
    const outputs = await Promise.all([
      run(['check', '--debug'], { HTTPS_PROXY: address({ port: 9 }, USER) }),
      run(['check', '--debug'], { HTTPS_PROXY: address({ port }, USER) }),
      run(['check'], { HTTPS_PROXY: address(proxy), NO_PROXY: '.pipedrive.com', ...TRUSTED }),
    ])
    for (const socket of sockets) socket.destroy()
    silent.close()

    expect(Date.now() - startedAt).toBeLessThan(65_000)
    expect(proxy.asked).toEqual([])
    for (const output of outputs) {
      expect(output.exitCode).toBe(1)
      expect(output.errors()).toMatchObject([{ failure_type: 'transient_error' }])
      expectNoPassword(output)
    }
  })
})

describe('to an address without TLS', () => {
  const config = () => configOf(sandbox, { base_url: address({ port: Number(new URL(simulator.url).port) }) })

  test.each(['HTTP_PROXY', 'http_proxy'])('%s is the way', async (name) => {
    const output = await run(['check'], { [name]: address(proxy) }, config())
    expect(verdict(output)).toEqual({ status: 'SUCCEEDED' })
    expect(proxy.asked.length).toBeGreaterThan(0)
  })

  test.each(['NO_PROXY', 'no_proxy'])('%s names what is reached without it', async (name) => {
    const env = { HTTP_PROXY: address(proxy), [name]: `localhost,${GATEWAY}` }
    const output = await run(['check'], env, config())
    expect(verdict(output)).toEqual({ status: 'SUCCEEDED' })
    expect(proxy.asked).toEqual([])
  })
})

function expectNoPassword({ said }: { said: string }): void {
  const user = Buffer.from(`proxy-user:${PASSWORD}`).toString('base64').slice(0, 24)
  for (const form of [PASSWORD, encodeURIComponent(PASSWORD), user]) expect(said).not.toContain(form)
}
