import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Output } from '../support/output.js'
import { file } from '../support/connector.js'
import { serveCompany } from './company.js'
import { containerName, docker, IMAGE, KNOWS_HOST } from './docker.js'

const imageConfig = () =>
  (JSON.parse(docker('image', 'inspect', IMAGE)) as [{ Config: ImageConfig }])[0].Config
const size = (image: string) => Number(docker('image', 'inspect', '--format', '{{.Size}}', image))
const run = (...args: string[]) => docker('run', '--rm', ...args)

interface ImageConfig {
  Env: string[]
  Entrypoint: string[]
}

describe('the image', () => {
  test('tells the platform how to start it: the same way as Docker does, from any folder', () => {
    const { Env, Entrypoint } = imageConfig()
    const told = Env.find((line) => line.startsWith('AIRBYTE_ENTRYPOINT='))?.split('=')[1]
    expect(told).toBe(Entrypoint.join(' '))
    expect(told).toMatch(/^\//)
  })

  test('runs as airbyte, who is user 1000 of group 1000 and owns /airbyte', () => {
    const script = 'id -un; id -u; id -g; touch /airbyte/mine && echo owner'
    expect(run('--entrypoint', 'sh', IMAGE, '-c', script).split('\n')).toEqual([
      'airbyte',
      '1000',
      '1000',
      'owner',
    ])
  })

  test('adds less than 15 MB to its base', () => {
    const [, base = ''] = /^FROM (\S+)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? []
    const added = size(IMAGE) - size(base)
    expect(added).toBeGreaterThan(0)
    expect(added).toBeLessThan(15_000_000)
  })

  test('holds nothing but the bundle and what it reads', () => {
    const files = run('--entrypoint', 'sh', IMAGE, '-c', 'cd /airbyte/connector && find . -type f').split(
      '\n',
    )
    const others = files.filter((name) => !/^\.\/schemas\/\w+\.json$/.test(name)).sort()
    expect(others).toEqual(['./dist/main.js', './package.json', './spec.json'])
  })

  test.each([256, 2048])('takes three to four fifths of %d MiB for its heap', (limit) => {
    const script = 'console.log(v8.getHeapStatistics().heap_size_limit / 2 ** 20)'
    const heap = Number(run('--memory', `${limit}m`, '--entrypoint', 'node', IMAGE, '-e', script))
    expect(heap / limit).toBeGreaterThan(0.6)
    expect(heap / limit).toBeLessThan(0.8)
  })
})

describe('docker run, as the README has it,', () => {
  let company: Awaited<ReturnType<typeof serveCompany>>
  beforeAll(async () => {
    // Thirty pages, which take seconds.
    company = await serveCompany({ deals: 3000, latencyMs: 300, switches: { pageCap: 100 } })
  })
  afterAll(() => company.close())

  test('prints the spec', () => {
    const [message] = new Output(run(IMAGE, 'spec'), 0).messages
    expect(message?.spec?.connectionSpecification.type).toBe('object')
  })

  test('stops at docker stop with whole lines, a state to go on from, and the code that says so', async () => {
    const first = start(company.config)
    await first.until(/"recordCount":[1-9]/)
    const stoppedAt = Date.now()
    docker('stop', '--time', '10', first.name)
    expect(Date.now() - stoppedAt).toBeLessThan(30_000)
    const output = await first.end()
    expect(output.exitCode).toBe(143)
    expect(output.text.endsWith('\n')).toBe(true)
    expect(output.statuses('deals').at(-1)).toBe('INCOMPLETE')

    const second = await start(company.config, output.stateFile()).end()
    expect(second.exitCode).toBe(0)
    const ids = [output, second].map((one) => one.records('deals').map(({ id }) => id))
    expect(new Set(ids.flat()).size).toBe(company.sandbox.rows('deals', { deleted: true }).length)
    expect(ids[1]?.length).toBeLessThan(new Set(ids.flat()).size)
  })
})

/** A read of the deals, the connector being the container's first process. */
function start(config: object, state: object[] = []) {
  const name = containerName()
  const files = [file(config), file(state)]
  for (const path of files) chmodSync(path, 0o444)
  const mounts = ['config', 'state'].flatMap((what, index) => [
    '-v',
    `${files[index] ?? ''}:/data/${what}.json:ro`,
  ])
  const flags = ['--config', '/data/config.json', '--state', '/data/state.json', '--stream', 'deals']
  const container = spawn(
    'docker',
    ['run', '--rm', '--name', name, ...KNOWS_HOST, ...mounts, IMAGE, 'read', ...flags],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const closed = once(container, 'close') as Promise<[number]>
  let text = ''
  container.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  return {
    name,
    until: async (part: RegExp) => {
      while (!part.test(text)) await once(container.stdout, 'data')
    },
    end: async () => {
      const [code] = await closed
      return new Output(text, code)
    },
  }
}
