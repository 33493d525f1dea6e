import { beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import type { Output } from '../support/output.js'
import type { OfferedStream } from '../support/protocol.js'
import { acceptanceAccount, catalogOf, entryOf } from './acceptance.js'

type Schema = Record<string, unknown>

const FORBIDDEN = ['$ref', 'allOf', 'not']
/** The types that Airbyte knows, and what may be said of a string beyond its being one. */
const TYPES = ['string', 'boolean', 'number', 'integer', 'array', 'object', 'null']
const FORMATS = ['date', 'date-time', 'time']
const AIRBYTE_TYPES = ['timestamp_with_timezone', 'time_without_timezone', 'integer']

const { run } = acceptanceAccount()
let output: Output
let streams: OfferedStream[]
beforeAll(async () => {
  output = await run('discover', { config: entryOf('discovery').config_path })
  streams = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
})

/** Every schema within a schema, itself included; names of properties are no keywords. */
function schemasIn(schema: Schema): Schema[] {
  const { properties = {}, items } = schema as { properties?: Record<string, Schema>; items?: Schema }
  return [schema, ...[...Object.values(properties), ...(items ? [items] : [])].flatMap(schemasIn)]
}

const broken = (breaks: (stream: OfferedStream, schema: Schema) => boolean) =>
  streams.filter((stream) => schemasIn(stream.json_schema).some((schema) => breaks(stream, schema)))

const typeOf = ({ json_schema }: OfferedStream, field: string) =>
  [(json_schema.properties[field] as { type?: string | string[] } | undefined)?.type ?? []].flat()

describe('discover', () => {
  test('discover emits one catalog and ends with exit code 0', () => {
    expect(output.messages.filter(({ type }) => type === 'CATALOG')).toHaveLength(1)
    expect(output.exitCode).toBe(0)
  })

  test('every discovered stream has a unique name and a sync mode', () => {
    const names = streams.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(0)
    expect(new Set(names).size).toBe(names.length)
    expect(streams.filter(({ supported_sync_modes }) => supported_sync_modes.length === 0)).toEqual([])
  })

  test('every discovered schema is of draft 7', () => {
    const ajv = new Ajv({ strict: false })
    for (const { name, json_schema } of streams) {
      expect([name, json_schema]).toEqual([name, expect.objectContaining({ type: 'object' })])
      expect([name, ajv.validateSchema(json_schema), ajv.errors]).toEqual([name, true, null])
    }
  })

  test('no schema has a keyword that destinations do not support, and every object is open', () => {
    expect(broken((_, schema) => FORBIDDEN.some((keyword) => keyword in schema))).toEqual([])
    expect(broken((_, schema) => (schema.additionalProperties ?? true) !== true)).toEqual([])
  })

  test('every type in a schema is one that Airbyte supports', () => {
    const known = (value: unknown, all: readonly string[]) =>
      [value].flat().every((one) => all.includes(String(one)))
    expect(broken((_, { type }) => type !== undefined && !known(type, TYPES))).toEqual([])
    expect(broken((_, { format }) => format !== undefined && !known(format, FORMATS))).toEqual([])
    expect(broken((_, { airbyte_type: type }) => type !== undefined && !known(type, AIRBYTE_TYPES))).toEqual(
      [],
    )
  })

  test('every schema has the cursor and all parts of the primary key, which are scalars', () => {
    for (const stream of streams) {
      const { name, default_cursor_field: cursor, source_defined_primary_key: key } = stream
      const isInKey = key.some(([field]) => field === cursor?.[0])
      const type = isInKey ? ['string'] : ['string', 'null']
      if (cursor) expect([name, typeOf(stream, cursor[0] ?? '')]).toEqual([name, type])
      expect([name, key.length > 0]).toEqual([name, true])
      for (const [field = ''] of key) expect(['string', 'integer']).toContain(typeOf(stream, field)[0])
    }
  })

  test('discover has every stream of the configured catalog of the acceptance tests', () => {
    const offered = new Map(streams.map((stream) => [stream.name, stream]))
    for (const { stream, sync_mode, primary_key, cursor_field } of catalogOf(entryOf('basic_read')).streams) {
      // The schemas are left out there: what is read is judged by those that discover gives.
      expect(offered.get(stream.name)).toMatchObject({ ...stream, json_schema: {} })
      const incremental = stream.supported_sync_modes.includes('incremental')
      expect([stream.name, sync_mode]).toEqual([stream.name, incremental ? 'incremental' : 'full_refresh'])
      expect(primary_key).toEqual(stream.source_defined_primary_key)
      expect(cursor_field ?? []).toEqual(stream.default_cursor_field ?? [])
    }
  })
})
