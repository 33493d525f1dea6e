import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { defaultSwitches } from '../../sandbox/switches.js'

test.each(['sandbox/README.md', 'docs/api-inventory.md'])('%s explains every switch', (path) => {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  const named = [...text.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name)
  expect(Object.keys(defaultSwitches).filter((name) => !named.includes(name))).toEqual([])
})
