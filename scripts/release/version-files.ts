interface VersionFile {
  /** From the project's root. */
  readonly path: string
  /** Finds each place of the version; `VERSION` stands for it. */
  readonly places: readonly string[]
}

/** Every file that names the version, and where. test/version.test.ts checks that all of them name the same one. */
export const VERSION_FILES: readonly VersionFile[] = [
  { path: 'package.json', places: ['"name": "src-pipedrive",\n  "version": "VERSION"'] },
  {
    path: 'package-lock.json',
    places: [
      '{\n  "name": "src-pipedrive",\n  "version": "VERSION"',
      '"": {\n      "name": "src-pipedrive",\n      "version": "VERSION"',
    ],
  },
  { path: 'metadata.yaml', places: ['dockerImageTag: VERSION\n'] },
  { path: 'Dockerfile', places: ['io.airbyte.version=VERSION\n'] },
  { path: 'README.md', places: ['src-pipedrive:VERSION ', '"dockerImageTag": "VERSION"'] },
]

/** The file's text with the next version in each of its places. Throws when a place is missing. */
export function replaceVersion(
  { path, places }: VersionFile,
  text: string,
  current: string,
  next: string,
): string {
  return places.reduce((result, place) => {
    const before = place.replace('VERSION', current)
    if (!result.includes(before)) throw new Error(`${path} does not contain ${JSON.stringify(before)}.`)
    return result.replace(before, place.replace('VERSION', next))
  }, text)
}
