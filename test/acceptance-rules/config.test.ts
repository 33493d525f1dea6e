import { expect, test } from '@jest/globals'
import { manifest } from '../../src/manifest/manifest.js'
import { acceptanceConfig, catalogOf, entryOf, incrementalOnly, jsonAt } from './acceptance.js'

/** What Airbyte's acceptance tests and the CDK's tests both take; either refuses a file with any further key. */
const KEYS: Record<string, string[]> = {
  spec: ['spec_path', 'config_path'],
  connection: ['config_path', 'status'],
  discovery: ['config_path'],
  basic_read: ['config_path', 'configured_catalog_path', 'empty_streams', 'validate_schema'],
  full_refresh: ['config_path', 'configured_catalog_path'],
  incremental: ['config_path', 'configured_catalog_path', 'future_state'],
}
const names = manifest.map(({ name }) => name).sort()

test('acceptance-test-config.yml has every section, with keys that both suites accept', () => {
  expect(Object.keys(acceptanceConfig).sort()).toEqual(['acceptance_tests', 'connector_image'])
  expect(Object.keys(acceptanceConfig.acceptance_tests)).toEqual(Object.keys(KEYS))
  for (const [section, { tests }] of Object.entries(acceptanceConfig.acceptance_tests)) {
    expect([section, tests.length > 0]).toEqual([section, true])
    const unknown = tests.flatMap(Object.keys).filter((key) => !KEYS[section]?.includes(key))
    expect([section, unknown]).toEqual([section, []])
  }
})

test.each(['basic_read', 'full_refresh', 'incremental'])('the catalog of %s has every stream', (section) => {
  const catalog = catalogOf(entryOf(section))
  expect(catalog.streams.map(({ stream }) => stream.name).sort()).toEqual(names)
  expect(entryOf(section)).not.toHaveProperty('empty_streams')
})

test('every incremental stream has a state in the future, and every other stream a reason', () => {
  const entry = entryOf('incremental')
  const incremental = incrementalOnly(catalogOf(entry)).streams.map(({ stream }) => stream.name)
  const states = jsonAt(entry.future_state?.future_state_path ?? '') as {
    stream: { stream_descriptor: { name: string } }
  }[]
  expect(states.map(({ stream }) => stream.stream_descriptor.name).sort()).toEqual(incremental.sort())
  const missing = entry.future_state?.missing_streams.map(({ name }) => name) ?? []
  expect([...incremental, ...missing].sort()).toEqual(names)
})
