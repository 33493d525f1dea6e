import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..')
const MAX_LENGTH = 120

/** What a fresh clone does not have, and what is vendored. */
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'build', '.git', '.tmp'])
const COMMENT = { slashes: /^\s*(\/\/|\/?\*)/, hash: /^\s*#/ }

function files(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : files(path)
    return [path]
  })
}

/** The lines of prose in a file: all of a page but its tables and code, or the comments of a source file. */
function prose(path: string, text: string): string[] {
  const lines = text.split('\n')
  if (path.endsWith('.md')) {
    let isCode = false
    return lines.filter((line) => {
      const isFence = /^\s*```/.test(line)
      if (isFence) isCode = !isCode
      return !isCode && !isFence && !/^\s*\|/.test(line)
    })
  }
  if (/\.(ts|js|mjs)$/.test(path)) return lines.filter((line) => COMMENT.slashes.test(line))
  if (/(\.(yml|yaml|py)|Dockerfile|\.ci\/run)$/.test(path))
    return lines.filter((line) => COMMENT.hash.test(line))
  return []
}

test('no line of prose, in pages and comments, is longer than 120 characters', () => {
  const long = files('.').flatMap((path) =>
    prose(path, readFileSync(join(root, path), 'utf8'))
      .filter((line) => line.length > MAX_LENGTH)
      .map((line) => `${path}: ${line.trim().slice(0, 60)}…`),
  )
  expect(long).toEqual([])
})

/**
 * Words of a private language that the project once spoke. Plain ones took their place: data is read, emitted, stored;
 * components are named; durations expire.
 */
const PRIVATE_WORDS =
  /\b(told|tells of|nobody|whoever|somebody|owes|owed|mend(s|ed)?|for ever|as a rule|dies)\b|(?<!there )\bis (none\b|no (?!longer)[a-z]+)/i

test('no page, comment or message of the project uses the words of its former private language', () => {
  const found = files('.')
    .filter((path) =>
      /^(src|docs|sandbox|demo|scripts|bench)\/|^(README|CONTRIBUTING)\.md$|^spec\.json$/.test(path),
    )
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .flatMap((line) => PRIVATE_WORDS.exec(line)?.[0] ?? [])
        .map((word) => `${path}: ${word}`),
    )
  expect(found).toEqual([])
})
