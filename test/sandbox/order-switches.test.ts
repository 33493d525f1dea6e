import { describe, expect, test } from '@jest/globals'
import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { allPages, get, ids, NOON, stillSandbox } from './client.js'

const at = (seconds: number, format: 'v1' | 'v2') => {
  const text = new Date(NOON + seconds * 1000).toISOString().slice(0, 19)
  return format === 'v2' ? `${text}Z` : text.replace('T', ' ')
}
const rows = (stream: 'deals' | 'notes', times: readonly number[]) =>
  times.map((seconds, index) => {
    const time = at(seconds, stream === 'deals' ? 'v2' : 'v1')
    return { stream, data: { id: index + 1, status: 'open', add_time: time, update_time: time } }
  })
const company = (times: readonly number[], switches: Partial<Switches> = {}) =>
  stillSandbox({ records: [...rows('deals', times), ...rows('notes', times)], switches })
const same = (count: number) => Array.from({ length: count }, () => 0)

async function notes(sandbox: Sandbox, query: string): Promise<unknown[]> {
  return ids((await get(sandbox, `/v1/notes?${query}`)).body.data)
}

const BY_TIME = '/api/v2/deals?sort_by=update_time'

describe('The switch tieOrder', () => {
  const ordered = Array.from({ length: 20 }, (_, index) => index + 1)
  const sorted = (list: unknown[]) => [...list].sort((a, b) => Number(a) - Number(b))

  test.each([['/v1/notes?sort=update_time%20ASC&limit=100'], [`${BY_TIME}&limit=100`]])(
    'tieOrder by-id: rows of one second come by id from %s',
    async (path) => {
      const sandbox = company(same(20))
      expect(ids((await get(sandbox, path)).body.data)).toEqual(ordered)
    },
  )

  test.each([['/v1/notes?sort=update_time%20ASC&limit=100'], [`${BY_TIME}&limit=100`]])(
    'tieOrder unstable: rows of one second come in another order per request from %s',
    async (path) => {
      const sandbox = company(same(20), { tieOrder: 'unstable' })
      const [one = [], two = []] = [await get(sandbox, path), await get(sandbox, path)].map(({ body }) =>
        ids(body.data),
      )
      expect(one).not.toEqual(two)
      expect([sorted(one), sorted(two)]).toEqual([ordered, ordered])
    },
  )

  test('tieOrder unstable: times still come in order, and lists sorted by id are stable', async () => {
    const sandbox = company([3, 1, 1, 2], { tieOrder: 'unstable' })
    const [first, second, ...rest] = await notes(sandbox, 'sort=update_time%20ASC')
    expect([sorted([first, second]), rest]).toEqual([
      [2, 3],
      [4, 1],
    ])
    expect(await notes(sandbox, '')).toEqual([1, 2, 3, 4])
    expect(ids((await get(sandbox, '/api/v2/deals')).body.data)).toEqual([1, 2, 3, 4])
  })

  test('tieOrder unstable: offsets lose rows within one second, a second sort field keeps them', async () => {
    const sandbox = company(same(20), { tieOrder: 'unstable' })
    const read = async (sort: string) => {
      const pages: unknown[] = []
      for (let start = 0; start < 20; start += 4) {
        pages.push(...(await notes(sandbox, `sort=${encodeURIComponent(sort)}&limit=4&start=${start}`)))
      }
      return new Set(pages).size
    }
    expect(await read('update_time ASC')).toBeLessThan(20)
    expect(await read('update_time ASC,id ASC')).toBe(20)
  })

  test('tieOrder unstable: a v2 cursor loses rows within one second, but none when sorted by id', async () => {
    const sandbox = company(same(20), { tieOrder: 'unstable' })
    const read = async (path: string) => new Set(ids((await allPages(sandbox, path)).flat())).size
    expect(await read(`${BY_TIME}&limit=4`)).toBeLessThan(20)
    expect(await read('/api/v2/deals?limit=4')).toBe(20)
  })
})

describe('The switch multiSort', () => {
  test.each([
    ['accepted', 200],
    ['rejected', 400],
  ] as const)('multiSort %s: two sort fields get %i, one gets 200', async (multiSort, status) => {
    const sandbox = company([0], { multiSort })
    const sort = encodeURIComponent('update_time ASC,id ASC')
    for (const path of ['/v1/notes', '/v1/leads', '/v1/leads/archived', '/v1/files']) {
      expect((await get(sandbox, `${path}?sort=${sort}`)).status).toBe(status)
      expect((await get(sandbox, `${path}?sort=update_time%20ASC`)).status).toBe(200)
    }
  })
})

describe('The switch cursorTies', () => {
  test.each([
    ['kept', [1, 2, 3, 4, 5]],
    ['skipped', [1, 2, 4, 5]],
  ] as const)('cursorTies %s: a cursor that ends within a second', async (cursorTies, expected) => {
    const sandbox = company([0, 1, 1, 2, 3], { cursorTies })
    expect(ids((await allPages(sandbox, `${BY_TIME}&limit=2`)).flat())).toEqual(expected)
    const byId = ids((await allPages(sandbox, '/api/v2/deals?limit=2')).flat())
    expect(byId).toEqual([1, 2, 3, 4, 5])
  })
})

describe('The switch sinceFilter', () => {
  test.each([
    ['inclusive', [2, 3]],
    ['exclusive', [3]],
  ] as const)('sinceFilter %s: updated_since of v1 and v2 lists', async (sinceFilter, expected) => {
    const sandbox = company([0, 1, 2], { sinceFilter })
    const since = `updated_since=${at(1, 'v2')}`
    expect(await notes(sandbox, since)).toEqual(expected)
    expect(ids((await get(sandbox, `/api/v2/deals?${since}`)).body.data)).toEqual(expected)
  })
})
