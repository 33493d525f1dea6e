/**
 * `npm run release -- 0.2.0` writes the version to every file that names it, moves the unreleased changelog entries
 * under it, commits and tags. Uses no network: it prints the command that publishes.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { releaseChangelog } from './release/changelog.js'
import { assertHigher } from './release/version.js'
import { replaceVersion, VERSION_FILES } from './release/version-files.js'

const root = new URL('..', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' })

function release(next: string): void {
  const { version: current } = JSON.parse(read('package.json')) as { version: string }
  assertHigher(next, current)
  if (git('status', '--porcelain') !== '')
    throw new Error('There are uncommitted changes. Commit them first.')
  const today = new Date().toISOString().slice(0, 10)
  const files = VERSION_FILES.map((file) => ({
    path: file.path,
    text: replaceVersion(file, read(file.path), current, next),
  }))
  files.push({ path: 'CHANGELOG.md', text: releaseChangelog(read('CHANGELOG.md'), next, today) })
  for (const { path, text } of files) writeFileSync(new URL(path, root), text)
  git('add', '--', ...files.map(({ path }) => path))
  git('commit', '--message', `Release ${next}`)
  git('tag', '--annotate', `v${next}`, '--message', `Release ${next}`)
  console.log(`Committed and tagged v${next}. To publish the image: git push --follow-tags`)
}

try {
  release(process.argv[2] ?? '')
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
