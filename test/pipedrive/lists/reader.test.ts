import { describe, expect, test } from '@jest/globals'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { ListQuery } from '../../../src/pipedrive/lists/list-query.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import type { Position } from '../../../src/pipedrive/lists/position.js'
import { PageReader, type ListPage } from '../../../src/pipedrive/lists/reader.js'
import type { ApiResponse, RequestFn } from '../../../src/pipedrive/http/request.js'
import { ArrayServer, type ArrayRow, type Switches } from '../../support/array-server.js'

const EPOCH = Date.UTC(2026, 5, 1, 12)
const second = (seconds: number) => EPOCH + seconds * 1000
const timeText = (seconds: number) => new Date(second(seconds)).toISOString().replace('.000Z', 'Z')
const rowsAt = (...seconds: number[]): ArrayRow[] =>
  seconds.map((at, index) => ({ id: index + 1, update_time: timeText(at) }))
const count = (length: number) => Array.from({ length }, (_, index) => index)

const v2: List = {
  name: 'deals',
  api: 'v2',
  path: '/deals',
  paging: 'cursor',
  pageSize: 4,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 10,
  primaryKey: ['id'],
  timeFields: ['update_time'],
}
const v1: List = { ...v2, name: 'leads', api: 'v1', path: '/leads', paging: 'offset', cost: 20 }
const single: List = { ...v1, name: 'users', path: '/users', paging: 'none' }
const whole: ListQuery = { mayBeEmpty: false }
const byTime: ListQuery = { since: EPOCH, order: 'oldest-first', mayBeEmpty: false }

async function pagesOf(
  request: RequestFn,
  list: List,
  query: ListQuery,
  { facts = new ListFacts(), from }: { facts?: ListFacts; from?: Position } = {},
): Promise<ListPage[]> {
  const pages: ListPage[] = []
  for await (const page of new PageReader(request, list, facts).pages(query, from)) pages.push(page)
  return pages
}

/** Where the walk goes on after a page that is not the last. */
function nextOf(page: ListPage | undefined): Position {
  if (!page?.next) throw new Error('The walk ended.')
  return page.next
}

const idsOf = (pages: readonly ListPage[]) => pages.flatMap(({ rows }) => rows.map(({ data }) => data.id))
const sortedIds = (pages: readonly ListPage[]) =>
  idsOf(pages)
    .map(Number)
    .sort((a, b) => a - b)
const upTo = (length: number) => count(length).map((index) => index + 1)

/** A server that gives these bodies in turn, the last one again and again. */
function scripted(...bodies: (ApiResponse['body'] | Error)[]) {
  let requests = 0
  const request: RequestFn = () => {
    const body = bodies[Math.min(requests, bodies.length - 1)] ?? new Error('There is no response.')
    requests += 1
    if (requests > 200) return Promise.reject(new Error('The client does not stop asking.'))
    if (body instanceof Error) return Promise.reject(body)
    return Promise.resolve({ body, sentAt: 0, roundTripMs: 0, textLength: 7 })
  }
  return { request, requests: () => requests }
}
const ids = (...numbers: number[]) => numbers.map((id) => ({ id, update_time: timeText(id) }))
const moreAt = (cursor: string) => ({ additional_data: { next_cursor: cursor } })
const v1More = (more: boolean) => ({ additional_data: { pagination: { more_items_in_collection: more } } })

describe('the end of a v2 list', () => {
  test.each([
    { name: 'is a null cursor', body: { data: ids(1, 2, 3, 4), additional_data: { next_cursor: null } } },
    { name: 'is a page that is not full and has no marker', body: { data: ids(1, 2) } },
  ])('$name', async ({ body }) => {
    const server = scripted(body)
    await pagesOf(server.request, v2, whole)
    expect(server.requests()).toBe(1)
  })

  test('is not a full page without a marker', async () => {
    await expect(pagesOf(scripted({ data: ids(1, 2, 3, 4) }).request, v2, whole)).rejects.toThrow(PagingError)
  })
})

describe('the end of a v1 list', () => {
  test('is a marker that says so', async () => {
    const server = scripted({ data: ids(1, 2, 3, 4), ...v1More(false) })
    await pagesOf(server.request, v1, whole)
    expect(server.requests()).toBe(1)
  })

  test.each([
    { name: 'by offset', query: whole },
    { name: 'by seeking', query: byTime },
  ])(
    'without markers is a request that brings nothing new: $name, 400 rows, 100 per page',
    async ({ query }) => {
      const server = new ArrayServer(rowsAt(...count(400)), { markers: 'none', clamp: 100 })
      const pages = await pagesOf(server.request, { ...v1, pageSize: 500 }, query)
      expect(idsOf(pages)).toEqual(upTo(400))
      expect(server.requests.length).toBeLessThanOrEqual(8)
    },
  )

  test('without markers is found for a single row', async () => {
    const server = new ArrayServer(rowsAt(1), { markers: 'none' })
    expect(idsOf(await pagesOf(server.request, v1, whole))).toEqual([1])
    expect(server.requests.length).toBeLessThanOrEqual(3)
  })

  test('is believed at once after a short page only with a marker', async () => {
    const server = new ArrayServer(rowsAt(1, 2), { markers: 'none' })
    expect(idsOf(await pagesOf(server.request, v1, byTime))).toEqual([1, 2])
    expect(server.requests.length).toBeGreaterThan(1)
  })
})

describe('an empty response', () => {
  const empty = [{ data: null }, { data: [] }]

  test.each(empty)('without a marker is requested again: $data', async (body) => {
    const server = scripted(body, { data: ids(1), additional_data: { next_cursor: null } })
    expect(idsOf(await pagesOf(server.request, v2, whole))).toEqual([1])
  })

  test.each([
    { name: 'a v2 list', list: v2 },
    { name: 'a v1 list', list: v1 },
    { name: 'a list without pages', list: single },
  ])('without a marker is believed the second time where $name may be empty', async ({ list }) => {
    const server = scripted({ data: null })
    const pages = await pagesOf(server.request, list, { mayBeEmpty: true })
    expect(pages).toHaveLength(1)
    expect(pages[0]).toMatchObject({ rows: [], textLength: 14 })
    expect(server.requests()).toBe(2)
  })

  test.each([{ list: v2 }, { list: v1 }, { list: single }])(
    'without a marker is an error where $list.name had rows before',
    async ({ list }) => {
      await expect(pagesOf(scripted({ data: [] }).request, list, whole)).rejects.toThrow(PagingError)
    },
  )

  test.each([
    { name: 'a null cursor', list: v2, body: { data: [], additional_data: { next_cursor: null } } },
    { name: 'a marker of v1', list: v1, body: { data: null, ...v1More(false) } },
  ])('with $name is believed at once', async ({ list, body }) => {
    const server = scripted(body)
    await pagesOf(server.request, list, whole)
    expect(server.requests()).toBe(1)
  })

  test('after a cursor is an error', async () => {
    const server = scripted({ data: ids(1), ...moreAt('a') }, { data: null })
    await expect(pagesOf(server.request, v2, { mayBeEmpty: true })).rejects.toThrow(PagingError)
    expect(server.requests()).toBe(3)
  })

  test('after a v1 page that announced more is an error', async () => {
    const server = scripted({ data: ids(1, 2), ...v1More(true) }, { data: null })
    await expect(pagesOf(server.request, v1, { mayBeEmpty: true })).rejects.toThrow(PagingError)
  })

  test('while seeking without markers is believed the second time: the last row may have moved', async () => {
    const server = scripted({ data: ids(1, 2, 8) }, { data: ids(1, 2, 8) }, { data: null })
    expect(idsOf(await pagesOf(server.request, v1, byTime))).toEqual([1, 2, 8])
  })

  test.each([{ list: v2 }, { list: v1 }])('in the middle of $list.name loses nothing', async ({ list }) => {
    const server = new ArrayServer(rowsAt(...count(20)), { empty: [2, 4, 6] })
    expect(sortedIds(await pagesOf(server.request, list, byTime))).toEqual(upTo(20))
  })
})

const TIED = [0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5, 5, 6, 7, 8, 9]

describe('a v1 list with a time filter', () => {
  const v1Large = { ...v1, pageSize: 500 }

  test.each<{ name: string; switches: Partial<Switches> }>([
    { name: 'as documented', switches: {} },
    { name: 'without markers', switches: { markers: 'none' } },
    { name: 'with an exclusive filter', switches: { exclusive: true } },
    { name: 'with a refused tie-break', switches: { tieBreak: 'refused' } },
    { name: 'with an ignored sort by two fields', switches: { tieBreak: 'ignored' } },
    { name: 'with values that differ per request', switches: { volatile: true } },
  ])('comes whole through a second that fills pages, $name', async ({ switches }) => {
    const server = new ArrayServer(rowsAt(...TIED), switches)
    expect(sortedIds(await pagesOf(server.request, v1, byTime))).toEqual(upTo(20))
  })

  test('is requested with a tie-break, from a second before the last time', async () => {
    const server = new ArrayServer(rowsAt(...count(10)))
    await pagesOf(server.request, v1, byTime)
    const params = server.requests.map((request) => request.params)
    expect(params[0]).toMatchObject({ updated_since: timeText(-1), sort: 'update_time ASC,id ASC' })
    expect(params.at(-1)).toMatchObject({ updated_since: timeText(6), sort: 'update_time ASC,id ASC' })
    expect(params.some(({ start }) => start !== undefined)).toBe(false)
  })

  test('is compared once with a plain sort, and not again while that is known', async () => {
    const facts = new ListFacts()
    const sorts = async () => {
      const server = new ArrayServer(rowsAt(...count(10)))
      await pagesOf(server.request, v1, byTime, { facts })
      return server.requests.filter(({ params }) => params.sort === 'update_time ASC').length
    }
    expect([await sorts(), await sorts()]).toEqual([1, 0])
    expect(facts.get('tieBreakHonoured')).toBe(true)
  })

  test('keeps a refused tie-break in mind', async () => {
    const facts = new ListFacts()
    const server = new ArrayServer(rowsAt(...count(10)), { tieBreak: 'refused' })
    await pagesOf(server.request, v1, byTime, { facts })
    expect(facts.get('tieBreakRefused')).toBe(true)
    expect(server.requests.filter(({ params }) => params.sort?.includes('id'))).toHaveLength(1)
  })

  test('loses no row behind the latest one when the server ignores the sort', async () => {
    const rows = rowsAt(0, 1, 2, 50, 3, 4, 5, 6)
    const server = new ArrayServer(rows, { tieBreak: 'ignored' })
    expect(sortedIds(await pagesOf(server.request, v1, byTime))).toEqual(upTo(8))
  })

  test('with an order among ties that changes comes whole while a page spans seconds', async () => {
    const times = count(2_000).map((index) => Math.floor(index / 200))
    const server = new ArrayServer(rowsAt(...times), { unstableTies: true, tieBreak: 'refused' })
    expect(sortedIds(await pagesOf(server.request, v1Large, byTime))).toEqual(upTo(2_000))
  })

  test.each(['refused', 'second-ignored'] as const)(
    'fails where such an order fills pages with one second and the tie-break is %s',
    async (tieBreak) => {
      const server = new ArrayServer(rowsAt(...count(40).fill(3)), { unstableTies: true, tieBreak })
      await expect(pagesOf(server.request, { ...v1, pageSize: 10 }, byTime)).rejects.toThrow(PagingError)
    },
  )

  test('loses nothing when rows leave the second that is being read', async () => {
    const rows = rowsAt(...count(30).fill(3), 9)
    const server = new ArrayServer(rows, {}, (request) => {
      if (request === 4) rows.splice(0, 5)
    })
    const pages = await pagesOf(server.request, v1, byTime)
    expect(sortedIds(pages)).toEqual(upTo(31))
  })

  test('fails when it is not in the order requested', async () => {
    const server = scripted({ data: ids(5, 1, 3), ...v1More(true) })
    await expect(pagesOf(server.request, v1, byTime)).rejects.toThrow('not in that order')
  })
})

describe('a v2 list by time', () => {
  test.each<{ name: string; switches: Partial<Switches>; list?: List }>([
    { name: 'as documented', switches: {} },
    { name: 'whose cursor skips ties', switches: { cursorTies: 'skipped' } },
    {
      name: 'whose cursor skips ties, without updated_until',
      switches: { cursorTies: 'skipped', until: false },
    },
    {
      name: 'whose cursor skips ties and that is known not to take updated_until',
      switches: { cursorTies: 'skipped', until: false },
      list: { ...v2, filtersUntil: false },
    },
    { name: 'with an exclusive filter', switches: { cursorTies: 'skipped', exclusive: true } },
    { name: 'with values that differ per request', switches: { volatile: true, cursorTies: 'skipped' } },
  ])('comes whole, each row once, $name', async ({ switches, list = v2 }) => {
    const server = new ArrayServer(rowsAt(...TIED), switches)
    expect(sortedIds(await pagesOf(server.request, list, byTime))).toEqual(upTo(20))
  })

  test('without a filter comes whole where the cursor skips ties', async () => {
    const server = new ArrayServer(rowsAt(...TIED), { cursorTies: 'skipped' })
    const query: ListQuery = { order: 'newest-first', mayBeEmpty: false }
    expect(sortedIds(await pagesOf(server.request, v2, query))).toEqual(upTo(20))
  })

  test.each(['kept', 'skipped'] as const)('learns that ties are %s', async (cursorTies) => {
    const facts = new ListFacts()
    await pagesOf(new ArrayServer(rowsAt(...TIED), { cursorTies }).request, v2, byTime, { facts })
    expect(facts.get('cursorTies')).toBe(cursorTies)
  })

  test('follows the cursor alone once ties are known to be kept', async () => {
    const facts = new ListFacts()
    facts.learn('cursorTies', 'kept')
    const server = new ArrayServer(rowsAt(...TIED))
    await pagesOf(server.request, v2, byTime, { facts })
    expect(server.requests).toHaveLength(5)
    expect(server.requests.slice(1).every(({ params }) => params.cursor !== undefined)).toBe(true)
  })

  test('without ties takes no more requests than pages', async () => {
    const server = new ArrayServer(rowsAt(...count(30).map((index) => index * 3)))
    await pagesOf(server.request, { ...v2, pageSize: 10 }, byTime)
    expect(server.requests.length).toBeLessThanOrEqual(4)
  })

  test('finishes a comparison that a resumed position left open', async () => {
    const rows = rowsAt(1, 2, 3, 3, 3, 3, 5)
    const server = new ArrayServer(rows, { cursorTies: 'skipped' })
    const [first] = await pagesOf(server.request, v2, byTime)
    const again = await pagesOf(server.request, v2, byTime, { from: nextOf(first) })
    expect(sortedIds(again)).toEqual(expect.arrayContaining([5, 6, 7]))
  })
})

describe('an endless list', () => {
  test('of ever new cursors without new rows ends in an error after five pages', async () => {
    let page = 0
    const request: RequestFn = () => {
      page += 1
      return Promise.resolve({
        body: { data: ids(1, 2), ...moreAt(`c${page}`) },
        sentAt: 0,
        roundTripMs: 0,
        textLength: 0,
      })
    }
    await expect(pagesOf(request, v2, whole)).rejects.toThrow(PagingError)
    expect(page).toBe(6)
  })

  test('whose cursors repeat ends in an error', async () => {
    const server = scripted(...count(9).map((page) => ({ data: ids(page), ...moreAt(`c${page % 3}`) })))
    await expect(pagesOf(server.request, v2, whole)).rejects.toThrow(PagingError)
    expect(server.requests()).toBe(4)
  })

  test('of empty v1 pages that announce more ends in an error', async () => {
    const server = scripted({ data: [], ...v1More(true) })
    await expect(pagesOf(server.request, v1, whole)).rejects.toThrow(PagingError)
  })

  test.each([{ query: whole }, { query: byTime }])(
    'by offset ends in an error: $query',
    async ({ query }) => {
      const server = scripted({ data: ids(1, 2, 3, 4), ...v1More(true) })
      await expect(pagesOf(server.request, v1, query)).rejects.toThrow(PagingError)
      expect(server.requests()).toBeLessThan(80)
    },
  )
})
