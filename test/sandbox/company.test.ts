import { describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import { streams } from '../../sandbox/registry.js'
import type { StreamRoute } from '../../sandbox/route.js'
import { allPages, get, ids, NOON, stillSandbox } from './client.js'

const truth = (seed: number) => {
  const sandbox = stillSandbox({ seed })
  return [...streams.keys()].map((stream) => sandbox.rows(stream, { deleted: true, includeFields: true }))
}

describe('The generated company', () => {
  test('The generated company depends on seed, size and epoch alone', () => {
    expect(truth(1)).toEqual(truth(1))
    expect(truth(1)).not.toEqual(truth(2))
  })

  test('A small generated company has rows in every stream, archived and deleted ones too', () => {
    const sandbox = stillSandbox({ switches: everyFeature })
    const generated = [...streams.values()].filter(({ generate }) => generate !== undefined)
    const empty = generated.filter(({ name }) => sandbox.rows(name).length === 0)
    expect(empty.map(({ name }) => name)).toEqual([])
    expect(sandbox.rows('deals', { deleted: true }).length).toBeGreaterThan(sandbox.rows('deals').length)
  })

  test('The generated company has installments only under their switch, and is otherwise the same', () => {
    const rows = (installments: 'lacking' | 'included') => {
      const sandbox = stillSandbox({ switches: { installments } })
      return [...streams.keys()].map((stream) => [stream, sandbox.rows(stream, { includeFields: true })])
    }
    const others = ([stream]: unknown[]) => stream !== 'deal_installments'
    expect(rows('included').filter(others)).toEqual(rows('lacking').filter(others))
    expect(rows('lacking')).toContainEqual(['deal_installments', []])
  })

  test('A company of 3,000 deals has about ten thousand rows besides those of single parents', () => {
    const sandbox = stillSandbox({ deals: 3_000 })
    const isOfParent = ({ path, filters = {} }: StreamRoute) =>
      path.includes('{id}') || Object.values(filters).some(({ required }) => required)
    const lists = [...streams.values()].filter(({ route }) => !isOfParent(route))
    const total = lists.reduce((sum, { name }) => sum + sandbox.rows(name).length, 0)
    expect(Math.round(total / 1000)).toBe(10)
  })

  test('The generated company has no change in the hour before the epoch', () => {
    for (const rows of truth(1)) {
      for (const { update_time } of rows) {
        if (typeof update_time !== 'string') continue
        const at = Date.parse(update_time.includes('T') ? update_time : `${update_time.replace(' ', 'T')}Z`)
        expect(at).toBeLessThanOrEqual(NOON - 3600 * 1000)
      }
    }
  })

  test('The generated company has ties, and rows without update_time', () => {
    const sandbox = stillSandbox({ deals: 1000, nullTimes: 4 })
    const nulls = (stream: string) => sandbox.rows(stream).filter((row) => row.update_time === null).length
    for (const stream of ['pipelines', 'stages', 'filters']) expect(nulls(stream)).toBeGreaterThan(0)
    const deals = ['deals', 'deals_archived'].reduce((sum, stream) => sum + nulls(stream), 0)
    expect([deals, nulls('persons'), nulls('organizations')]).toEqual([4, 4, 0])
    const times = sandbox.rows('persons').map((row) => row.update_time)
    expect(new Set(times).size).toBeLessThan(times.length - 8)
  })

  test('Custom fields of every type are null when unset; leads have set ones at the top level', () => {
    const sandbox = stillSandbox({ deals: 400 })
    const values = sandbox.rows('deals').map((row) => row.custom_fields as Record<string, unknown>)
    for (const { key, name } of sandbox.rows('deal_fields')) {
      if (!/^[0-9a-f]{40}$/.test(String(key))) continue
      const set = values.filter((custom) => custom[String(key)] !== null).length
      expect([name, set > 0 && set < values.length]).toEqual([name, true])
    }
    const custom = sandbox
      .rows('leads')
      .flatMap((row) => Object.entries(row).filter(([key]) => key.length >= 40))
    expect(custom.length).toBeGreaterThan(0)
    expect(custom.every(([, value]) => value !== null && typeof value !== 'object')).toBe(true)
    expect(sandbox.rows('activities').every((row) => !('custom_fields' in row))).toBe(true)
  })

  test('Generated rows refer to rows that exist', () => {
    const sandbox = stillSandbox({ deals: 200 })
    const stages = new Map(sandbox.rows('stages').map((stage) => [stage.id, stage.pipeline_id]))
    const persons = new Set([null, ...ids(sandbox.rows('persons'))])
    for (const deal of sandbox.rows('deals')) {
      expect(stages.get(deal.stage_id)).toBe(deal.pipeline_id)
      expect(persons.has(deal.person_id as number)).toBe(true)
    }
  })
})

describe('A seeded company', () => {
  const records = [
    {
      stream: 'deals',
      data: { id: 9, title: 'Ünïcode 🚀', custom_fields: null, update_time: null, is_archived: false },
    },
    { stream: 'deals', data: { id: 4, is_archived: true, archive_time: '2026-01-01T00:00:00Z' } },
    { stream: 'persons', data: { id: 1, name: 'A' } },
    { stream: 'organizations', data: { id: 1, address: { value: 'x', subpremise: '' } } },
    {
      stream: 'activities',
      data: { id: 1, add_time: '2021-07-06T15:02:04Z', update_time: '2021-07-06T15:02:03Z' },
    },
    { stream: 'products', data: { id: 1, category: '12', custom_fields: {} } },
    { stream: 'pipelines', data: { id: 1, name: 'P', add_time: '2020-12-10T07:23:48Z' } },
    { stream: 'stages', data: { id: 1, order_nr: 0 } },
    { stream: 'leads', data: { id: 'adf21080-0e10-11eb-879b-05d71fb426ec', ['a'.repeat(40)]: '1,2' } },
    { stream: 'leads', data: { id: 'bdf21080-0e10-11eb-879b-05d71fb426ec', is_archived: true } },
    { stream: 'lead_labels', data: { id: 'f08b42a0-4e75-11ea-9643-03698ef1cfd6', name: 'Hot' } },
    { stream: 'lead_sources', data: { name: 'API' } },
    { stream: 'notes', data: { id: 1, content: 'x<br>', deal: null } },
    { stream: 'files', data: { id: 1, s3_bucket: null } },
    { stream: 'filters', data: { id: 1, visible_to: '7' } },
    { stream: 'users', data: { id: 5, is_admin: 1 } },
    { stream: 'currencies', data: { id: 2, code: 'AFN' } },
    { stream: 'activity_types', data: { id: 1, key_string: 'call' } },
    { stream: 'deal_fields', data: { id: 12_477, key: 'id', show_in_pipelines: { show_in_all: true } } },
    { stream: 'deal_fields', data: { id: null, key: `${'a'.repeat(40)}_currency` } },
    { stream: 'person_fields', data: { id: 1, key: 'name' } },
    { stream: 'organization_fields', data: { id: 1, key: 'name' } },
    { stream: 'product_fields', data: { id: 1, key: 'name' } },
    { stream: 'activity_fields', data: { id: 1, key: 'type', options: [{ id: 'call', label: 'Call' }] } },
    { stream: 'deal_products', data: { id: 1, deal_id: 9, quantity: 2.5 } },
    { stream: 'deal_installments', data: { id: 1, deal_id: 4, amount: 2.5 } },
  ]
  const lists = {
    deals: '/api/v2/deals?limit=500',
    deals_archived: '/api/v2/deals/archived?limit=500',
    persons: '/api/v2/persons?limit=500',
    organizations: '/api/v2/organizations?limit=500',
    activities: '/api/v2/activities?limit=500',
    products: '/api/v2/products?limit=500',
    pipelines: '/api/v2/pipelines?limit=500',
    stages: '/api/v2/stages?limit=500',
    deal_products: '/api/v2/deals/products?deal_ids=9,4',
    deal_installments: '/api/v2/deals/installments?deal_ids=9,4',
    leads: '/v1/leads',
    leads_archived: '/v1/leads/archived',
    lead_labels: '/v1/leadLabels',
    lead_sources: '/v1/leadSources',
    notes: '/v1/notes',
    files: '/v1/files',
    filters: '/v1/filters',
    users: '/v1/users',
    currencies: '/v1/currencies',
    activity_types: '/v1/activityTypes',
    deal_fields: '/v1/dealFields',
    person_fields: '/v1/personFields',
    organization_fields: '/v1/organizationFields',
    product_fields: '/v1/productFields',
    activity_fields: '/v1/activityFields',
  }
  const archived = (row: object) => 'is_archived' in row && row.is_archived === true
  const listOf = ({ stream, data }: (typeof records)[number]) =>
    archived(data) ? `${stream}_archived` : stream

  test.each(Object.entries(lists))(
    'Seeded rows of %s are returned exactly as they are',
    async (stream, path) => {
      const sandbox = stillSandbox({ records, switches: everyFeature })
      const { status, body } = await get(sandbox, path)
      expect(status).toBe(200)
      expect(body.data).toEqual(records.filter((entry) => listOf(entry) === stream).map(({ data }) => data))
    },
  )

  test('An empty company still has an owner of the token', async () => {
    const sandbox = stillSandbox({ records: [] })
    expect((await get(sandbox, '/api/v2/deals')).body.data).toEqual([])
    expect((await get(sandbox, '/v1/users/me')).body.data).toMatchObject({ is_admin: 1 })
  })

  test('Seeding a stream that the sandbox does not have is an error', () => {
    expect(() => stillSandbox({ records: [{ stream: 'dreams', data: { id: 1 } }] })).toThrow(/dreams/)
  })
})

describe('Changes', () => {
  test('A created row has all members, times of now and an id that was never used', async () => {
    const sandbox = stillSandbox({ records: [{ stream: 'deals', data: { id: 6 } }] })
    sandbox.remove('deals', 6, { hard: true })
    const row = sandbox.create('deals', { title: 'New' })
    const now = '2026-06-01T12:00:00Z'
    expect(row).toMatchObject({ id: 7, title: 'New', add_time: now, update_time: now, status: 'open' })
    expect(sandbox.create('deals', { update_time: null }).update_time).toBeNull()
    expect(sandbox.create('leads').id).toMatch(/^[0-9a-f-]{36}$/)
    expect(ids((await get(sandbox, '/api/v2/deals')).body.data)).toEqual([7, 8])
  })

  test('A created row has every custom field of the company unset', () => {
    const sandbox = stillSandbox()
    const [first] = sandbox.rows('deals')
    const custom = sandbox.create('deals').custom_fields as Record<string, unknown>
    expect(Object.keys(custom)).toEqual(Object.keys(first?.custom_fields as object))
    expect(Object.values(custom).every((value) => value === null)).toBe(true)
  })

  test('Editing a row moves its update_time, except with touch: false', () => {
    const data = { id: 1, update_time: '2020-01-01T00:00:00Z' }
    const sandbox = stillSandbox({ records: [{ stream: 'persons', data }] })
    expect(sandbox.edit('persons', 1, { name: 'B' }, { touch: false })).toEqual({ ...data, name: 'B' })
    expect(sandbox.edit('persons', 1, {}).update_time).toBe('2026-06-01T12:00:00Z')
    expect(() => sandbox.edit('persons', 2, {})).toThrow(/no row 2/)
  })

  test('Removed persons leave their list', async () => {
    const sandbox = stillSandbox()
    sandbox.remove('persons', 1)
    const pages = await allPages(sandbox, '/api/v2/persons?limit=500')
    expect(ids(pages.flat())).not.toContain(1)
  })
})
