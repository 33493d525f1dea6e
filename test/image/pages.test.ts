import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { commandBlocks } from '../support/pages/blocks.js'
import { projectCopy } from '../support/pages/copy.js'
import { runPage } from '../support/pages/run.js'

/** Most of it for the image, unless its layers are there already. */
const BUDGET_MS = 240_000

const copy = projectCopy()

/** A simulator with its config, and what containers do with them. */
const blocks = commandBlocks('README.md').filter(
  ({ runner, section }) => runner === 'docker' || (runner === 'server' && section === 'Try it'),
)

test('every Docker command of the README runs as it is written, and keeps messages and state', async () => {
  const outcomes = await runPage(blocks, copy, BUDGET_MS)
  expect(outcomes.filter(({ code }) => code !== 0)).toEqual([])
  expect(outcomes).toHaveLength(blocks.length)
  expect(readdirSync(join(copy, 'data')).sort()).toEqual(['config.json', 'state.json'])
  expect(readFileSync(join(copy, 'messages.jsonl'), 'utf8')).toContain('"RECORD"')
})
