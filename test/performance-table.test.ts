import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { accountTable } from '../bench/accounts.js'

test('the table of accounts in docs/performance.md is as bench/accounts.ts computes it', () => {
  const page = readFileSync(new URL('../docs/performance.md', import.meta.url), 'utf8')
  const cells = (text: string) => text.replace(/ +\|/g, ' |').replace(/-+/g, '-')
  expect(cells(page)).toContain(cells(accountTable()))
})
