import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox } from '../../../sandbox/sandbox.js'
import { loadSchema } from '../../../src/sync/records/record-mapper.js'
import { read } from '../../support/connector.js'
import { addField, columnsOf, discover, fieldId, keyOf, type NewField } from '../../support/fields.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { schemaProblems } from '../../support/schemas.js'

/*
 * A company with fields of every type and 300 fields on deals with awkward names, of which some are renamed, deleted
 * and added between discover and read, and options too.
 */
const options = [
  { id: 1, label: 'Gold' },
  { id: 2, label: 'Silver "two", {x}' },
  { id: 3, label: 'Бронза' },
]
const zone = { timezone_id: 402, timezone_name: 'Europe/Tallinn' }

/** A value of each type as v2 has it, and what its columns hold. */
const types: Record<string, { value: unknown; columns: Record<string, unknown> }> = {
  varchar: { value: 'short\u0000\n"x"', columns: { value: 'short\uFFFD\n"x"' } },
  varchar_auto: { value: 'auto', columns: { value: 'auto' } },
  text: { value: 'long', columns: { value: 'long' } },
  phone: { value: '+372 5', columns: { value: '+372 5' } },
  double: { value: 1e-7, columns: { value: 1e-7 } },
  int: { value: -7, columns: { value: -7 } },
  monetary: { value: { value: 9.5, currency: 'EUR' }, columns: { value: 9.5, currency: 'EUR' } },
  date: { value: '2024-02-29', columns: { value: '2024-02-29' } },
  daterange: {
    value: { value: '2026-01-01', until: '2026-02-01' },
    columns: { value: '2026-01-01', until: '2026-02-01' },
  },
  time: { value: { value: '09:30', ...zone }, columns: { value: '09:30:00', timezone: zone.timezone_name } },
  timerange: {
    value: { value: '09:30:00', until: '17:00:00', ...zone },
    columns: { value: '09:30:00', until: '17:00:00', timezone: zone.timezone_name },
  },
  enum: { value: 1, columns: { value: 'Gold' } },
  set: { value: [2, 3], columns: { value: [options[1]?.label, 'Бронза'] } },
  user: { value: 11, columns: { value: 11 } },
  org: { value: 12, columns: { value: 12 } },
  people: { value: 13, columns: { value: 13 } },
  address: {
    value: { value: 'A 1', route: 'A' },
    columns: { value: 'A 1', details: { value: 'A 1', route: 'A' } },
  },
}
const typeNames = Object.keys(types)

const awkward = [
  ...[
    '',
    '',
    ' ',
    '👍',
    '***',
    '客户',
    'Клиент',
    'عميل',
    'Größe',
    'Grosse',
    'GRÖSSE',
    'İstanbul',
    'e\u0301clair',
  ],
  ...[
    'Title',
    'TITLE',
    'update time',
    'Custom fields',
    'labels',
    'owner_id',
    'value',
    'Value currency',
    'value',
  ],
  ...['select', 'SELECT', 'order', 'user', 'table', '_airbyte_raw_id', '_ab_cdc_deleted_at', 'airbyte meta'],
  ...[
    '1st',
    '2026',
    '__proto__',
    'constructor',
    'toString',
    'a"b',
    "a'b",
    'a;b',
    'a\nb',
    'a\u0000b',
    'a\ud800b',
  ],
  ...['x'.repeat(200), 'x'.repeat(200), 'x'.repeat(201), 'Budget', 'Budget currency', 'Range', 'Range until'],
  ...['field', 'Field', 'field_1', 'null', 'true'],
]
const names = [
  ...awkward,
  ...Array.from({ length: 300 - awkward.length }, (_, n) => `${'Same beginning '.repeat(8)}${n}`),
]
const fields = names.map((name, at): NewField & { key: string; type: string } => ({
  name,
  type: typeNames[at % typeNames.length] ?? 'text',
  key: keyOf(`field ${at}`),
}))

function companyOf(sandbox: Sandbox): void {
  for (const field of fields) {
    const hasOptions = field.type === 'enum' || field.type === 'set'
    addField(sandbox, 'deal', { ...field, ...(hasOptions && { options }) })
  }
  const custom_fields = Object.fromEntries(fields.map(({ key, type }) => [key, types[type]?.value])) as Row
  for (let n = 0; n < 20; n += 1) sandbox.create('deals', { title: `D${n}`, custom_fields })
}

const pipedrive = pipedriveServer()
const catalogOf = (text: string) => text.split('\n').find((line) => line.includes('"CATALOG"')) ?? ''

/** The company as `discover` saw it; `nameOf`: the column of a part of a field. */
async function discovered() {
  const sandbox = pipedrive.open({ records: [] })
  companyOf(sandbox)
  const output = await discover(sandbox)
  const offered = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
  const columns = columnsOf(offered, 'deals')
  const names = new Map(
    Object.entries(columns).map(([name, schema]) => {
      const { key, part } = schema['x-pipedrive'] as { key: string; part: string }
      return [`${key} ${part}`, name]
    }),
  )
  const nameOf = (key = '', part = 'value') => names.get(`${key} ${part}`) ?? ''
  return { sandbox, catalog: catalogOf(output.text), offered, columns, nameOf }
}

type Discovered = Awaited<ReturnType<typeof discovered>>

describe('the catalog of 300 fields with awkward names', () => {
  test('is the same in each discover, byte by byte', async () => {
    const { sandbox, catalog } = await discovered()
    expect(catalog.length).toBeGreaterThan(10_000)
    expect(catalogOf((await discover(sandbox)).text)).toBe(catalog)
  })

  test('has all columns of all fields, with names that are safe and unique in every warehouse', async () => {
    const { columns, nameOf } = await discovered()
    const all = Object.keys(columns)
    const expected = fields.flatMap(({ key, type }) =>
      Object.keys(types[type]?.columns ?? {}).map((part) => nameOf(key, part)),
    )
    expect([...expected].sort()).toEqual([...all].sort())
    expect(new Set(all).size).toBe(all.length)
    const builtIn = Object.keys(loadSchema('deals').properties)
    const reserved = ['select', 'order', 'user', 'table', 'null', 'true', ...builtIn]
    expect(all.filter((name) => reserved.includes(name))).toEqual([])
    expect(all.filter((name) => !/^[a-z][a-z0-9_]{0,58}$/.test(name))).toEqual([])
    expect(all.filter((name) => /^(airbyte|ab_cdc)/.test(name))).toEqual([])
  })
})

describe('a read with that catalog', () => {
  test('has every value in its column', async () => {
    const company = await discovered()
    const { sandbox, offered } = company
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect([output.exitCode, schemaProblems(output, offered)]).toEqual([0, []])
    const records = output.records('deals')
    expect(records).toHaveLength(20)
    for (const record of records) expect(columnsIn(record, company)).toEqual(expectedColumns(company))
  })

  test('goes on where fields and options were renamed, deleted and added since discover', async () => {
    const company = await discovered()
    const { sandbox, offered, nameOf } = company
    const [renamed = '', deleted = '', retyped = ''] = fields.slice(60).map(({ key }) => key)
    const enums = fields.filter(({ type }) => type === 'enum').map(({ key }) => key)
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', renamed), { name: 'Quite another name' })
    sandbox.remove('deal_fields', fieldId(sandbox, 'deal', deleted))
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', retyped), { field_type: 'text' })
    const added = addField(sandbox, 'deal', { name: 'Added', type: 'varchar' })
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', enums[0] ?? ''), {
      options: [{ id: 1, label: 'Platinum' }],
    })
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', enums[1] ?? ''), {
      options: [],
      options_deleted: [{ id: 1, label: 'Gold' }],
    })
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', enums[2] ?? ''), { options: [] })
    for (const { id, custom_fields: values } of sandbox.rows('deals')) {
      const kept = Object.entries(values as Row).filter(([key]) => key !== deleted)
      sandbox.edit('deals', Number(id), { custom_fields: { ...Object.fromEntries(kept), [added]: 'new' } })
    }
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect([output.exitCode, schemaProblems(output, offered)]).toEqual([0, []])
    const expected = {
      ...expectedColumns(company, deleted),
      [nameOf(enums[0])]: 'Platinum',
      [nameOf(enums[1])]: 'Gold',
      [nameOf(enums[2])]: '1',
    }
    for (const record of output.records('deals')) {
      expect(columnsIn(record, company)).toEqual(expected)
      expect(record.custom_fields).toMatchObject({ [added]: 'new' })
    }
  })
})

function columnsIn(record: Record<string, unknown>, { columns }: Discovered) {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name in columns))
}

function expectedColumns({ nameOf }: Discovered, without?: string): Record<string, unknown> {
  const entries = fields
    .filter(({ key }) => key !== without)
    .flatMap(({ key, type }) =>
      Object.entries(types[type]?.columns ?? {}).map(([part, value]) => [nameOf(key, part), value] as const),
    )
  return Object.fromEntries(entries)
}
