import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, openSync, closeSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { readJson, readJsonIfAny } from '../../src/airbyte/json-file.js'
import { ReadError, readText } from '../../src/airbyte/read-text.js'
import { newFolder } from '../support/folder.js'

const folder = newFolder()
const home = process.cwd()
let paths = 0

const newPath = () => join(folder, `${(paths += 1)}`)

function fileOf(content: string | Buffer): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}

function pipe(): string {
  const path = newPath()
  execFileSync('mkfifo', [path])
  return path
}

afterEach(() => {
  process.chdir(home)
})

describe('a JSON file is read', () => {
  test.each([
    { name: 'as its value', content: '{"a":[1,null]}', value: { a: [1, null] } },
    { name: 'after a byte-order mark', content: '\uFEFF[]\r\n', value: [] },
    { name: 'as undefined if it is empty', content: '', value: undefined },
    { name: 'as undefined if it has only blanks', content: '\uFEFF \n', value: undefined },
    {
      name: 'if it is longer than one read',
      content: JSON.stringify('ü'.repeat(200_000)),
      value: 'ü'.repeat(200_000),
    },
  ])('$name', async ({ content, value }) => {
    expect(await readJsonIfAny(fileOf(content), 'config')).toEqual(value)
  })

  test('through a symbolic link', async () => {
    const link = newPath()
    symlinkSync(fileOf('{}'), link)
    expect(await readJson(link, 'config')).toEqual({})
  })

  test('as undefined from /dev/null, at once', async () => {
    expect(await readJsonIfAny('/dev/null', 'state')).toBeUndefined()
  })

  test('from a pipe, when its writer comes and writes in parts', async () => {
    const path = pipe()
    const reading = readJson(path, 'config')
    await writeFile(
      path,
      (async function* () {
        yield '{"a":'
        await new Promise((resolve) => setTimeout(resolve, 100))
        yield '1}'
      })(),
    )
    expect(await reading).toEqual({ a: 1 })
  })
})

describe('a file that cannot be read is a config error that names it', () => {
  const loop = newPath()
  symlinkSync(loop, loop)
  const within = join(fileOf('{}'), 'config.json')
  const empty = fileOf(' ')
  const broken = fileOf('{')
  const deep = fileOf('['.repeat(101) + ']'.repeat(101))

  test.each([
    { name: 'that does not exist', path: newPath(), says: 'does not exist. Check the path; in Docker' },
    { name: 'that is a folder', path: folder, says: 'is a folder. Docker creates one' },
    { name: 'below a file', path: within, says: 'a part of its path is a file and not a folder' },
    { name: 'that is a link to itself', path: loop, says: 'is a symbolic link that leads back to itself' },
    { name: 'whose name is too long', path: 'x'.repeat(5000), says: 'has a name that is too long' },
    { name: 'that is empty', path: empty, says: 'is empty. Check the path' },
    {
      name: 'that is nested too deeply',
      path: deep,
      says: 'is nested more than 100 levels deep. Correct the file.',
    },
    { name: 'that is not JSON', path: broken, says: 'is not valid JSON. Correct the file.' },
    {
      name: 'whose path is empty',
      path: '',
      says: 'The path of the config file is empty. Pass --config FILE.',
    },
    { name: 'whose path has a NUL', path: 'a\0b', says: 'cannot be read' },
  ])('$name', async ({ path, says }) => {
    await expect(readJson(path, 'config')).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringContaining(says) as unknown,
    })
    await expect(readJson(path, 'config')).rejects.toThrow(path)
  })

  test('that the user may not read', async () => {
    if (process.getuid?.() === 0) return
    const path = fileOf('{}')
    chmodSync(path, 0)
    await expect(readJson(path, 'config')).rejects.toThrow('permission denied. Check the permissions')
  })

  test.each([
    { kind: 'catalog', says: 'Create one with: src-pipedrive catalog' },
    { kind: 'state', says: 'For a first sync, leave --state out.' },
  ] as const)('with what to do about a missing $kind', async ({ kind, says }) => {
    await expect(readJson(newPath(), kind)).rejects.toThrow(says)
  })

  test('whose working directory was deleted', async () => {
    const gone = newPath()
    mkdirSync(gone)
    process.chdir(gone)
    rmdirSync(gone)
    await expect(readJson('config.json', 'config')).rejects.toMatchObject({
      failureType: 'config_error',
      message:
        'The config config.json cannot be read because the working directory was deleted. Start the command from another folder.',
    })
  })
})

describe('reading a text ends with TIMEOUT', () => {
  test('if no program opens the pipe for writing', async () => {
    await expect(readText(pipe(), 100)).rejects.toEqual(new ReadError('TIMEOUT'))
  })

  test('if a writer opens a pipe and does not write', async () => {
    const path = pipe()
    const reading = readText(path, 200)
    const rejected = expect(reading).rejects.toEqual(new ReadError('TIMEOUT'))
    // 'r+' does not wait for a reader.
    const writer = openSync(path, 'r+')
    await rejected
    closeSync(writer)
  })
})
