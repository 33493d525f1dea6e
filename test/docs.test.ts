import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { manifest } from '../src/manifest/manifest.js'
import { loadSchema } from '../src/sync/records/record-mapper.js'

const page = readFileSync(new URL('../docs/from-airbyte-source-pipedrive.md', import.meta.url), 'utf8')

const NOT_THERE = 'not there'
const modeOf = (cursor: string | undefined) => (cursor ? `incremental, \`${cursor}\`` : 'full refresh')

/** The streams of Airbyte's own source in its version 4.1, and their cursors. */
const UPDATED = [
  ...['deals', 'deals_archived', 'persons', 'organizations', 'activities'],
  ...['products', 'notes', 'leads', 'files'],
]
const WHOLE = [
  ...['pipelines', 'stages', 'deal_products', 'deal_installments', 'mailThreads', 'mail', 'projects'],
  ...['tasks', 'call_logs', 'legacy_teams', 'permission_sets', 'permission_set_assignments', 'goals'],
  ...['filters', 'users', 'roles', 'currencies', 'lead_labels', 'lead_sources', 'activity_types'],
  ...['activity_fields', 'deal_fields', 'organization_fields', 'person_fields', 'product_fields'],
]
const airbytes = new Map<string, string>([
  ...UPDATED.map((name) => [name, modeOf('update_time')] as const),
  ...WHOLE.map((name) => [name, modeOf(undefined)] as const),
  ['deal_flow', modeOf('log_time')],
])
const ours = new Map(manifest.map(({ name, cursorField }) => [name, modeOf(cursorField)]))

const [, section = ''] = page.split('## Stream by stream')
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .slice(2)

describe('docs/from-airbyte-source-pipedrive.md', () => {
  test('knows all of Airbyte’s streams', () => {
    expect(airbytes.size).toBe(35)
  })

  test('names every stream of either source once, in order', () => {
    const names = rows.map(([name = '']) => name)
    const all = [...new Set([...airbytes.keys(), ...ours.keys()])]
    expect(names).toEqual(all.sort((a, b) => a.localeCompare(b)))
  })

  test.each(rows.map(([name = '', before = '', here = '', change = '']) => ({ name, before, here, change })))(
    'tells of $name how it is read on either side, and what to do where it is not',
    ({ name, before, here, change }) => {
      expect(before).toBe(airbytes.get(name) ?? NOT_THERE)
      expect(here).toBe(ours.get(name) ?? NOT_THERE)
      expect(change).toMatch(ours.has(name) ? /./ : /deselect it/)
    },
  )

  test('tells of times with a zone where they had none: in the v1 lists, but for leads', () => {
    const told = rows.filter(([, , , change]) => change?.includes('times with a zone')).map(([name]) => name)
    const typed = manifest.filter(
      ({ name, api, schema }) =>
        api === 'v1' &&
        airbytes.has(name) &&
        name !== 'leads' &&
        Object.hasOwn(loadSchema(schema).properties, 'update_time'),
    )
    const users = manifest.filter(({ name }) => name === 'users')
    expect(told).toEqual([...typed, ...users].map(({ name }) => name).sort())
    for (const name of told)
      expect(page).toMatch(
        name?.endsWith('_fields') ? /`…_fields`/ : new RegExp(`\`${name}\`[^|]*Their columns`),
      )
  })
})
