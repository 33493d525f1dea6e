import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import { findStream, manifest } from '../src/manifest/manifest.js'
import { toAirbyteStream } from '../src/sync/records/airbyte-stream.js'
import { hasOwnList, listedIn } from '../src/manifest/listed-in.js'
import { loadSchema } from '../src/sync/records/record-mapper.js'
import { findAirbyteStream } from './support/airbyte-streams.js'

const root = new URL('..', import.meta.url)
const ajv = formatsPlugin.default(new Ajv({ strict: true, strictTypes: false }))
ajv.addKeyword('airbyte_type')
ajv.addKeyword('x-pipedrive')

interface Property {
  description?: string
  type?: string[] | string
  format?: string
  airbyte_type?: string
  properties?: Record<string, Property>
  items?: Property
}

/** Every property of a schema, nested ones included, by its path. */
function properties(schema: Property, path = ''): [string, Property][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, property]): [string, Property][] => {
    const here = `${path}/${name}`
    return [[here, property], ...properties(property, here)]
  })
  return [...own, ...(schema.items ? properties(schema.items, `${path}[]`) : [])]
}

/** The streams that Airbyte's own source has too. */
const shared = manifest.flatMap((here) => {
  const theirs = findAirbyteStream(here.name)
  return theirs ? [{ here, theirs }] : []
})

describe('the manifest', () => {
  test('every stream has a schema file, and every schema file belongs to a stream', () => {
    const files = readdirSync(new URL('schemas', root)).map((file) => file.replace('.json', ''))
    expect(files.sort()).toEqual([...new Set(manifest.map(({ schema }) => schema))].sort())
  })

  test('an archive of a list that takes several ids takes them, too, and is always read along with it', () => {
    const archives = manifest.filter(({ archiveOf }) => archiveOf && findStream(archiveOf.stream)?.lookup)
    expect(archives.map(({ name }) => name)).toContain('deals_archived')
    for (const { lookup, archiveOf } of archives)
      expect([lookup, archiveOf?.includeWithLive]).toEqual([
        findStream(archiveOf?.stream ?? '')?.lookup,
        true,
      ])
  })

  test.each(shared)(
    '$here.name has the key of Airbyte’s own source, so that tables stay valid',
    ({ here, theirs }) => {
      expect(here.primaryKey).toEqual(theirs.primaryKey)
    },
  )

  test.each(shared.filter(({ theirs }) => Object.keys(theirs.cursors).length > 0))(
    '$here.name has the cursor field of Airbyte’s own source, so that its states stay valid',
    ({ here, theirs }) => {
      expect(new Set(Object.values(theirs.cursors))).toEqual(new Set([here.cursorField]))
    },
  )

  test('every stream except the field definitions is incremental', () => {
    const inFull = manifest.filter(({ cursorField }) => cursorField === undefined).map(({ name }) => name)
    expect(inFull.filter((name) => !name.endsWith('_fields'))).toEqual(['field_options'])
  })

  test.each(manifest.map((stream) => ({ stream, name: stream.name })))(
    'the manifest entry of $name is consistent',
    ({ stream }) => {
      const isNested = !hasOwnList(stream) && stream.strategy.kind !== 'children'
      if (!isNested) expect(stream.path).toMatch(/^\/[A-Za-z/]+(\{id\}[A-Za-z/]*)?$/)
      expect(stream.cost > 0).toBe(!isNested)
      expect(stream.scopes.length).toBeGreaterThan(0)
      expect(stream.pageSize).toBeLessThanOrEqual(500)
      if (stream.api === 'v2') expect(stream.paging).not.toBe('offset')
      const parents = listedIn(stream)
      for (const parent of parents) expect(findStream(parent)?.strategy.kind).not.toBe('children')
      const inPath = stream.strategy.kind === 'children' && stream.strategy.read.kind === 'path'
      if (!inPath) expect(stream.path).not.toContain('{id}')
      if (stream.archiveOf) expect(findStream(stream.archiveOf.stream)).toBeDefined()
      const { properties } = loadSchema(stream.schema)
      if (stream.settings) expect(stream.strategy.kind).toBe('full-scan')
      if (stream.settings) expect(Object.keys(properties)).toContain(stream.settings.knownBy)
      for (const [field, list] of Object.entries(stream.refersTo)) {
        expect(findStream(list)?.settings).toBeDefined()
        expect(Object.keys(properties)).toContain(field.split('.')[0])
      }
      if (stream.feature) expect(stream.feature.lacking.length).toBeGreaterThan(0)
    },
  )
})

describe.each(manifest.map((stream) => ({ stream, name: stream.name })))(
  'the schema of $name',
  ({ stream }) => {
    const schema = loadSchema(stream.schema)

    test('compiles, allows additional properties, and has the key and the cursor', () => {
      expect(() => ajv.compile(schema)).not.toThrow()
      expect(schema.additionalProperties).toBe(true)
      expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining([...stream.primaryKey]))
      if (stream.cursorField) expect(Object.keys(schema.properties)).toContain(stream.cursorField)
    })

    test('has no field of the connector but the cursor, where rows have no time of their own', () => {
      const own = Object.keys(schema.properties).filter((field) => field.startsWith('_'))
      expect(own).toEqual(stream.cursorField?.startsWith('_') ? [stream.cursorField] : [])
    })

    test('describes every property in a sentence, which becomes the comment of its column', () => {
      const undescribed = properties(schema).filter(
        ([, { description = '' }]) => !/^[A-Z0-9].{9,}\.$/.test(description),
      )
      expect(undescribed.map(([path, { description }]) => [path, description])).toEqual([])
    })

    test('allows null everywhere except in the key, and gives every property one type', () => {
      for (const [path, { type }] of properties(schema)) {
        if (type === undefined) continue
        const types = [type].flat()
        const isKey = stream.primaryKey.some((field) => path === `/${field}`)
        expect([path, types.includes('null')]).toEqual([path, !isKey])
        expect([path, types.filter((name) => name !== 'null').length]).toEqual([path, 1])
      }
    })

    test('types every time as a timestamp with a time zone', () => {
      for (const [path, { format, airbyte_type, type }] of properties(schema)) {
        if ([type].flat().includes('integer')) continue
        const isTime = /_(time|at)$|\/(modified|created|last_login)$/.test(path) && !path.endsWith('due_time')
        expect([path, format === 'date-time']).toEqual([path, isTime || airbyte_type !== undefined])
        expect([path, airbyte_type]).toEqual([
          path,
          format === 'date-time' ? 'timestamp_with_timezone' : undefined,
        ])
      }
    })

    test('is discovered with the sync modes and the cursor of its manifest entry', () => {
      const offered = toAirbyteStream(stream)
      const incremental = stream.cursorField !== undefined
      expect(offered.supported_sync_modes).toEqual(
        incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
      )
      expect(offered.is_resumable).toBe(incremental ? true : undefined)
      expect(offered.source_defined_cursor).toBe(incremental ? true : undefined)
    })
  },
)
