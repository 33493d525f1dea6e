import { describe, expect, test } from '@jest/globals'
import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { get, ids, listed, record, sandboxOf } from './client.js'

const company = (count: number, switches: Partial<Switches> = {}) =>
  sandboxOf(
    ['deals', 'notes'].flatMap((stream) =>
      Array.from({ length: count }, (_, index) => record(stream, index + 1)),
    ),
    switches,
  )

describe('The switch v2PageMarkers', () => {
  test.each([
    ['full', { next_cursor: expect.any(String) }],
    ['absent', undefined],
  ] as const)('v2PageMarkers %s: a full page of a list and of a batch', async (v2PageMarkers, marker) => {
    const items = [1, 2].map((id) => ({ stream: 'deal_products', data: { id, deal_id: 1 } }))
    const records = [record('deals', 1), record('deals', 2), ...items]
    const sandbox = sandboxOf(records, { v2PageMarkers })
    for (const path of ['/api/v2/deals?limit=1', '/api/v2/deals/products?deal_ids=1&limit=1']) {
      const { body } = await get(sandbox, path)
      expect(body.data).toHaveLength(1)
      expect(body.additional_data).toEqual(marker)
    }
  })
})

describe('The switch pageCap', () => {
  test('pageCap clamps pages, and without page markers nothing shows it', async () => {
    const switches = { pageCap: 2, v1PageMarkers: 'absent', v2PageMarkers: 'absent' } as const
    const sandbox = company(3, switches)
    for (const path of ['/api/v2/deals?limit=500', '/v1/notes?limit=500']) {
      const { body } = await get(sandbox, path)
      expect([ids(body.data), body.additional_data]).toEqual([[1, 2], undefined])
    }
    expect(await listed(sandbox, '/v1/notes?limit=500&start=2')).toEqual([3])
  })
})

describe('A cursor', () => {
  const cursorOf = async (sandbox: Sandbox) => {
    const { body } = await get(sandbox, '/api/v2/deals?limit=1')
    return `/api/v2/deals?limit=1&cursor=${body.additional_data?.next_cursor ?? ''}`
  }

  test.each([400, 404, 410, 500, 503] as const)(
    'A cursor gets the status cursorRefusal %i once it is older than cursorLifetimeMs',
    async (cursorRefusal) => {
      const sandbox = company(2, { cursorLifetimeMs: 1000, cursorRefusal })
      const path = await cursorOf(sandbox)
      sandbox.clock.advance(999)
      expect((await get(sandbox, path)).status).toBe(200)
      sandbox.clock.advance(1)
      expect((await get(sandbox, path)).status).toBe(cursorRefusal)
      expect((await get(sandbox, await cursorOf(sandbox))).status).toBe(200)
    },
  )

  test('A cursor does not expire by default', async () => {
    const sandbox = company(2)
    const path = await cursorOf(sandbox)
    sandbox.clock.advance(365 * 24 * 3600 * 1000)
    expect((await get(sandbox, path)).status).toBe(200)
  })
})

describe('The fault empty', () => {
  test.each([
    ['/v1/notes', undefined, null],
    ['/v1/notes', [], []],
    ['/api/v2/deals', null, null],
    ['/api/v2/deals', [], []],
  ] as const)(
    'The fault empty makes %s respond as often as asked with data %j and no page markers',
    async (path, data, expected) => {
      const sandbox = company(1)
      const fault = { kind: 'empty', ...(data === undefined ? {} : { data }) } as const
      sandbox.faults.inject({ path, times: 2, fault })
      for (let time = 0; time < 2; time += 1) {
        const { status, body } = await get(sandbox, path)
        expect([status, body]).toEqual([200, { success: true, data: expected }])
      }
      expect(ids((await get(sandbox, path)).body.data)).toEqual([1])
    },
  )
})

describe('A fault with whenLimitAbove', () => {
  test('A fault with whenLimitAbove applies only to requests with a higher limit', async () => {
    const sandbox = company(1)
    const fault = { kind: 'status', status: 504 } as const
    sandbox.faults.inject({ path: '/v1/notes', whenLimitAbove: 100, times: Infinity, fault })
    const status = async (query: string) => (await get(sandbox, `/v1/notes${query}`)).status
    expect([await status('?limit=101'), await status('?limit=100'), await status('')]).toEqual([
      504, 200, 200,
    ])
  })
})
