import { describe, expect, test } from '@jest/globals'
import { manifest } from '../../../src/manifest/manifest.js'
import { loadSchema } from '../../../src/sync/records/record-mapper.js'
import { everyFeature } from '../../../sandbox/features.js'
import { addField, columnsOf, computedIn, discover, keyOf, offeredBy } from '../../support/fields.js'
import { file, run } from '../../support/connector.js'
import { oauthConfig } from '../../support/oauth.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()
const small = { deals: 3 }
const paths = ['/dealFields', '/personFields', '/organizationFields', '/productFields', '/projectFields']

describe('discover', () => {
  test('declares a typed column per custom field, with the key of the field in its schema', async () => {
    const sandbox = pipedrive.open(small)
    const key = addField(sandbox, 'deal', { name: 'Größe (m²)', type: 'double' })
    const columns = columnsOf(await offeredBy(sandbox), 'deals')
    expect(columns.grosse_m2).toEqual({
      type: ['number', 'null'],
      description: 'Value of the custom field "Größe (m²)" (double).',
      'x-pipedrive': { key, type: 'double', part: 'value' },
    })
  })

  test('gives archived deals, leads and archived leads the columns of deals', async () => {
    const streams = await offeredBy(pipedrive.open(small))
    const deals = columnsOf(streams, 'deals')
    expect(Object.keys(deals).length).toBeGreaterThan(10)
    for (const name of ['deals_archived', 'leads', 'leads_archived'])
      expect(columnsOf(streams, name)).toEqual(deals)
  })

  test('declares columns for the labels of built-in fields', async () => {
    const streams = await offeredBy(pipedrive.open({ ...small, switches: everyFeature }))
    const builtIn = (name: string) =>
      computedIn(streams, name)
        .filter((column) => !(column in columnsOf(streams, name)))
        .sort()
    expect(builtIn('deals')).toEqual(['channel_label', 'labels'])
    expect(builtIn('persons')).toEqual(['labels'])
    expect(builtIn('organizations')).toEqual(['industry_label', 'labels'])
    expect(builtIn('products')).toEqual(['category_label'])
    expect(builtIn('projects')).toEqual(['labels'])
    expect(builtIn('leads')).toEqual(['channel_label'])
  })

  test('gives persons, organizations, products and projects columns of their own, and other streams none', async () => {
    const sandbox = pipedrive.open({ ...small, switches: everyFeature })
    for (const entity of ['person', 'organization', 'product'])
      addField(sandbox, entity, { name: `Only ${entity}`, type: 'int' })
    const streams = await offeredBy(sandbox)
    expect(columnsOf(streams, 'projects')).toHaveProperty('priority')
    expect(columnsOf(streams, 'persons')).toHaveProperty('only_person')
    expect(columnsOf(streams, 'organizations')).toHaveProperty('only_organization')
    expect(columnsOf(streams, 'products')).toHaveProperty('only_product')
    const withColumns = streams.filter(({ name }) => Object.keys(columnsOf(streams, name)).length > 0)
    expect(withColumns.map(({ name }) => name).sort()).toEqual(
      manifest
        .filter(({ customFields }) => customFields)
        .map(({ name }) => name)
        .sort(),
    )
  })

  test('prints the same catalog, byte by byte, for an account with 300 awkward custom fields', async () => {
    const sandbox = pipedrive.open(small)
    const awkward = [
      '',
      '',
      'Title',
      'TITLE',
      'select',
      '_airbyte_id',
      '客户',
      '👍',
      'x'.repeat(200),
      'update time',
    ]
    const names = [
      ...awkward,
      ...Array.from({ length: 290 }, (_, n) => `${'Same beginning '.repeat(7)} ${n}`),
    ]
    names.forEach((name, n) => addField(sandbox, 'deal', { name, type: 'monetary', key: keyOf(n) }))
    const [first, second] = [await discover(sandbox), await discover(sandbox)]
    const catalogs = [first, second].map(({ text }) =>
      text.split('\n').filter((line) => line.includes('"CATALOG"')),
    )
    expect(catalogs[0]).toHaveLength(1)
    expect(catalogs[1]).toEqual(catalogs[0])
    const streams = first.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
    const columns = Object.keys(columnsOf(streams, 'deals'))
    expect(columns.length).toBeGreaterThanOrEqual(600)
    expect(columns.filter((name) => name in loadSchema('deals').properties)).toEqual([])
    expect(columns.filter((name) => name.length > 59 || !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([])
  })

  test('reads each list of definitions once, all its pages, at 20 tokens each, or 10 in v2', async () => {
    const sandbox = pipedrive.open(small)
    for (let n = 0; n < 600; n += 1) addField(sandbox, 'deal', { name: `Field ${n}`, type: 'int' })
    expect(columnsOf(await offeredBy(sandbox), 'leads')).toHaveProperty('field_599')
    const asked = (path: string) => sandbox.ledger.entries.filter((entry) => entry.path.endsWith(path))
    expect(paths.map((path) => asked(path).length)).toEqual([2, 1, 1, 1, 1])
    expect(sandbox.ledger.entries.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(110)
  })

  test('warns of more than 1,000 columns in a stream', async () => {
    const sandbox = pipedrive.open(small)
    for (let n = 0; n < 501; n += 1) addField(sandbox, 'person', { name: `Range ${n}`, type: 'daterange' })
    const output = await discover(sandbox)
    expect(output.logs('WARN')).toEqual([expect.stringMatching(/^persons have 1,0\d\d columns/)])
    expect(output.exitCode).toBe(0)
  })

  test('asks Pipedrive nothing and declares no columns if custom_fields is "raw"', async () => {
    const sandbox = pipedrive.open(small)
    const streams = await offeredBy(sandbox, { custom_fields: 'raw' })
    expect(computedIn(streams, 'deals')).toEqual([])
    expect(streams).toHaveLength(manifest.length)
    expect(sandbox.ledger.entries).toEqual([])
  })
})

describe('definitions that cannot be read', () => {
  test('because the account has no projects are no reason for a warning', async () => {
    const output = await discover(pipedrive.open(small))
    expect([output.exitCode, output.logs('WARN')]).toEqual([0, []])
    const streams = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
    expect(columnsOf(streams, 'projects')).toEqual({})
  })

  test.each([
    ['a server error', { kind: 'status', status: 500 } as const],
    ['a network that is dark', { kind: 'reset' } as const],
    ['an empty list', { kind: 'empty' } as const],
    ['a spent daily budget', { kind: 'daily429' } as const],
  ])('because of %s are an error that may pass, and there is no catalog', async (_, fault) => {
    const sandbox = pipedrive.open(small)
    sandbox.faults.inject({ path: '/organizationFields', times: Infinity, fault })
    const output = await inVirtualTime(() => discover(sandbox))
    expect(output.exitCode).toBe(1)
    expect(output.messages.filter(({ type }) => type === 'CATALOG')).toEqual([])
    expect(output.errors()).toHaveLength(1)
    expect(output.errors()[0]?.failure_type).toBe('transient_error')
  })

  test('because the token is wrong are a config error, and there is no catalog', async () => {
    const sandbox = pipedrive.open(small)
    const output = await discover(sandbox, {
      credentials: { auth_type: 'api_token', api_token: 'f00d'.repeat(10) },
    })
    expect(output.exitCode).toBe(1)
    expect(output.errors()[0]?.failure_type).toBe('config_error')
    expect(output.messages.filter(({ type }) => type === 'CATALOG')).toEqual([])
  })

  test('because a scope is missing leave the raw object to that entity, with a warning', async () => {
    const sandbox = pipedrive.open({ ...small, oauth: { scopes: ['base', 'deals:read', 'contacts:read'] } })
    const output = await run(['discover', '--config', file(oauthConfig(sandbox))])
    expect(output.exitCode).toBe(0)
    expect(output.logs('WARN')).toEqual([
      expect.stringMatching(/projectFields.*projects have no columns.*projects:read/),
      expect.stringMatching(/productFields.*products have no columns.*products:read/),
    ])
    const streams = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
    expect(computedIn(streams, 'products')).toEqual([])
    expect(columnsOf(streams, 'persons')).not.toEqual({})
  })

  test.each([404, 410] as const)(
    'because v1 answers %i come from v2, and the columns are the same',
    async (status) => {
      const before = columnsOf(await offeredBy(pipedrive.open(small)), 'deals')
      const output = await discover(pipedrive.open({ ...small, switches: { v1Fields: status } }))
      expect(output.logs('WARN')).toEqual([])
      const streams = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
      expect(columnsOf(streams, 'deals')).toEqual(before)
    },
  )
})
