import { describe, expect, test } from '@jest/globals'
import { replaceGenerated } from '../scripts/generate/markers.js'
import { bullet } from '../scripts/generate/markdown.js'
import { migrationTable } from '../scripts/generate/migration-page.js'
import { startDates } from '../scripts/generate/start-dates.js'
import { manifest } from '../src/manifest/manifest.js'
import { defineStream } from '../src/manifest/stream.js'
import { airbyteStreams } from './support/airbyte-streams.js'

const goals = defineStream({
  name: 'goals',
  api: 'v1',
  path: '/goals/find',
  cursorField: '_changed_at',
  strategy: { kind: 'full-scan' },
  cost: 20,
  scopes: ['goals:read'],
})

const cellsOf = (lines: readonly string[]) => lines.map((line) => line.slice(2, -2).split(' | '))

describe('replaceGenerated', () => {
  const page = ['before', '# generated: list (how)', 'old', '# end of generated: list', 'after'].join('\n')

  test('replaces the lines between the comments and nothing else', () => {
    const expected = ['before', '# generated: list (how)', 'a', 'b', '# end of generated: list', 'after']
    expect(replaceGenerated(page, 'list', ['a', 'b']).split('\n')).toEqual(expected)
  })

  test('throws when a comment is missing', () => {
    expect(() => replaceGenerated(page, 'other', [])).toThrow('"generated: other"')
    expect(() => replaceGenerated(page.replace('end of ', ''), 'list', [])).toThrow('"generated: list"')
  })
})

test('a generated bullet has lines of at most 120 characters and loses no word', () => {
  const text = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ')
  const lines = bullet(text)
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120)
  expect(lines.map((line) => line.slice(2)).join(' ')).toBe(text)
})

describe('the table of the migration page', () => {
  test('has one row for each stream of either source, by name', () => {
    const [, , ...rows] = cellsOf(migrationTable(manifest))
    const names = new Set([...airbyteStreams, ...manifest].map(({ name }) => name))
    expect(rows.map(([name]) => name)).toEqual([...names].sort((a, b) => a.localeCompare(b)))
  })

  test('asks users to deselect a stream until the manifest has it', () => {
    const changes = (streams: readonly (typeof goals)[]) =>
      cellsOf(migrationTable(streams)).find(([name]) => name === 'goals')
    expect(changes([])).toEqual(['goals', 'full refresh', 'not available', 'deselect it'])
    expect(changes([goals])?.slice(1, 3)).toEqual(['full refresh', 'incremental, `_changed_at`'])
    expect(changes([goals])?.[3]).toMatch(/^a column `_changed_at`/)
  })

  test('names times with a zone where Airbyte’s source has none, for streams of both', () => {
    const named = cellsOf(migrationTable(manifest)).filter(([, , , change]) =>
      change?.includes('times with a zone'),
    )
    const zoneless = airbyteStreams.filter(({ timesWithoutZone }) => timesWithoutZone).map(({ name }) => name)
    expect(named.map(([name]) => name)).toEqual(
      zoneless.filter((name) => manifest.some((here) => here.name === name)),
    )
  })
})

test('a start date in spec.json has the pattern of the general one', () => {
  const general = { pattern: '^x$', pattern_descriptor: 'x' }
  const properties = { replication_start_date: general, start_dates: { properties: { gone: {} } } }
  const spec = JSON.stringify({ connectionSpecification: { properties } })
  const rendered = JSON.parse(startDates([goals, ...manifest], spec)) as {
    connectionSpecification: { properties: { start_dates: { properties: Record<string, object> } } }
  }
  const dates = rendered.connectionSpecification.properties.start_dates.properties
  expect(dates.deals).toMatchObject(general)
  expect(dates).not.toHaveProperty('gone')
  // A list that is read in full has no start date.
  expect(dates).not.toHaveProperty('goals')
})
