import { beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import formatsPlugin from 'ajv-formats'
import type { Output } from '../support/output.js'
import type { OfferedStream } from '../support/protocol.js'
import { acceptanceAccount, catalogOf, entryOf } from './acceptance.js'

/** A custom field that v1 puts beside the others of a lead; no schema can know it. */
const CUSTOM_FIELD = /^[0-9a-f]{40}/

const entry = entryOf('basic_read')
const names = catalogOf(entry).streams.map(({ stream }) => stream.name)
const { run } = acceptanceAccount()
const ajv = formatsPlugin.default(new Ajv({ strict: false, allErrors: true }))
let output: Output
let offered: Map<string, OfferedStream>
beforeAll(async () => {
  output = await run('read', { config: entry.config_path, catalog: catalogOf(entry) })
  const { messages } = await run('discover', { config: entry.config_path })
  offered = new Map(
    messages.flatMap(({ catalog }) => catalog?.streams ?? []).map((stream) => [stream.name, stream]),
  )
})

describe('a read', () => {
  test('a full read ends with exit code 0, and each stream is started, running and complete', () => {
    expect(output.exitCode).toBe(0)
    expect(output.errors()).toEqual([])
    for (const name of names)
      expect([name, output.statuses(name)]).toEqual([name, ['STARTED', 'RUNNING', 'COMPLETE']])
  })

  test('a full read emits records of every configured stream and of no other', () => {
    expect(Object.keys(output.recordCounts()).sort()).toEqual([...names].sort())
  })

  test.each(names)('records of %s are valid against their schema, without undeclared columns', (name) => {
    const schema = offered.get(name)?.json_schema ?? { properties: {} }
    const validate = ajv.compile(schema)
    for (const record of output.records(name)) {
      expect([record.id, validate(record), validate.errors]).toEqual([record.id, true, null])
      const undeclared = Object.keys(record).filter((field) => !(field in schema.properties))
      expect(undeclared.filter((field) => !CUSTOM_FIELD.test(field))).toEqual([])
    }
  })

  test('every record has all parts of its primary key, and no key comes twice', () => {
    for (const name of names) {
      const fields = (offered.get(name)?.source_defined_primary_key ?? []).flat()
      const keys = output.records(name).map((record) => fields.map((field) => record[field] ?? null))
      expect([name, keys.filter((key) => key.length === 0 || key.includes(null))]).toEqual([name, []])
      expect([name, new Set(keys.map((key) => JSON.stringify(key))).size]).toEqual([name, keys.length])
    }
  })

  test('each stream emits states, with the number of records since the last state', () => {
    const counted = new Map<string, number>()
    const since = new Map<string, number>()
    for (const { record, state } of output.messages) {
      if (record) since.set(record.stream, (since.get(record.stream) ?? 0) + 1)
      if (!state) continue
      const { name } = state.stream.stream_descriptor
      expect([name, state.sourceStats.recordCount]).toEqual([name, since.get(name) ?? 0])
      since.set(name, 0)
      counted.set(name, (counted.get(name) ?? 0) + state.sourceStats.recordCount)
    }
    expect(Object.fromEntries(counted)).toEqual(output.recordCounts())
  })
})

test('a read of an unknown stream fails with a trace that names it', async () => {
  const [configured] = catalogOf(entry).streams
  const catalog = { streams: [{ ...configured, stream: { name: 'no_such_stream', json_schema: {} } }] }
  const failed = await run('read', { config: entry.config_path, catalog })
  expect(failed.errors().length).toBeGreaterThan(0)
  expect(failed.exitCode).toBe(1)
})
