import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox } from '../../../sandbox/sandbox.js'
import { everyFeature } from '../../../sandbox/features.js'
import { projectPriority } from '../../../sandbox/streams/projects.js'
import { read } from '../../support/connector.js'
import { addField, columnsOf, fieldId, keyOf, offeredBy } from '../../support/fields.js'
import { oauthConfig } from '../../support/oauth.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { schemaProblems } from '../../support/schemas.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()
const tiers = [
  { id: 1, label: 'Gold' },
  { id: 2, label: 'Silver' },
]
const zone = { timezone_id: 402, timezone_name: 'Europe/Tallinn' }
const home = { value: 'Main St 1, Tallinn', route: 'Main St', country: 'Estonia', subpremise: '' }

/** A field of every type, a value as v2 has it, and its columns. */
const everyType: readonly [type: string, value: unknown, columns: Record<string, unknown>][] = [
  ['varchar', 'short', { f_varchar: 'short' }],
  ['varchar_auto', 'auto', { f_varchar_auto: 'auto' }],
  ['text', 'long', { f_text: 'long' }],
  ['phone', '+372 5', { f_phone: '+372 5' }],
  ['double', 1.25, { f_double: 1.25 }],
  ['int', 7, { f_int: 7 }],
  ['monetary', { value: 9.5, currency: 'EUR' }, { f_monetary: 9.5, f_monetary_currency: 'EUR' }],
  ['date', '2026-02-28', { f_date: '2026-02-28' }],
  [
    'daterange',
    { value: '2026-01-01', until: '2026-02-01' },
    { f_daterange: '2026-01-01', f_daterange_until: '2026-02-01' },
  ],
  ['time', { value: '09:30:00', ...zone }, { f_time: '09:30:00', f_time_timezone: 'Europe/Tallinn' }],
  [
    'timerange',
    { value: '09:30:00', until: '17:00:00', ...zone },
    { f_timerange: '09:30:00', f_timerange_until: '17:00:00', f_timerange_timezone: 'Europe/Tallinn' },
  ],
  ['enum', 1, { f_enum: 'Gold' }],
  ['set', [2, 1], { f_set: ['Silver', 'Gold'] }],
  ['user', 11, { f_user: 11 }],
  ['org', 12, { f_org: 12 }],
  ['people', 13, { f_people: 13 }],
  ['address', home, { f_address: home.value, f_address_details: home }],
]
const allValues = Object.fromEntries(everyType.map(([type, value]) => [keyOf(`F ${type}`), value]))
const allColumns = Object.assign({}, ...everyType.map(([, , columns]) => columns)) as Record<string, unknown>

function withEveryType(sandbox: Sandbox, entity = 'deal'): Sandbox {
  for (const [type] of everyType) {
    const hasOptions = type === 'enum' || type === 'set'
    addField(sandbox, entity, {
      name: `F ${type}`,
      type,
      key: keyOf(`F ${type}`),
      ...(hasOptions && { options: tiers }),
    })
  }
  return sandbox
}

/** Discovers, then reads streams with the catalog that this gives. */
async function readAll(sandbox: Sandbox, streams: readonly string[]) {
  const offered = await offeredBy(sandbox)
  return { offered, output: await read(sandbox, { streams, offered }) }
}

const deal = (sandbox: Sandbox, custom_fields: Row, more: Row = {}) =>
  sandbox.create('deals', { title: 'D', custom_fields, ...more })
const last = (records: Record<string, unknown>[]) => records.at(-1) ?? {}
const definitionRequests = ({ ledger }: Sandbox, path = 'Fields') =>
  ledger.entries.filter((entry) => entry.path.endsWith(path)).length

describe('a record', () => {
  test('has a column for every type of field, beside custom_fields as Pipedrive returns it', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, allValues)
    const { output, offered } = await readAll(sandbox, ['deals'])
    expect(output.exitCode).toBe(0)
    expect(output.records('deals')).toEqual([
      expect.objectContaining({ ...allColumns, custom_fields: allValues }),
    ])
    expect(Object.keys(columnsOf(offered, 'deals')).sort()).toEqual(Object.keys(allColumns).sort())
    expect(schemaProblems(output, offered)).toEqual([])
  })

  test('has no columns for fields that are not set', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, Object.fromEntries(Object.keys(allValues).map((key) => [key, null])))
    sandbox.create('deals', { title: 'without the member', custom_fields: null })
    const { output } = await readAll(sandbox, ['deals'])
    expect(output.records('deals')).toHaveLength(2)
    for (const record of output.records('deals'))
      expect(Object.keys(record).filter((name) => name in allColumns)).toEqual([])
  })

  test('of a lead has the columns of deals and a custom_fields of its own; its other keys stay', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    const flat = {
      [keyOf('F varchar')]: 'short',
      [keyOf('F monetary')]: 9.5,
      [`${keyOf('F monetary')}_currency`]: 'EUR',
      [keyOf('F enum')]: '1',
      [keyOf('F set')]: '2,1',
      [keyOf('F int')]: 10,
      [keyOf('F timerange')]: '09:30:00',
      [`${keyOf('F timerange')}_until`]: '17:00:00',
    }
    sandbox.create('leads', { title: 'full', ...flat })
    sandbox.create('leads', { title: 'sparse', [keyOf('F enum')]: 2 })
    const { output, offered } = await readAll(sandbox, ['leads'])
    const lead = (title: string) => output.records('leads').find((record) => record.title === title)
    expect(lead('full')).toMatchObject({
      ...flat,
      custom_fields: flat,
      f_varchar: 'short',
      f_monetary: 9.5,
      f_monetary_currency: 'EUR',
      f_enum: 'Gold',
      f_set: ['Silver', 'Gold'],
      f_int: 10,
      f_timerange_until: '17:00:00',
    })
    // v1 leaves out what is not set; enum values come as integers too.
    expect(lead('sparse')).toMatchObject({ custom_fields: { [keyOf('F enum')]: 2 }, f_enum: 'Silver' })
    expect(schemaProblems(output, offered)).toEqual([])
  })

  test('of a project has the labels of its custom fields, and those of the project itself', async () => {
    const sandbox = pipedrive.open({ deals: 40, switches: everyFeature })
    const { output, offered } = await readAll(sandbox, ['projects'])
    const priorities = output.records('projects').map(({ priority, custom_fields: fields }) => ({
      label: priority,
      id: (fields as Record<string, unknown>)[projectPriority],
    }))
    expect(priorities.length).toBeGreaterThan(3)
    expect(priorities).toContainEqual({ label: 'Internal', id: 1 })
    expect(priorities).toContainEqual({ label: 'External', id: 2 })
    const labels = output.records('projects').map(({ label_ids, labels }) => [label_ids, labels])
    expect(labels).toEqual(
      expect.arrayContaining([
        [[], []],
        [[1], ['Internal']],
        [[2], ['External']],
      ]),
    )
    expect(schemaProblems(output, offered)).toEqual([])
  })

  test('shows the labels of built-in fields, which v1 defines under another name', async () => {
    const sandbox = pipedrive.open({ records: [] })
    for (const [name, entity] of [
      ['deals', 'deal'],
      ['persons', 'person'],
    ] as const) {
      sandbox.create(`${entity}_fields`, { key: 'label', name: 'Label', field_type: 'set', options: tiers })
      sandbox.create(name, { label_ids: [2, 1, 77] })
    }
    const { output } = await readAll(sandbox, ['deals', 'persons'])
    for (const name of ['deals', 'persons'])
      expect(output.records(name)).toMatchObject([
        { label_ids: [2, 1, 77], labels: ['Silver', 'Gold', '77'] },
      ])
  })

  test('fits the schemas that discover declares, in every stream of a generated company', async () => {
    const sandbox = pipedrive.open({ deals: 120 })
    const streams = [
      'deals',
      'deals_archived',
      'leads',
      'leads_archived',
      'persons',
      'organizations',
      'products',
    ]
    const { output, offered } = await readAll(sandbox, streams)
    expect(output.exitCode).toBe(0)
    expect(schemaProblems(output, offered)).toEqual([])
    expect(output.text).not.toContain('"NULLED"')
    const set = output.records('organizations').filter(({ custom_daterange_until: value }) => value !== null)
    expect(set.length).toBeGreaterThan(0)
  })

  test('of a value that does not fit has null there, says so, and keeps the raw value', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    const odd = { [keyOf('F double')]: 'many', [keyOf('F date')]: '2026-02-31', [keyOf('F text')]: 'fine' }
    deal(sandbox, odd)
    const { output } = await readAll(sandbox, ['deals'])
    expect(output.exitCode).toBe(0)
    const [record] = output.messages.flatMap(({ record }) => record ?? [])
    expect(record?.data).toMatchObject({ f_double: null, f_date: null, f_text: 'fine', custom_fields: odd })
    const nulled = { change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }
    // In the order of the row.
    expect(record?.meta?.changes).toEqual([
      { field: 'f_double', ...nulled },
      { field: 'f_date', ...nulled },
    ])
  })

  test.each([
    ['the catalog has no schema', { offered: [] }],
    ['custom_fields is "raw"', { config: { custom_fields: 'raw' } }],
  ])('has no columns if %s, and no definitions are read', async (_, more) => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, allValues)
    const offered = await offeredBy(sandbox)
    const before = definitionRequests(sandbox)
    const output = await read(sandbox, { streams: ['deals'], offered, ...more })
    expect(output.records('deals')).toMatchObject([{ custom_fields: allValues }])
    expect(output.records('deals')[0]).not.toHaveProperty('f_varchar')
    expect(definitionRequests(sandbox)).toBe(before)
  })

  test('has only the columns that are selected', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, allValues)
    const offered = (await offeredBy(sandbox)).map((stream) => {
      const { id, f_int } = stream.json_schema.properties
      return { ...stream, json_schema: { ...stream.json_schema, properties: { id, f_int } } }
    })
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect(output.records('deals')).toMatchObject([{ f_int: 7 }])
    expect(output.records('deals')[0]).not.toHaveProperty('f_varchar')
  })
})

describe('between discover and read', () => {
  test('a field that is renamed keeps its column, and one that is deleted breaks nothing', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, { ...allValues, [keyOf('F text')]: undefined })
    const offered = await offeredBy(sandbox)
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', keyOf('F enum')), { name: 'Renamed' })
    sandbox.remove('deal_fields', fieldId(sandbox, 'deal', keyOf('F text')))
    addField(sandbox, 'deal', { name: 'New', type: 'int' })
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect(output.exitCode).toBe(0)
    expect(output.records('deals')).toMatchObject([{ f_enum: 'Gold', f_varchar: 'short' }])
    expect(output.records('deals')[0]).not.toHaveProperty('f_text')
    expect(output.records('deals')[0]).not.toHaveProperty('new_field')
  })

  test('an option that is renamed shows its new label; one that is deleted, its last label', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, allValues)
    const offered = await offeredBy(sandbox)
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', keyOf('F set')), {
      options: [{ id: 1, label: 'Platinum' }],
      options_deleted: [{ id: 2, label: 'Silver' }],
    })
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect(output.records('deals')).toMatchObject([{ f_set: ['Silver', 'Platinum'] }])
  })

  test('an option that Pipedrive does not have any more shows its id', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, { [keyOf('F enum')]: 99, [keyOf('F set')]: [1, 99] })
    const { output } = await readAll(sandbox, ['deals'])
    expect(output.records('deals')).toMatchObject([{ f_enum: '99', f_set: ['Gold', '99'] }])
  })
})

describe('definitions', () => {
  test('are read once per run and entity, for all streams that show labels', async () => {
    const sandbox = withEveryType(pipedrive.open({ deals: 600 }))
    const offered = await offeredBy(sandbox)
    const before = definitionRequests(sandbox)
    const output = await read(sandbox, { streams: ['deals', 'deals_archived', 'leads', 'persons'], offered })
    expect(output.exitCode).toBe(0)
    expect(definitionRequests(sandbox, '/dealFields')).toBe(2)
    expect(definitionRequests(sandbox)).toBe(before + 2)
  })

  test('are not read when nothing changed, and not for entities without a label', async () => {
    const sandbox = withEveryType(pipedrive.open({ deals: 20 }))
    const offered = await offeredBy(sandbox)
    const streams = ['deals', 'deals_archived', 'leads', 'organizations']
    const first = await read(sandbox, { streams, offered })
    const before = definitionRequests(sandbox)
    const second = await read(sandbox, { streams, offered, state: first.stateFile() })
    expect(second.records()).toEqual([])
    expect(definitionRequests(sandbox)).toBe(before)
    deal(sandbox, { [keyOf('F int')]: 3 })
    const third = await read(sandbox, { streams, offered, state: second.stateFile() })
    expect(third.records('deals')).toMatchObject([{ f_int: 3 }])
    expect(definitionRequests(sandbox)).toBe(before)
  })

  test('are read again, once, for options that are created while the sync runs', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    for (let n = 0; n < 1100; n += 1) deal(sandbox, { [keyOf('F enum')]: 1 + (n % 2) }, { title: `${n}` })
    const offered = await offeredBy(sandbox)
    const before = definitionRequests(sandbox)
    const field = fieldId(sandbox, 'deal', keyOf('F enum'))
    sandbox.onRequest(({ path, params }) => {
      if (!path.endsWith('/deals') || params.cursor === undefined || tiersNow.length > 2) return
      tiersNow.push({ id: 3, label: 'Bronze' })
      sandbox.edit('deal_fields', field, { options: tiersNow })
      for (const { id } of sandbox.rows('deals').slice(-2))
        sandbox.edit('deals', id as number, {
          custom_fields: { [keyOf('F enum')]: 3 },
        })
    })
    const tiersNow = [...tiers]
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect(last(output.records('deals'))).toMatchObject({ f_enum: 'Bronze' })
    expect(definitionRequests(sandbox)).toBe(before + 2)
  })

  test('that cannot be read for a passing fault cut the stream off; the next sync has the labels', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [] }))
    deal(sandbox, allValues)
    sandbox.create('persons', { name: 'P' })
    const offered = await offeredBy(sandbox)
    sandbox.faults.inject({ path: '/dealFields', times: Infinity, fault: { kind: 'status', status: 500 } })
    const streams = ['deals', 'persons']
    const output = await inVirtualTime(() => read(sandbox, { streams, offered }))
    expect(output.exitCode).toBe(1)
    expect(output.records('deals')).toEqual([])
    expect(output.statuses('deals').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('persons').at(-1)).toBe('COMPLETE')
    sandbox.faults.clear()
    const state = output.stateFile()
    const next = await inVirtualTime(() => read(sandbox, { streams, offered, state }))
    expect(next.records('deals')).toMatchObject([{ f_enum: 'Gold' }])
  })

  test('that the token may not see leave the ids, with one warning', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [], oauth: {} }))
    deal(sandbox, allValues)
    deal(sandbox, allValues, { is_archived: true })
    const offered = await offeredBy(sandbox)
    sandbox.faults.inject({
      path: '/dealFields',
      times: Infinity,
      fault: { kind: 'status', status: 403, body: { success: false, error: 'Scope and URL mismatch' } },
    })
    const output = await read(sandbox, {
      streams: ['deals', 'deals_archived'],
      offered,
      config: oauthConfig(sandbox),
    })
    expect(output.exitCode).toBe(0)
    expect(output.records('deals')[0]).toMatchObject({ f_enum: '1', f_set: ['2', '1'], f_int: 7 })
    expect(output.logs('WARN')).toEqual([expect.stringMatching(/dealFields.*emitted as ids/)])
  })

  test('that are gone from v1 are read from v2', async () => {
    const sandbox = withEveryType(pipedrive.open({ records: [], switches: { v1Fields: 410 } }))
    deal(sandbox, allValues)
    const offered = await offeredBy(sandbox)
    const output = await read(sandbox, { streams: ['deals'], offered })
    expect(output.records('deals')).toMatchObject([allColumns])
  })
})

describe('the streams of field definitions', () => {
  test.each([404, 410] as const)('come from v2 in the shape of v1 when v1 answers %i', async (status) => {
    const streams = ['deal_fields', 'person_fields', 'organization_fields', 'product_fields']
    const fieldsOf = async (v1Fields: 'listed' | 404 | 410) => {
      const sandbox = withEveryType(pipedrive.open({ deals: 3, switches: { v1Fields } }))
      const output = await read(sandbox, { streams })
      expect([output.exitCode, schemaProblems(output)]).toEqual([0, []])
      // v1 alone has rows for the parts of an address, and deleted fields.
      const rows = output.records().filter(({ is_subfield: isPart }) => isPart !== true)
      return rows.map(({ key, name, field_type, options = null }) => ({ key, name, field_type, options }))
    }
    const [before, after] = [await fieldsOf('listed'), await fieldsOf(status)]
    const keys = (rows: readonly { key: unknown }[]) => rows.map(({ key }) => String(key)).sort()
    expect(keys(after)).toEqual(keys(before))
    expect(after.find(({ key }) => key === keyOf('F enum'))).toMatchObject({
      name: 'F enum',
      field_type: 'enum',
      options: tiers,
    })
  })
})
