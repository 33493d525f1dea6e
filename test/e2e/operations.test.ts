import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { dailyBudget, type Plan } from '../../sandbox/limits.js'
import { count } from '../../src/common/wording.js'
import { read } from '../support/connector.js'
import { root } from '../support/pages/blocks.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const page = text('docs/operations.md')
const [, tokens = ''] = /costs \*\*(\d+) tokens\*\*/.exec(page) ?? []

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const SEATS = 5

/** The cells of the table's rows under a heading. */
function table(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

test('a sync of an unchanged account with the suggested streams costs what docs/operations.md says', async () => {
  stopClock()
  const { data } = parse(text('metadata.yaml')) as { data: { suggestedStreams: { streams: string[] } } }
  const { streams } = data.suggestedStreams
  const sandbox = pipedrive.open({ deals: 20, epoch: Date.now() - DAY })
  const first = await read(sandbox, { streams })
  // The rows of the first sync are read once more while they are as young as the lookback.
  travel(60 * MINUTE)
  const second = await read(sandbox, { streams, state: first.stateFile() })
  travel(60 * MINUTE)
  sandbox.ledger.clear()
  const third = await read(sandbox, { streams, state: second.stateFile() })
  expect(third.exitCode).toBe(0)
  const spent = Object.values(sandbox.ledger.byStream()).reduce((sum, usage) => sum + usage.tokens, 0)
  expect(spent).toBe(Number(tokens))
})

test('the table of plans in docs/operations.md follows from that cost', () => {
  const share = (budget: number, minutes: number) => {
    const percent = Math.round((Number(tokens) * (DAY / (minutes * MINUTE)) * 100) / budget)
    return percent === 0 ? '< 1 %' : `${percent} %`
  }
  const expected = ['Lite', 'Growth', 'Professional', 'Premium', 'Ultimate'].map((name) => {
    const budget = dailyBudget(name.toLowerCase() as Plan, SEATS)
    const factor = String(budget / dailyBudget('lite', SEATS))
    return [name, factor, count(budget), ...[5, 15, 60].map((minutes) => share(budget, minutes))]
  })
  expect(table('How often to sync')).toEqual(expected)
})

test('every log line in docs/operations.md is one that the connector writes', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const source = files.filter((path) => path.endsWith('.ts')).map((path) => text(join('src', path)))
  // Texts over several lines are put together.
  const whole = source.join('\n').replace(/['`"] \+\n\s*['`"]/g, '')
  const lines = table('What the log says').map(([line = '']) => line.replaceAll('`', ''))
  expect(lines.length).toBeGreaterThan(15)
  const fragments = lines
    .flatMap((line) => line.split('…'))
    .map((part) => part.replace(/^[\s.,)(]+|[\s.,)(]+$/g, ''))
  // An example, whose numbers are not in the source.
  const unknown = fragments.filter(
    (part) => part.length > 2 && !part.startsWith('deals:') && !whole.includes(part),
  )
  expect(unknown).toEqual([])
})
