import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
}

/** The files that each file imports, types included: eslint's rule on cycles does not see those. */
function importsOf(folder: string): Map<string, string[]> {
  const files = new Set(sources(folder))
  return new Map(
    [...files].map((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      const targets = [...text.matchAll(/ from '(\.[^']+)\.js'/g)].map(([, path = '']) =>
        relative(root, join(root, dirname(file), `${path}.ts`)),
      )
      return [file, targets.filter((target) => files.has(target))]
    }),
  )
}

/** The longest chain of imports that starts at each file. Throws where a chain leads back to itself. */
function depths(imports: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const known = new Map<string, number>()
  const depth = (file: string, chain: readonly string[]): number => {
    if (chain.includes(file)) throw new Error(`Imports go in a circle: ${[...chain, file].join(' → ')}`)
    const found = known.get(file)
    if (found !== undefined) return found
    const deepest = (imports.get(file) ?? []).map((target) => depth(target, [...chain, file]))
    known.set(file, 1 + Math.max(0, ...deepest))
    return known.get(file) ?? 0
  }
  for (const file of imports.keys()) depth(file, [])
  return known
}

test.each(['src', 'sandbox'])('no import in %s goes in a circle, those of types included', (folder) => {
  expect(() => depths(importsOf(folder))).not.toThrow()
})

test('src/sync has at most ten files and folders on its own level', () => {
  expect(readdirSync(join(root, 'src/sync')).length).toBeLessThanOrEqual(10)
})

/** A folder imports another folder as soon as one of its files does. */
test('the folders and files of src/sync are on at most seven levels of imports', () => {
  const imports = importsOf('src/sync')
  const placeOf = (file: string) => file.split('/').slice(0, 3).join('/')
  const places = new Map<string, string[]>()
  for (const [file, targets] of imports) {
    const from = placeOf(file)
    const others = targets.map(placeOf).filter((place) => place !== from)
    places.set(from, [...new Set([...(places.get(from) ?? []), ...others])])
  }
  expect(Math.max(...depths(places).values())).toBeLessThanOrEqual(7)
})
