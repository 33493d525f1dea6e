const UNRELEASED = '## [Unreleased]'

/**
 * The changelog with its unreleased entries under the version and the date (YYYY-MM-DD), and an empty section for the
 * next ones. Throws when nothing is unreleased.
 */
export function releaseChangelog(text: string, version: string, date: string): string {
  const from = text.indexOf(UNRELEASED)
  if (from < 0) throw new Error(`CHANGELOG.md has no section "${UNRELEASED}".`)
  const after = text.slice(from + UNRELEASED.length)
  const next = after.search(/^## /m)
  const entries = (next < 0 ? after : after.slice(0, next)).trim()
  if (entries === '') throw new Error(`CHANGELOG.md has no entries under "${UNRELEASED}".`)
  return `${text.slice(0, from)}${UNRELEASED}\n\n## [${version}] - ${date}${after}`
}
