import { expect, test } from '@jest/globals'
import { commandBlocks, pages, type Block, type Runner } from '../support/pages/blocks.js'
import { projectCopy } from '../support/pages/copy.js'
import { runPage } from '../support/pages/run.js'

/** For a page, on a busy machine; the README takes about 20 seconds on two cores. */
const BUDGET_MS = 240_000
const HERE: readonly Runner[] = ['here', 'server']

const copy = projectCopy()

const runHere = (page: string) => commandBlocks(page).filter(({ runner }) => HERE.includes(runner))

/** What the readers of other pages have done: built the command, started a simulator, written files for it. */
const firstSteps = runHere('README.md').filter(({ section }) => ['Try it', 'As a command'].includes(section))

const withCommands = pages()
  .filter((page) => runHere(page).length > 0)
  .map((page) => ({
    page,
    blocks: [...(page.startsWith('docs/') ? firstSteps : []), ...runHere(page)],
  }))

test.each(withCommands)('every command of $page runs as it is written', async ({ blocks }) => {
  const outcomes = await runPage(blocks, copy, BUDGET_MS)
  expect(outcomes.filter(({ code }) => code !== 0)).toEqual([])
  expect(new Set(outcomes.map(({ place }) => place)).size).toBe(blocks.length)
})

const block = (text: string, runner: Runner = 'here'): Block => ({
  ...{ page: 'a.md', line: 1, section: 'A', language: 'sh' },
  ...{ runner, text },
})

test('a page ends at the first command that fails, wherever it stands in its block', async () => {
  const blocks = [
    block('alias hello="echo hello"'),
    block('hello you'),
    block('false | cat\necho on'),
    block('true'),
  ]
  expect(await runPage(blocks, copy, BUDGET_MS)).toMatchObject([
    { code: 0 },
    { code: 0, output: 'hello you\n' },
    { code: 1, output: '' },
  ])
})

test('a server that does not start fails its page', async () => {
  const outcomes = await runPage([block('echo no >&2; exit 3', 'server'), block('true')], copy, BUDGET_MS)
  expect(outcomes).toEqual([{ place: 'a.md:1', code: 3, output: 'no\n' }])
})

test('a command that does not end fails its page by the time that the page has', async () => {
  await expect(runPage([block('sleep 60')], copy, 500)).rejects.toThrow('was over at: sleep 60')
})
