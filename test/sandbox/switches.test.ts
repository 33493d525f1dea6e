import { describe, expect, test } from '@jest/globals'
import type { Switches } from '../../sandbox/sandbox.js'
import { allPages, get, ids, NOON, stillSandbox } from './client.js'

const EARLY = '2026-01-01T00:00:00Z'
const NOW = '2026-06-01T12:00:00Z'
const row = (stream: string, id: number, more = {}) => ({
  stream,
  data: { id, status: 'open', add_time: EARLY, update_time: EARLY, ...more },
})
const withSwitches = (switches: Partial<Switches>, records = [row('deals', 1), row('deals', 2)]) =>
  stillSandbox({ records, switches, plan: 'lite', dailyTokens: 1000 })

describe('The switch', () => {
  test.each([
    [true, NOW],
    [false, EARLY],
  ])('archivingMovesUpdateTime %s leaves update_time at %s', async (archivingMovesUpdateTime, time) => {
    const sandbox = withSwitches({ archivingMovesUpdateTime })
    sandbox.archive('deals', 1)
    const { body } = await get(sandbox, '/api/v2/deals/archived')
    expect(body.data).toMatchObject([{ archive_time: NOW, update_time: time }])
    sandbox.restore('deals', 1)
    expect(sandbox.rows('deals')[0]).toMatchObject({ archive_time: null, update_time: time })
  })

  test.each([
    [true, NOW],
    [false, EARLY],
  ])(
    'lineItemMovesDeal %s: a new, edited or removed item leaves its deal at %s',
    (lineItemMovesDeal, time) => {
      const sandbox = withSwitches({ lineItemMovesDeal }, [row('deals', 1, { products_count: 0 })])
      const deal = () => sandbox.rows('deals', { includeFields: true })[0]
      const item = sandbox.create('deal_products', { deal_id: 1 })
      expect(deal()).toMatchObject({ products_count: 1, update_time: time })
      sandbox.edit('deal_products', item.id as number, { quantity: 2 })
      sandbox.remove('deal_products', item.id as number)
      expect(deal()).toMatchObject({ products_count: 0, update_time: time })
    },
  )

  test.each([
    [true, NOW],
    [false, EARLY],
  ])(
    'lineItemMovesDeal %s: a new, edited or removed installment leaves its deal at %s',
    (lineItemMovesDeal, time) => {
      const sandbox = withSwitches(
        { lineItemMovesDeal },
        [1, 2, 3].map((id) => row('deals', id)),
      )
      const kept = sandbox.create('deal_installments', { deal_id: 1 })
      const edited = sandbox.create('deal_installments', { deal_id: 2 })
      const removed = sandbox.create('deal_installments', { deal_id: 3 })
      for (const id of [2, 3]) sandbox.edit('deals', id, { update_time: EARLY }, { touch: false })
      sandbox.edit('deal_installments', edited.id as number, { amount: 2 })
      sandbox.remove('deal_installments', removed.id as number)
      expect(sandbox.rows('deals').map(({ update_time }) => update_time)).toEqual([time, time, time])
      expect(ids(sandbox.rows('deal_installments'))).toEqual([kept.id, edited.id])
    },
  )

  test.each([
    ['lacking', 403],
    ['included', 200],
  ] as const)('installments %s: their list gets %i', async (installments, status) => {
    const sandbox = withSwitches({ installments })
    const part = sandbox.create('deal_installments', { deal_id: 1, amount: 99.5, billing_date: '2026-07-01' })
    const reply = await get(sandbox, '/api/v2/deals/installments?deal_ids=1,2')
    expect(reply.status).toBe(status)
    expect(reply.body.data).toEqual(status === 200 ? [part] : null)
    if (status === 403) expect(reply.body.error).not.toMatch(/scope/i)
    expect(sandbox.ledger.byStream()).toEqual({ deal_installments: { requests: 1, tokens: 10 } })
  })

  test('visibleAfterMs: until then readers see the old state', async () => {
    const sandbox = withSwitches({ visibleAfterMs: 5000 })
    sandbox.edit('deals', 1, { title: 'new' })
    sandbox.create('deals', { id: 3 })
    sandbox.remove('deals', 2, { hard: true })
    const seen = async () =>
      (await get(sandbox, '/api/v2/deals')).body.data?.map(({ id, title }) => [id, title])
    expect(await seen()).toEqual([
      [1, undefined],
      [2, undefined],
    ])
    expect(ids(sandbox.rows('deals'))).toEqual([1, 3])
    sandbox.clock.advance(4999)
    expect((await seen())?.length).toBe(2)
    sandbox.clock.advance(1)
    expect(await seen()).toEqual([
      [1, 'new'],
      [3, 'Deal'],
    ])
    expect(sandbox.rows('deals')[0]?.update_time).toBe(NOW)
  })

  test.each([
    [true, 404, 'deal_products', '/api/v2/deals/products'],
    [false, 200, 'deal_products', '/api/v2/deals/products'],
    [true, 404, 'deal_installments', '/api/v2/deals/installments'],
    [false, 200, 'deal_installments', '/api/v2/deals/installments'],
  ] as const)(
    'vanishedIdFailsBatch %s: a batch with a vanished deal gets %i: %s',
    async (vanishedIdFailsBatch, status, stream, path) => {
      const records = [row('deals', 1), row('deals', 2), row(stream, 7, { deal_id: 2 })]
      const sandbox = withSwitches({ vanishedIdFailsBatch, installments: 'included' }, records)
      expect((await get(sandbox, `${path}?deal_ids=1,2`)).status).toBe(200)
      sandbox.remove('deals', 1, { hard: true })
      const { status: responded, body } = await get(sandbox, `${path}?deal_ids=1,2`)
      expect(responded).toBe(status)
      if (status === 200) expect(ids(body.data)).toEqual([7])
    },
  )

  test.each([
    ['excluded', [1]],
    ['included', [1, 2]],
  ] as const)('nullTimesUnderSince %s', async (nullTimesUnderSince, expected) => {
    const records = [row('deals', 1), row('deals', 2, { update_time: null })]
    const sandbox = withSwitches({ nullTimesUnderSince }, records)
    expect(ids((await get(sandbox, `/api/v2/deals?updated_since=${EARLY}`)).body.data)).toEqual(expected)
    expect(ids((await get(sandbox, '/api/v2/deals')).body.data)).toEqual([1, 2])
  })

  test.each([
    ['first', 'asc', [2, 4, 1, 3]],
    ['last', 'asc', [1, 3, 2, 4]],
    ['first', 'desc', [3, 1, 4, 2]],
    ['last', 'desc', [4, 2, 3, 1]],
  ] as const)('nullsSort %s in %s order, page by page', async (nullsSort, direction, expected) => {
    const times = { 1: EARLY, 2: null, 3: EARLY, 4: null }
    const records = Object.entries(times).map(([id, update_time]) =>
      row('deals', Number(id), { update_time }),
    )
    const path = `/api/v2/deals?limit=1&sort_by=update_time&sort_direction=${direction}`
    expect(ids((await allPages(withSwitches({ nullsSort }, records), path)).flat())).toEqual(expected)
  })

  test.each([
    ['null', null],
    ['array', []],
  ] as const)('emptyV1Lists %s', async (emptyV1Lists, data) => {
    const sandbox = withSwitches({ emptyV1Lists })
    expect((await get(sandbox, '/v1/notes')).body.data).toEqual(data)
    expect((await get(sandbox, '/v1/callLogs')).body.data).toEqual(data)
    expect((await get(sandbox, '/api/v2/persons')).body.data).toEqual([])
  })

  test.each([
    ['clamp', '/api/v2/deals', 200],
    ['reject', '/api/v2/deals', 400],
    ['clamp', '/v1/notes', 200],
    ['reject', '/v1/notes', 400],
  ] as const)('limitAboveMax %s: %s?limit=501 gets %i', async (limitAboveMax, path, status) => {
    expect((await get(withSwitches({ limitAboveMax }), `${path}?limit=501`)).status).toBe(status)
  })

  test.each([
    ['available', 200],
    ['rejected', 400],
  ] as const)('marketingFields %s: a request for them gets %i', async (marketingFields, status) => {
    const sandbox = withSwitches({ marketingFields }, [row('persons', 1, { marketing_status: 'no_consent' })])
    const asked = await get(sandbox, '/api/v2/persons?include_fields=marketing_status,notes_count')
    expect(asked.status).toBe(status)
    if (status === 200) expect(asked.body.data).toMatchObject([{ marketing_status: 'no_consent' }])
    expect((await get(sandbox, '/api/v2/persons?include_fields=notes_count')).status).toBe(200)
  })

  test.each([
    ['present', new Date(NOON).toUTCString()],
    ['absent', null],
    [90_000, new Date(NOON + 90_000).toUTCString()],
  ] as const)('dateHeader %s', async (dateHeader, date) => {
    expect((await get(withSwitches({ dateHeader }), '/v1/notes')).headers.get('date')).toBe(date)
  })

  const page = { start: 0, limit: 1 }
  const rest = { start: 1, limit: 1 }
  test.each([
    [
      'full',
      { ...page, more_items_in_collection: true, next_start: 1 },
      { ...rest, more_items_in_collection: false },
    ],
    ['absent', undefined, undefined],
    [
      'more-without-next_start',
      { ...page, more_items_in_collection: true },
      { ...rest, more_items_in_collection: false },
    ],
    [
      'next_start-without-more',
      { ...page, more_items_in_collection: true, next_start: 1 },
      { ...rest, more_items_in_collection: false, next_start: 2 },
    ],
  ] as const)('v1PageMarkers %s', async (v1PageMarkers, first, last) => {
    const sandbox = withSwitches({ v1PageMarkers }, [row('notes', 1), row('notes', 2)])
    const markers = async (start: number) =>
      (await get(sandbox, `/v1/notes?limit=1&start=${start}`)).body.additional_data?.pagination
    expect([await markers(0), await markers(1)]).toEqual([first, last])
  })

  test.each([
    ['present', '1000'],
    ['absent', null],
  ] as const)('dailyHeaders %s', async (dailyHeaders, remaining) => {
    const { headers } = await get(withSwitches({ dailyHeaders }), '/v1/notes')
    expect(headers.get('x-daily-ratelimit-token-remaining')).toBe(remaining)
    expect(headers.get('x-ratelimit-remaining')).toBe('19')
  })

  test.each([
    [true, '43200', '2'],
    [false, null, null],
  ])('retryAfterOn429 %s', async (retryAfterOn429, daily, burst) => {
    const spent = stillSandbox({ records: [], dailyTokens: 1, switches: { retryAfterOn429 } })
    expect((await get(spent, '/v1/notes')).headers.get('retry-after')).toBe(daily)
    const fast = withSwitches({ retryAfterOn429 })
    let last = await get(fast, '/v1/leadSources')
    while (last.status === 200) last = await get(fast, '/v1/leadSources')
    expect(last.headers.get('retry-after')).toBe(burst)
  })

  test('A switch can be changed in the middle of a test', async () => {
    const sandbox = withSwitches({})
    sandbox.switches.emptyV1Lists = 'array'
    expect((await get(sandbox, '/v1/notes')).body.data).toEqual([])
  })
})
