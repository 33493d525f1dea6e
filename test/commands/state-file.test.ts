import { existsSync, readFileSync, rmSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, run } from '../support/connector.js'
import { newFolder } from '../support/folder.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const folder = newFolder()
let paths = 0
const newPath = () => join(folder, `state-${(paths += 1)}.json`)

interface SavedState {
  stream: { stream_descriptor: { name: string }; stream_state: object }
}
const saved = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as SavedState[]
const stateIn = (path: string, name: string) =>
  saved(path).find(({ stream }) => stream.stream_descriptor.name === name)?.stream.stream_state

function readTo(path: string, sandbox: Sandbox, streams: string, ...more: string[]) {
  return run([
    'read',
    '--config',
    file(configOf(sandbox)),
    '--stream',
    streams,
    '--state-file',
    path,
    ...more,
  ])
}

describe('read --state-file', () => {
  test('creates the file with the last state of each stream, and the next run continues from it', async () => {
    stopClock()
    const sandbox = pipedrive.open()
    const path = newPath()
    const first = await readTo(path, sandbox, 'deals,persons')
    expect(first.exitCode).toBe(0)
    expect(first.logs()).toContain(`The state ${path} is empty. The sync reads everything from the start.`)
    for (const stream of ['deals', 'persons'])
      expect(stateIn(path, stream)).toEqual(first.states(stream).at(-1))
    expect(existsSync(`${path}.tmp`)).toBe(false)

    travel(3_600_000)
    const second = await readTo(path, sandbox, 'deals,persons')
    expect(second.recordCounts()).toEqual({})
  })

  test('keeps the states of streams that the run does not read', async () => {
    const sandbox = pipedrive.open()
    const path = newPath()
    await readTo(path, sandbox, 'deals,persons')
    const before = stateIn(path, 'deals')
    await readTo(path, sandbox, 'users')
    expect(stateIn(path, 'deals')).toEqual(before)
    expect(saved(path).map(({ stream }) => stream.stream_descriptor.name)).toEqual([
      'deals',
      'persons',
      'users',
    ])
  })

  test('replaces the file and not a symbolic link to it', async () => {
    const [path, link] = [newPath(), newPath()]
    writeFileSync(path, '')
    symlinkSync(path, link)
    await readTo(link, pipedrive.open(), 'users')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(stateIn(path, 'users')).toBeDefined()
  })

  test('accepts states in each form that --state accepts, except the output of a run', async () => {
    const sandbox = pipedrive.open()
    const path = newPath()
    const output = await run(['read', '--config', file(configOf(sandbox)), '--stream', 'users'])
    writeFileSync(path, output.text)
    const refused = await readTo(path, sandbox, 'users')
    expect(refused.errors()[0]?.message).toContain('has the output of a run, which would be overwritten')
    expect(readFileSync(path, 'utf8')).toBe(output.text)

    const other = await run([
      'read',
      '--config',
      file(configOf(sandbox)),
      '--stream',
      'users',
      '--state',
      path,
    ])
    expect(other.recordCounts()).toEqual({})
  })

  test('beside --state is an error', async () => {
    const output = await readTo(newPath(), pipedrive.open(), 'users', '--state', file([]))
    expect(output.errors()[0]?.message).toBe('Specify either --state or --state-file, not both.')
    expect(output.exitCode).toBe(1)
  })

  test('names a file that cannot be written before anything is read', async () => {
    const path = join(folder, 'nowhere', 'state.json')
    const output = await readTo(path, pipedrive.open(), 'users')
    expect(output.errors()[0]?.message).toBe(
      `The state file ${path} cannot be written: its folder does not exist. Check the path.`,
    )
    expect([output.records(), output.exitCode]).toEqual([[], 1])
  })

  test('reads on when the file cannot be written any more, and then fails', async () => {
    const sandbox = pipedrive.open()
    const lost = newFolder()
    pipedrive.watch(({ url }) => {
      if (url.includes('/users') && !url.includes('/me')) rmSync(lost, { recursive: true, force: true })
    })
    const output = await readTo(join(lost, 'state.json'), sandbox, 'users')
    expect(output.recordCounts().users).toBe(sandbox.rows('users').length)
    expect(output.errors()[0]?.message).toContain('cannot be written: its folder does not exist')
    expect(output.exitCode).toBe(1)
  })
})
