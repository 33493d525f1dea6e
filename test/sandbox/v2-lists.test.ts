import { describe, expect, test } from '@jest/globals'
import { allPages, get, ids, NOON, stillSandbox } from './client.js'

const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString().replace('.000Z', 'Z')
const deal = (id: number, update_time: string | null, more = {}) => ({
  stream: 'deals',
  data: { id, title: `Deal ${id}`, status: 'open', add_time: at(-9000), update_time, ...more },
})

describe('A v2 list', () => {
  test('The pages of a v2 list follow each other by cursor and have every row once', async () => {
    const sandbox = stillSandbox()
    const pages = await allPages(sandbox, '/api/v2/deals?limit=7')
    expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true)
    expect(ids(pages.flat())).toEqual(ids(sandbox.rows('deals')))
    expect(pages.flat()).toEqual(sandbox.rows('deals'))
  })

  test('A v2 list ends with next_cursor null also when the last page is full', async () => {
    const sandbox = stillSandbox({ records: [deal(1, at(0)), deal(2, at(0))] })
    const { body } = await get(sandbox, '/api/v2/deals?limit=2')
    expect(body.additional_data).toEqual({ next_cursor: null })
  })

  test('A v2 cursor is base64url and names a position in the order', async () => {
    const sandbox = stillSandbox({ records: [deal(1, at(0)), deal(2, at(0))] })
    const { body } = await get(sandbox, '/api/v2/deals?limit=1&sort_by=update_time')
    const cursor = body.additional_data?.next_cursor ?? ''
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(JSON.parse(Buffer.from(cursor, 'base64url').toString())).toEqual({
      field: 'update_time',
      fieldValue: at(0),
      sortDirection: 'asc',
      id: 1,
    })
  })

  test('A v2 list has ties in order of id, and descending order reverses everything', async () => {
    const records = [deal(3, at(1)), deal(1, at(1)), deal(2, at(0)), deal(4, at(1))]
    const sandbox = stillSandbox({ records })
    const path = '/api/v2/deals?limit=1&sort_by=update_time'
    expect(ids((await allPages(sandbox, path)).flat())).toEqual([2, 1, 3, 4])
    expect(ids((await allPages(sandbox, `${path}&sort_direction=desc`)).flat())).toEqual([4, 3, 1, 2])
  })

  test('A row edited behind a v2 cursor comes again, one ahead of it comes once', async () => {
    const sandbox = stillSandbox({ records: [1, 2, 3, 4].map((id) => deal(id, at(-100 + id))) })
    sandbox.onRequest(({ index }) => {
      if (index === 1) sandbox.edit('deals', 1, { title: 'seen, then edited' })
      if (index === 2) sandbox.edit('deals', 4, { title: 'edited before it is seen' })
    })
    const pages = await allPages(sandbox, '/api/v2/deals?limit=1&sort_by=update_time')
    expect(ids(pages.flat())).toEqual([1, 2, 3, 1, 4])
  })

  test('A v2 list by descending time misses a row that was edited before it was read', async () => {
    const sandbox = stillSandbox({ records: [1, 2, 3].map((id) => deal(id, at(-100 + id))) })
    sandbox.onRequest(({ index }) => {
      if (index === 1) sandbox.edit('deals', 1, {})
    })
    const pages = await allPages(sandbox, '/api/v2/deals?limit=1&sort_by=update_time&sort_direction=desc')
    expect(ids(pages.flat())).toEqual([3, 2])
  })

  test('A v2 cursor continues after a row that was removed', async () => {
    const sandbox = stillSandbox({ records: [1, 2, 3].map((id) => deal(id, at(id))) })
    sandbox.onRequest(({ index }) => {
      if (index === 1) sandbox.remove('deals', 1, { hard: true })
    })
    expect(ids((await allPages(sandbox, '/api/v2/deals?limit=1')).flat())).toEqual([1, 2, 3])
  })

  test('updated_since is inclusive and updated_until is exclusive', async () => {
    const sandbox = stillSandbox({ records: [1, 2, 3].map((id) => deal(id, at(id))) })
    const { body } = await get(sandbox, `/api/v2/deals?updated_since=${at(1)}&updated_until=${at(3)}`)
    expect(ids(body.data)).toEqual([1, 2])
  })

  test.each([
    ['/api/v2/deals', 'colour=red'],
    ['/api/v2/deals', 'start=0'],
    ['/api/v2/deals', 'updated_since=2026-01-01T00:00:00.000Z'],
    ['/api/v2/deals', 'updated_since=2026-01-01'],
    ['/api/v2/deals', 'updated_since=2026-13-01T00:00:00Z'],
    ['/api/v2/deals', 'updated_until=2026-01-01T00:00:00%2B02:00'],
    ['/api/v2/deals', 'sort_by=value'],
    ['/api/v2/deals', 'sort_direction=up'],
    ['/api/v2/deals', 'status=open,gone'],
    ['/api/v2/deals', 'limit=0'],
    ['/api/v2/deals', 'limit=-1'],
    ['/api/v2/deals', 'limit=many'],
    ['/api/v2/deals', 'limit='],
    ['/api/v2/deals', 'cursor=nonsense'],
    ['/api/v2/deals', 'owner_id=me'],
    ['/api/v2/deals', 'limit=1&limit=2'],
    ['/api/v2/deals', 'include_fields=products_count,secrets'],
    ['/api/v2/deals', `ids=${Array.from({ length: 101 }, (_, id) => id).join(',')}`],
    ['/api/v2/deals', `custom_fields=${Array.from({ length: 16 }, () => 'a'.repeat(40)).join(',')}`],
    ['/api/v2/deals/archived', 'include_labels=true'],
    ['/api/v2/products', 'updated_until=2026-01-01T00:00:00Z'],
    ['/api/v2/products', 'include_fields=files_count'],
    ['/api/v2/activities', 'sort_by=subject'],
    ['/api/v2/activities', 'done=1'],
    ['/api/v2/pipelines', 'updated_since=2026-01-01T00:00:00Z'],
    ['/api/v2/stages', 'updated_since=2026-01-01T00:00:00Z'],
    ['/api/v2/deals/products', 'limit=1'],
    ['/api/v2/deals/products', 'deal_ids=1&deal_ids=2'],
    ['/api/v2/deals/products', 'deal_ids=1,x'],
    ['/api/v2/deals/products', `deal_ids=${Array.from({ length: 101 }, (_, id) => id).join(',')}`],
    ['/api/v2/deals/installments', 'limit=1'],
    ['/api/v2/deals/installments', 'deal_ids=1&sort_by=update_time'],
    ['/api/v2/deals/installments', 'deal_ids=1&updated_since=2026-01-01T00:00:00Z'],
    ['/api/v2/deals/installments', `deal_ids=${Array.from({ length: 101 }, (_, id) => id).join(',')}`],
  ])('%s?%s is rejected with a validation error', async (path, query) => {
    const sandbox = stillSandbox({ records: [], switches: { installments: 'included' } })
    const { status, body } = await get(sandbox, `${path}?${query}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ success: false, code: 'ERR_SCHEMA_VALIDATION_FAILED', data: null })
  })

  test('A v2 list rejects a cursor of another order', async () => {
    const sandbox = stillSandbox()
    const { body } = await get(sandbox, '/api/v2/deals?limit=1')
    const cursor = body.additional_data?.next_cursor ?? ''
    expect((await get(sandbox, `/api/v2/deals?limit=1&cursor=${cursor}`)).status).toBe(200)
    expect((await get(sandbox, `/api/v2/deals?sort_by=update_time&cursor=${cursor}`)).status).toBe(400)
  })

  test.each([
    ['/api/v2/products', 'updated_since=2020-01-01T00:00:00Z&sort_by=name'],
    ['/api/v2/activities', 'sort_by=due_date&done=true&include_fields=attendees'],
    ['/api/v2/stages', 'sort_by=order_nr&pipeline_id=1'],
    ['/api/v2/persons', 'include_option_labels=true&include_labels=true&deal_id=1'],
    ['/api/v2/deals/products', 'deal_ids=1,2,3&sort_by=order_nr'],
    ['/api/v2/deals/installments', 'deal_ids=1,2,3&sort_by=billing_date&limit=500'],
  ])('%s?%s is accepted', async (path, query) => {
    const sandbox = stillSandbox({ switches: { installments: 'included' } })
    expect((await get(sandbox, `${path}?${query}`)).status).toBe(200)
  })
})

describe('Deals', () => {
  test('Deleted deals are listed only when asked for, for thirty days', async () => {
    const sandbox = stillSandbox({ records: [deal(1, at(0)), deal(2, at(0), { status: 'won' })] })
    sandbox.remove('deals', 1)
    expect(ids((await get(sandbox, '/api/v2/deals')).body.data)).toEqual([2])
    const asked = await get(sandbox, '/api/v2/deals?status=open,won,lost,deleted')
    expect(asked.body.data).toMatchObject([{ id: 1, is_deleted: true, update_time: at(0) }, { id: 2 }])
    sandbox.clock.advance(31 * 24 * 3600 * 1000)
    expect(ids((await get(sandbox, '/api/v2/deals?status=deleted')).body.data)).toEqual([])
  })

  test('The status parameter selects deals of one status', async () => {
    const sandbox = stillSandbox({ records: [deal(1, at(0)), deal(2, at(0), { status: 'won' })] })
    expect(ids((await get(sandbox, '/api/v2/deals?status=won')).body.data)).toEqual([2])
  })

  test('Archived deals move to the other list, and back', async () => {
    const sandbox = stillSandbox({ records: [deal(1, at(0), { is_archived: true }), deal(2, at(0))] })
    const lists = async () => [
      ids((await get(sandbox, '/api/v2/deals')).body.data),
      ids((await get(sandbox, '/api/v2/deals/archived')).body.data),
    ]
    expect(await lists()).toEqual([[2], [1]])
    sandbox.archive('deals', 2)
    sandbox.restore('deals', 1)
    expect(await lists()).toEqual([[1], [2]])
    expect(sandbox.rows('deals_archived')).toMatchObject([{ archive_time: at(0), is_archived: true }])
  })

  test('Include fields are shown only when asked, and only if the row has them', async () => {
    const records = [deal(1, at(0), { products_count: 4 }), deal(2, at(0))]
    const sandbox = stillSandbox({ records })
    expect((await get(sandbox, '/api/v2/deals')).body.data?.[0]).not.toHaveProperty('products_count')
    const { body } = await get(sandbox, '/api/v2/deals?include_fields=products_count,files_count')
    expect(body.data).toEqual(records.map(({ data }) => data))
  })

  test('Deals have every custom field of the company, or the ones asked for', async () => {
    const sandbox = stillSandbox()
    const custom = (await get(sandbox, '/api/v2/deals')).body.data?.map((row) =>
      Object.keys(row.custom_fields ?? {}),
    )
    const keys = sandbox.rows('deal_fields').filter((field) => /^[0-9a-f]{40}$/.test(String(field.key)))
    expect(new Set(custom?.map((names) => names.length))).toEqual(new Set([keys.length]))
    const [first] = keys
    const narrowed = (await get(sandbox, `/api/v2/deals?custom_fields=${String(first?.key)}`)).body.data
    expect(narrowed?.every((row) => Object.keys(row.custom_fields ?? {}).length === 1)).toBe(true)
  })

  test('Labels are resolved when asked', async () => {
    const sandbox = stillSandbox()
    const { body } = await get(sandbox, '/api/v2/deals?include_labels=true')
    const labelled = body.data?.find((row) => (row.label_ids as number[]).length > 0)
    expect(labelled?.labels).toEqual([
      { id: expect.any(Number), label: expect.stringMatching(/Hot|Warm|Cold/) },
    ])
  })
})

describe('Line items', () => {
  test('Line items are listed by deal, and their deals count them', async () => {
    const sandbox = stillSandbox()
    const items = sandbox.rows('deal_products')
    for (const row of sandbox.rows('deals', { includeFields: true })) {
      expect(row.products_count).toBe(items.filter((item) => item.deal_id === row.id).length)
    }
    const dealIds = [...new Set(items.map((item) => item.deal_id))]
    const { body } = await get(sandbox, `/api/v2/deals/products?limit=500&deal_ids=${dealIds.join(',')}`)
    expect(body.data).toEqual(items)
  })
})

describe('Installments', () => {
  test('Installments are listed by deal, page by page, and removed with their deal', async () => {
    const sandbox = stillSandbox({ switches: { installments: 'included' } })
    const parts = sandbox.rows('deal_installments')
    const dealIds = [...new Set(parts.map((part) => part.deal_id))]
    const path = `/api/v2/deals/installments?limit=4&deal_ids=${dealIds.join(',')}`
    const pages = await allPages(sandbox, path)
    expect(pages.flat()).toEqual(parts)
    expect(pages.length).toBeGreaterThan(2)
    sandbox.remove('deals', dealIds[0] as number, { hard: true })
    expect((await allPages(sandbox, path)).flat()).toEqual(
      parts.filter(({ deal_id }) => deal_id !== dealIds[0]),
    )
  })
})
