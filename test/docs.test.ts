import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { findStream, manifest } from '../src/manifest/manifest.js'
import { loadSchema } from '../src/sync/records/record-mapper.js'
import { airbyteStreams, findAirbyteStream } from './support/airbyte-streams.js'

const page = readFileSync(new URL('../docs/from-singer-and-dlt.md', import.meta.url), 'utf8')

test('docs/api-inventory.md has a row for every stream', () => {
  const text = readFileSync(new URL('../docs/api-inventory.md', import.meta.url), 'utf8')
  const cells = text.split('\n').flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1] ?? [])
  const named = new Set(
    cells.flatMap((cell) => {
      const [first = '', ...others] = cell.trim().split(', ')
      return [first, ...others.map((name) => (name === 'archived' ? `${first}_archived` : name))]
    }),
  )
  // The lists of fields of v1 share a row.
  const missing = manifest.filter(
    ({ name }) => !named.has(name) && !(name.endsWith('_fields') && named.has('\\*\\_fields')),
  )
  expect(missing.map(({ name }) => name)).toEqual([])
})

test('every stream that the page for users of Singer and dlt names exists', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((line) => {
    const [, there = '', here = ''] = line.split('|')
    const same = here.includes('same name') ? there : ''
    return [...`${same} ${here}`.matchAll(/`([A-Za-z_]+)`/g)].map(([, name = '']) => name)
  })
  const streams = named.filter((name) => name !== 'is_deleted')
  expect(streams.length).toBeGreaterThan(30)
  expect(streams.filter((name) => !findStream(name))).toEqual([])
})

describe('the list of Airbyte’s streams', () => {
  test('has each of the 35 streams of version 4.1 once, by name', () => {
    const names = airbyteStreams.map(({ name }) => name)
    expect(new Set(names).size).toBe(35)
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)))
  })

  test('marks the v1 lists of the manifest, except those of leads, as lists whose times change their type', () => {
    const typed = manifest.filter(({ name, api, schema }) => {
      const { properties } = loadSchema(schema)
      const hasTimes = Object.entries(properties).some(
        ([field, property]) => !field.startsWith('_') && 'format' in (property as object),
      )
      return api === 'v1' && hasTimes && findAirbyteStream(name) && !name.startsWith('lead')
    })
    const zoneless = airbyteStreams.filter(
      ({ name, timesWithoutZone }) => timesWithoutZone && findStream(name),
    )
    const names = (streams: readonly { name: string }[]) => streams.map(({ name }) => name).sort()
    expect(names(zoneless)).toEqual(names(typed))
  })
})
