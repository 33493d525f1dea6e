import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createSandbox } from '../sandbox/sandbox.js'
import { serve } from '../sandbox/serve.js'
import type { StateMessage } from '../src/airbyte/messages.js'
import { configOf, file } from './support/connector.js'
import { newFolder } from './support/folder.js'
import { Output } from './support/output.js'
import { Connector, MAIN } from './support/process.js'
import { seedRows } from './support/seed-rows.js'

const sandbox = createSandbox({ records: seedRows('deals', 6000), latencyMs: 30 })
let server: Awaited<ReturnType<typeof serve>>
let config: string

beforeAll(async () => {
  server = await serve(sandbox, {})
  config = file(configOf(sandbox, { base_url: server.url }))
})
afterAll(() => server.close())

const readDeals = (...more: string[]) =>
  new Connector(['read', '--config', config, '--stream', 'deals', ...more])
const truth = () => sandbox.rows('deals', { deleted: true }).length

const BEGINNING = '1970-01-01T00:00:00Z'

/** How far the state file of deals says that they were read. Throws if the file is not whole. */
function cursorIn(path: string): unknown {
  if (!existsSync(path)) return BEGINNING
  const states = JSON.parse(readFileSync(path, 'utf8')) as StateMessage['state'][]
  const deals = states.find(({ stream }) => stream.stream_descriptor.name === 'deals')
  return deals?.stream.stream_state.update_time ?? BEGINNING
}

describe('the built command', () => {
  test('runs in any folder and writes nothing to stderr', async () => {
    for (const argv of [['spec'], ['check', '--config', config], ['discover', '--config', config]]) {
      const connector = new Connector(argv)
      expect(await connector.end()).toEqual({ code: 0, signal: null })
      expect(connector.output().messages.length).toBeGreaterThan(0)
      expect(connector.stderr).toBe('')
    }
  })

  test('ends once it has answered, although the server would keep the connection open for minutes', async () => {
    expect(await new Connector(['check', '--config', config]).end()).toEqual({ code: 0, signal: null })
  })

  test('reports a bad config with the exit code that the platform expects', async () => {
    const bad = file({ credentials: { auth_type: 'api_token' } })
    expect((await new Connector(['check', '--config', bad]).end()).code).toBe(0)
    expect((await new Connector(['read', '--config', bad, '--stream', 'deals']).end()).code).toBe(1)
  })

  test('reports a working directory that was deleted', () => {
    const folder = newFolder()
    const { stdout, status } = spawnSync('sh', [
      '-c',
      `cd ${folder} && rmdir ${folder} && exec "$0" spec`,
      MAIN,
    ])
    expect(JSON.parse(stdout.toString())).toMatchObject({
      trace: {
        error: {
          failure_type: 'config_error',
          message: 'The working directory was deleted. Start the command from another folder.',
        },
      },
    })
    expect(status).toBe(1)
  })

  test.each(['/dev/stdin', '-'])('reads a config from a pipe as %s', (path) => {
    const { stdout } = spawnSync('sh', ['-c', `echo '{}' | "$0" check --config ${path}`, MAIN])
    expect(stdout.toString()).toContain('The config has no credentials.')
  })

  test('reads a config from stdin when it is a socket', () => {
    const { stdout } = spawnSync(MAIN, ['check', '--config', '-'], { input: '{}' })
    expect(stdout.toString()).toContain('The config has no credentials.')
  })

  test('answers --help and --version', async () => {
    const [help, version] = [new Connector(['--help']), new Connector(['--version'])]
    await Promise.all([help.end(), version.end()])
    expect(help.stdout).toMatch(/src-pipedrive <command>[\s\S]*check[\s\S]*discover[\s\S]*catalog[\s\S]*read/)
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('the output of the built command', () => {
  test('is complete if the reader is slow', async () => {
    const connector = readDeals()
    connector.process.stdout.pause()
    await sleep(1500)
    connector.process.stdout.resume()
    expect((await connector.end()).code).toBe(0)
    expect(connector.output().recordCounts().deals).toBe(truth())
  })

  test('ends without an error message when the reader closes it', async () => {
    const connector = readDeals()
    await connector.until(/"RECORD"/)
    connector.process.stdout.destroy()
    expect((await connector.end()).code).toBe(141)
    expect(connector.stderr).toBe('')
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends with complete lines on %s, and the process ends by that signal',
    async (name) => {
      const connector = readDeals()
      await connector.until(/"RECORD"/)
      connector.process.kill(name)
      expect(await connector.end()).toEqual({ code: null, signal: name })

      expect(connector.stderr).toBe('')
      expect(connector.stdout.endsWith('\n')).toBe(true)
      const output = connector.output()
      expect(output.statuses('deals')).toEqual(['STARTED', 'RUNNING', 'INCOMPLETE'])
      expect(output.errors()).toMatchObject([
        { failure_type: 'transient_error', message: expect.stringContaining(name) },
      ])
      expect(output.recordCounts().deals).toBeLessThan(truth())
    },
  )

  test('of a stopped run has states from which the next run continues', async () => {
    const first = readDeals()
    await first.until(/"recordCount":[1-9]/)
    first.process.kill('SIGTERM')
    await first.end()
    const second = readDeals('--state', file(first.output().stateFile()))
    await second.end()

    const ids = [first, second].map((connector) =>
      connector
        .output()
        .records('deals')
        .map(({ id }) => id),
    )
    expect(new Set(ids.flat()).size).toBe(truth())
    expect(ids[1]?.length).toBeLessThan(truth())
  })

  test('of runs that are killed is complete together if they keep a state file', async () => {
    const path = join(newFolder(), 'state.json')
    const seen = new Set<unknown>()
    const emitted: number[] = []
    const runOnce = async (kill: boolean) => {
      const before = cursorIn(path)
      const connector = readDeals('--state-file', path)
      if (kill) {
        while (cursorIn(path) === before && connector.process.exitCode === null) await sleep(1)
        connector.process.kill('SIGKILL')
      }
      await connector.end()
      const whole = connector.stdout.slice(0, connector.stdout.lastIndexOf('\n') + 1)
      const ids = new Output(whole, 0).records('deals').map(({ id }) => id)
      for (const id of ids) seen.add(id)
      emitted.push(ids.length)
    }
    for (const kill of [true, true, false]) await runOnce(kill)
    expect(emitted[0]).toBeLessThan(truth())
    expect(seen.size).toBe(truth())
    expect(emitted.at(-1)).toBeLessThan(truth())
  })
})
