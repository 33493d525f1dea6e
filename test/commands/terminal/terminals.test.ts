import { describe, expect, test } from '@jest/globals'
import { runCli } from '../../../src/cli.js'
import { configOf, file, run } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { untilTestEnds } from '../../support/test-end.js'
import { Reader } from '../../support/writer.js'

const pipedrive = pipedriveServer()
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`

interface Terminals {
  stdout?: boolean
  stderr?: boolean
}

/** What the command writes to each stream, of which some are terminals. */
async function runOn(terminals: Terminals, argv: string[], env: Record<string, string> = {}) {
  const [stdout, stderr] = [new Reader(), new Reader()]
  if (terminals.stdout) Object.assign(stdout, { isTTY: true, columns: 60 })
  if (terminals.stderr) Object.assign(stderr, { isTTY: true, columns: 60 })
  const consoleBefore = { ...console }
  const stdin = () => process.stdin
  const exitCode = await untilTestEnds((signal) => runCli(argv, { stdout, stderr, stdin, env, signal }))
  Object.assign(console, consoleBefore)
  return { out: stdout.text, aside: stderr.text, exitCode }
}

const config = () => file(configOf(pipedrive.open()))
const readUsers = () => ['read', '--config', config(), '--stream', 'users']

describe('on a terminal', () => {
  test('the result of a check is text, with times in the logs', async () => {
    const { out, aside } = await runOn({ stdout: true, stderr: true }, ['check', '--config', config()])
    expect(out).toMatch(new RegExp(`^INFO {2}${TIME} Connected to Sandbox as .*\\n[\\s\\S]*\\nSUCCEEDED\\n$`))
    expect(aside).toBe('')
  })

  test('errors are text, for each command', async () => {
    for (const command of ['check', 'discover', 'read', 'catalog', 'estimate']) {
      const argv = [command, '--config', '/nowhere/config.json']
      const { out, aside } = await runOn({ stdout: true, stderr: true }, argv)
      expect(out + aside).toMatch(/^(ERROR|FAILED) The config \/nowhere\/config\.json does not exist\./)
    }
    const { out } = await runOn({ stdout: true, stderr: true }, ['chek'])
    expect(out).toMatch(/^ERROR Unknown command: chek\./)
  })

  test('records, states and catalogs stay JSON', async () => {
    const { out } = await runOn({ stdout: true, stderr: true }, readUsers())
    const json = out.split('\n').filter((line) => line.startsWith('{'))
    expect(new Set(json.map((line) => (JSON.parse(line) as { type: string }).type))).toEqual(
      new Set(['RECORD', 'STATE']),
    )
    const discovered = await runOn({ stdout: true, stderr: true }, ['discover', '--config', config()])
    expect(JSON.parse(discovered.out)).toMatchObject({ type: 'CATALOG' })
  })

  test('a table has its width', async () => {
    const argv = ['estimate', '--config', config(), '--streams', 'users,organization_relationships']
    const { out } = await runOn({ stdout: true }, argv)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })
})

describe('when stdout goes elsewhere and stderr is a terminal', () => {
  test('the progress is drawn on it, and stdout has the messages alone', async () => {
    const { out, aside } = await runOn({ stderr: true }, readUsers(), { TERM: 'xterm' })
    for (const line of out.split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('type')
    expect(aside).toContain('[------------------------] 0 %  0 of 1 stream  0 records')
    expect(aside).toMatch(/INFO {2}.* Done: 2 requests and 22 tokens/)
  })

  test.each([{ TERM: 'dumb' }, { CI: 'true' }])(
    'the progress is plain lines if it cannot be drawn: %p',
    async (env) => {
      const { aside } = await runOn({ stderr: true }, readUsers(), env)
      expect(aside).toMatch(/^users: \d+ records in .* s$/m)
      expect(aside).not.toContain('\x1b')
    },
  )

  test('an error is on both', async () => {
    const { out, aside } = await runOn({ stderr: true }, [
      'read',
      '--config',
      '/nowhere',
      '--stream',
      'users',
    ])
    expect(JSON.parse(out)).toMatchObject({ type: 'TRACE' })
    expect(aside).toMatch(/^ERROR The config \/nowhere does not exist\./)
  })
})

describe('under a platform, where neither is a terminal', () => {
  test('stderr stays empty, and logs have no time', async () => {
    const { out, aside } = await runOn({}, readUsers())
    expect(aside).toBe('')
    expect(out).toMatch(/"message":"Reading Sandbox as /)
  })

  test('--progress writes plain lines to stderr', async () => {
    const { out, aside } = await runOn({}, [...readUsers(), '--progress'])
    expect(aside).toMatch(/^users: \d+ records in .* s$/m)
    for (const line of out.split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('type')
  })

  test('--log-time begins each log with the time', async () => {
    const output = await run([...readUsers(), '--log-time'])
    expect(output.logs().length).toBeGreaterThan(0)
    for (const message of output.logs()) expect(message).toMatch(new RegExp(`^${TIME} \\S`))
  })
})
