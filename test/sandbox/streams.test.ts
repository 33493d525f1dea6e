import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { generationOrder, streams } from '../../sandbox/registry.js'
import { sandboxIndex } from '../../scripts/generate/sandbox-index.js'

const order = (entries: Record<string, readonly string[]>) =>
  generationOrder(new Map(Object.entries(entries).map(([name, after]) => [name, { name, after }]))).map(
    ({ name }) => name,
  )

describe('The streams of the sandbox', () => {
  test('sandbox/streams/index.ts is current: if not, run `npm run generate`', () => {
    const path = new URL('../../sandbox/streams/index.ts', import.meta.url)
    expect(readFileSync(path, 'utf8')).toBe(sandboxIndex())
  })

  test('Sandbox streams have the names of their files', () => {
    const files = [...sandboxIndex().matchAll(/from '\.\/(\w+)\.js'/g)].map(([, name]) => name)
    expect([...streams.keys()]).toEqual(files)
  })

  test('Streams are generated after those that they depend on', () => {
    expect(order({ a: ['c'], b: [], c: ['d'], d: [] })).toEqual(['d', 'c', 'a', 'b'])
  })

  test.each([
    ['each other', { a: ['b'], b: ['a'] }, /a, b, a/],
    ['an unknown stream', { a: ['z'] }, /unknown/],
  ])('Streams cannot depend on %s', (_, entries, message) => {
    expect(() => order(entries)).toThrow(message)
  })
})
