import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { releaseChangelog } from '../scripts/release/changelog.js'
import { assertHigher } from '../scripts/release/version.js'
import { replaceVersion, VERSION_FILES } from '../scripts/release/version-files.js'

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const { version } = JSON.parse(text('package.json')) as { version: string }

test.each(VERSION_FILES.map((file) => ({ file, path: file.path })))(
  '$path names the version of package.json, and a release replaces it',
  ({ file, path }) => {
    const released = replaceVersion(file, text(path), version, '999.0.0')
    expect(released.split('999.0.0')).toHaveLength(file.places.length + 1)
    expect(() => replaceVersion(file, released, version, '999.0.0')).toThrow(path)
  },
)

describe('a version to release', () => {
  test.each(['0.1.1', '0.2.0', '1.0.0', '0.1.10'])('%s follows 0.1.0', (next) => {
    expect(() => {
      assertHigher(next, '0.1.0')
    }).not.toThrow()
  })

  test.each(['0.1.0', '0.0.9', '', 'v0.2.0', '0.2', '0.2.0-rc.1'])('"%s" does not follow 0.1.0', (next) => {
    expect(() => {
      assertHigher(next, '0.1.0')
    }).toThrow(/version/)
  })
})

describe('the changelog of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- This.\n\n## [0.1.0] - 2026-01-01\n\n- That.\n'

  test('has the unreleased entries under the version, and an empty section above', () => {
    expect(releaseChangelog(changelog, '0.2.0', '2026-11-21')).toBe(
      changelog.replace('## [Unreleased]', '## [Unreleased]\n\n## [0.2.0] - 2026-11-21'),
    )
  })

  test('is refused when nothing is unreleased', () => {
    const released = releaseChangelog(changelog, '0.2.0', '2026-11-21')
    expect(() => releaseChangelog(released, '0.3.0', '2026-11-22')).toThrow('no entries')
    expect(() => releaseChangelog('# Changelog\n', '0.3.0', '2026-11-22')).toThrow('no section')
  })
})

test('every package with an install script is approved or denied: npm warns of the others', () => {
  const { allowScripts } = JSON.parse(text('package.json')) as { allowScripts: Record<string, boolean> }
  const { packages } = JSON.parse(text('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  const scripts = Object.entries(packages).filter(([, { hasInstallScript = false }]) => hasInstallScript)
  const names = scripts.map(([path]) => path.split('node_modules/').at(-1) ?? '')
  // npm leaves out what belongs to another system.
  expect(names.filter((name) => name !== 'fsevents' && !(name in allowScripts))).toEqual([])
})
