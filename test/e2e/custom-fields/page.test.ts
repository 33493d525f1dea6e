import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { customFieldTypes } from '../../../sandbox/company/custom-fields.js'
import { columnParts, suffixOf } from '../../../src/sync/records/custom-fields/column-types.js'
import { file, read } from '../../support/connector.js'
import { addField, offeredBy, type NewField } from '../../support/fields.js'
import type { OfferedStream } from '../../support/protocol.js'
import { pipedriveServer } from '../../support/sandbox.js'

const page = readFileSync(new URL('../../../docs/custom-fields.md', import.meta.url), 'utf8')

/** The fenced blocks of a language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text)
const [before, after] = blocks('json').map((text) => JSON.parse(text) as Record<string, unknown>)
const custom = Object.entries((before?.custom_fields ?? {}) as Record<string, unknown>)

const options = (first: number, ...labels: string[]) => labels.map((label, at) => ({ id: first + at, label }))
const fields: Omit<NewField, 'key'>[] = [
  { name: 'Tier', type: 'enum', options: options(11, 'Gold', 'Silver') },
  { name: 'Products of interest', type: 'set', options: options(21, 'Pumps', 'Valves') },
  { name: 'Budget', type: 'monetary' },
  { name: 'Delivery', type: 'daterange' },
  { name: 'Site', type: 'address' },
]
const streams = ['deals', 'deal_fields', 'field_options']
const pipedrive = pipedriveServer()
const [tier = '', , budget = ''] = custom.map(([key]) => key)

/** A company with the page's fields and deals, read with all columns. */
async function readCompany() {
  const sandbox = pipedrive.open({ records: [] })
  fields.forEach((field, at) => addField(sandbox, 'deal', { ...field, key: custom[at]?.[0] ?? '' }))
  const labels = options(1, 'Hot', 'Warm')
  addField(sandbox, 'deal', { name: 'Label', type: 'set', key: 'label_ids', options: labels })
  const unset = Object.fromEntries(custom.map(([key]) => [key, null]))
  sandbox.create('deals', { ...before })
  const silver = { ...unset, [tier]: 12, [budget]: { value: 800, currency: 'EUR' } }
  sandbox.create('deals', { title: 'Valves for the mill', custom_fields: silver })
  sandbox.create('deals', { title: 'Undecided', custom_fields: unset })
  const offered = await offeredBy(sandbox)
  return { offered, output: await read(sandbox, { streams, offered }) }
}

const columnType = (schema: unknown) => {
  const { type } = schema as { type?: string[] | string }
  const [first = ''] = [type ?? []].flat()
  return { string: 'VARCHAR', integer: 'BIGINT', number: 'DOUBLE', boolean: 'BOOLEAN' }[first] ?? 'JSON'
}

/** As destinations do it: a column per property, of its type; arrays and objects as JSON. */
async function load(connection: DuckDBConnection, stream: OfferedStream, records: object[]): Promise<void> {
  const columns = Object.entries(stream.json_schema.properties).map(
    ([name, schema]) => `"${name}": '${columnType(schema)}'`,
  )
  const path = file(records.map((record) => JSON.stringify(record)).join('\n'))
  await connection.run(
    `create table ${stream.name} as select * from read_json('${path}', format = 'newline_delimited', columns = {${columns.join(', ')}})`,
  )
}

let company: Awaited<ReturnType<typeof readCompany>>
let connection: DuckDBConnection

beforeAll(async () => {
  company = await readCompany()
  const instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
  for (const stream of company.offered.filter(({ name }) => streams.includes(name)))
    await load(connection, stream, company.output.records(stream.name))
})

afterAll(() => {
  connection.closeSync()
})

/** Each query of the page, with the table below it. */
const queries = [...page.matchAll(/```sql\n(.*?)```\n\n((?:\|[^\n]*\n)+)/gs)].map(
  ([, sql = '', table = '']) => {
    const cells = (line: string) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    const [head = '', , ...rows] = table.trim().split('\n')
    return { sql, names: cells(head), rows: rows.map(cells) }
  },
)

describe('docs/custom-fields.md', () => {
  test('shows a deal as it is emitted', () => {
    const [deal] = company.output.records('deals')
    expect(deal).toMatchObject({ ...before, ...after })
  })

  test('has a query for each block of SQL', () => {
    expect(queries).toHaveLength(blocks('sql').length)
    expect(queries.length).toBeGreaterThanOrEqual(5)
  })

  test.each(queries)('has the result of: $sql', async ({ sql, names, rows }) => {
    const result = await connection.runAndReadAll(sql)
    const text = (value: DuckDBValue) => (value === null ? '' : value.toString())
    expect(result.columnNames()).toEqual(names)
    expect(result.getRows().map((row) => row.map(text))).toEqual(rows)
  })

  test('names the columns of every type', () => {
    const table = [...page.matchAll(/^\| `(\w+)` +\| ((?:`\w+` ?)+) *\|/gm)].map(
      ([, type = '', columns = '']) => [type, [...columns.matchAll(/`x(\w*)`/g)].map(([, suffix]) => suffix)],
    )
    const expected = customFieldTypes.map((type) => [type, columnParts(type).map(suffixOf)])
    const byType = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]))
    expect(table.sort(byType)).toEqual(expected.sort(byType))
  })
})
