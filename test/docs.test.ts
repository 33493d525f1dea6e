import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { manifest } from '../src/manifest/manifest.js'
import { loadSchema } from '../src/sync/records/record-mapper.js'
import { airbyteStreams, findAirbyteStream } from './support/airbyte-streams.js'

const page = readFileSync(new URL('../docs/from-airbyte-source-pipedrive.md', import.meta.url), 'utf8')

describe('the list of Airbyte’s streams', () => {
  test('has each of the 35 streams of version 4.1 once, by name', () => {
    const names = airbyteStreams.map(({ name }) => name)
    expect(new Set(names).size).toBe(35)
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)))
  })

  test('marks the times of the v1 lists that the manifest has, except those of leads, as times without a zone', () => {
    const typed = manifest.filter(({ name, api, schema }) => {
      const { properties } = loadSchema(schema)
      const hasTimes = Object.entries(properties).some(
        ([field, property]) => !field.startsWith('_') && 'format' in (property as object),
      )
      return api === 'v1' && hasTimes && findAirbyteStream(name) && !name.startsWith('lead')
    })
    const zoneless = airbyteStreams.filter(({ timesWithoutZone }) => timesWithoutZone).map(({ name }) => name)
    expect(zoneless).toEqual(typed.map(({ name }) => name).sort((a, b) => a.localeCompare(b)))
  })
})

test('the migration page names each stream whose columns of times change their type', () => {
  const [, paragraph = ''] = /\*\*Times\.\*\*([\s\S]*?)\n- \*\*/.exec(page) ?? []
  const zoneless = airbyteStreams.filter(({ timesWithoutZone }) => timesWithoutZone)
  for (const { name } of zoneless)
    expect(paragraph).toContain(name.endsWith('_fields') ? '`…_fields`' : `\`${name}\``)
})
