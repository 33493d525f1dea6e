import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { commandBlocks, commandsOf, fencedBlocks, pages, root, type Runner } from './support/pages/blocks.js'

const blocks = pages().flatMap((page) => commandBlocks(page))
const run = (runner: Runner) => blocks.filter((block) => block.runner === runner)
const firstCommands = (runner: Runner) =>
  run(runner).map((block) => `${block.page}: ${commandsOf(block)[0]?.slice(0, 40) ?? ''}`)
const read = (path: string) => readFileSync(join(root, path), 'utf8')

describe('in the pages for users', () => {
  test('only these few commands are run by no test, as they need a platform or tools of its makers', () => {
    expect(firstCommands('external')).toEqual([
      'README.md: curl -X POST "$AIRBYTE/api/public/v1/wor',
      'docs/acceptance.md: npm run sandbox -- --host 172.17.0.1 --f',
    ])
  })

  test('the commands for a fresh clone are those that CI runs in one', () => {
    const commands = run('fresh-clone').flatMap(commandsOf)
    expect(commands).toEqual(expect.arrayContaining(['npm ci', 'npm run demo', 'npm test']))
    // `npm run coverage` runs what `npm test` runs.
    const steps = read('.ci/run').replaceAll('--silent ', '').replace('tests coverage', 'npm test')
    for (const command of commands) expect(steps).toContain(command)
  })

  test('`npm test` and `npm run coverage` run the same tests', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { test: string; coverage: string } }
    expect(scripts.coverage).toBe(`${scripts.test} --coverage`)
  })

  test('most commands are run as they are written', () => {
    expect(run('here').length + run('server').length).toBeGreaterThan(blocks.length / 2)
  })

  test('no command needs more than Node.js, Docker or Python', () => {
    expect(blocks.filter(({ text }) => /\b(jq|brew|yarn|make)\b/.test(text))).toEqual([])
  })

  test('every link to a file of the project leads to one', () => {
    const links = pages().flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) =>
        join(dirname(page), link),
      ),
    )
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('every block names a language', () => {
    const all = pages().flatMap((page) => fencedBlocks(page))
    expect(all.filter(({ language }) => language === '').map(({ page, line }) => `${page}:${line}`)).toEqual(
      [],
    )
  })
})

describe('a block of commands', () => {
  const page =
    '# A\n\n1. One:\n\n   ```sh docker\n   a b # c\n   d \\\n     e\n\n   ```\n\n```json\n{}\n```\n'

  test('is read without the indentation of its fence', () => {
    expect(commandBlocks('a.md', page)).toEqual([
      { page: 'a.md', line: 5, section: 'A', language: 'sh', runner: 'docker', text: 'a b # c\nd \\\n  e\n' },
    ])
  })

  test('has commands, without comments and with continued lines joined', () => {
    expect(commandBlocks('a.md', page).map(commandsOf)).toEqual([['a b', 'd    e']])
  })

  test('is refused with an unknown word behind its language', () => {
    expect(() => commandBlocks('a.md', '```sh skip\na\n```\n')).toThrow('a.md:1: "skip" is not one of here,')
  })
})
