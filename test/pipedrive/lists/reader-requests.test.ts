import { describe, expect, test } from '@jest/globals'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { ListQuery } from '../../../src/pipedrive/lists/list-query.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import type { Position } from '../../../src/pipedrive/lists/position.js'
import { PageReader, type ListPage } from '../../../src/pipedrive/lists/reader.js'
import type { ApiResponse, RequestFn } from '../../../src/pipedrive/http/request.js'
import { failureKind, type ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { ArrayServer, RefusedRequest, type ArrayRow } from '../../support/array-server.js'

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

const TIED = [0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5, 5, 6, 7, 8, 9]

describe('a page that is too much', () => {
  const slow =
    (most: number, kind: string) =>
    (_: number, { params }: { params: { limit?: string } }) => {
      if (Number(params.limit) > most) throw new RefusedRequest(kind as ApiErrorKind)
    }

  test.each([
    { kind: 'timeout', list: v2 },
    { kind: 'too_large', list: v2 },
    { kind: 'timeout', list: v1 },
  ])(
    '($kind, $list.name) is requested at half the size, which stays and is remembered',
    async ({ kind, list }) => {
      const facts = new ListFacts()
      const large = { ...list, pageSize: 16 }
      const server = new ArrayServer(rowsAt(...count(40)), {}, slow(5, kind))
      const pages = await pagesOf(server.request, large, whole, { facts })
      expect(idsOf(pages)).toEqual(upTo(40))
      expect(server.requests.map(({ params }) => params.limit).slice(0, 4)).toEqual(['16', '8', '4', '4'])
      expect(facts.get('pageSize')).toBe(4)
      const next = new ArrayServer(rowsAt(1))
      await pagesOf(next.request, large, whole, { facts })
      expect(next.requests[0]?.params.limit).toBe('4')
    },
  )

  test('is retried only once by the transport', async () => {
    const server = new ArrayServer(rowsAt(1))
    await pagesOf(server.request, v2, whole)
    expect(server.requests[0]?.timeoutAttempts).toBe(2)
  })

  test.each([
    { list: v1, smallest: 2 },
    { list: v2, smallest: 1 },
  ])('can be read in pages of $smallest: $list.name', async ({ list, smallest }) => {
    for (const query of [whole, byTime]) {
      const server = new ArrayServer(rowsAt(...TIED), {}, slow(smallest, 'timeout'))
      expect(sortedIds(await pagesOf(server.request, list, query))).toEqual(upTo(20))
    }
  })

  test('fails when the smallest page is too much, and where there are no pages', async () => {
    for (const list of [v2, v1, single]) {
      const request = scripted(new RefusedRequest('timeout')).request
      await expect(pagesOf(request, list, whole)).rejects.toThrow('timeout')
    }
  })

  test('doubles after enough pages that came in time, and waits twice as long when that was too much', async () => {
    let most = 5
    const server = new ArrayServer(rowsAt(...count(1200)), {}, (request, sent) => {
      if (request > 40) most = 16
      slow(most, 'timeout')(request, sent)
    })
    const pages = await pagesOf(server.request, { ...v2, pageSize: 16 }, whole)
    expect(idsOf(pages)).toEqual(upTo(1200))
    const limits = server.requests.map(({ params }) => Number(params.limit))
    const grown = limits.flatMap((limit, at) => (limit > (limits[at - 1] ?? Infinity) ? [{ limit, at }] : []))
    expect(grown).toEqual([
      { limit: 8, at: 22 },
      { limit: 8, at: 63 },
      { limit: 16, at: 103 },
    ])
    expect(limits.at(-1)).toBe(16)
  })
})

describe('optional fields', () => {
  const picky = { ...v2, include: ['a'], optionalInclude: ['b'] }
  const refusesB = (_: number, { params }: { params: { include_fields?: string } }) => {
    if (params.include_fields?.includes('b')) throw new RefusedRequest('bad_request', 400)
  }

  test('that are refused are left out, also by the next reader', async () => {
    const facts = new ListFacts()
    const server = new ArrayServer(rowsAt(...count(10)), {}, refusesB)
    expect(idsOf(await pagesOf(server.request, picky, whole, { facts }))).toEqual(upTo(10))
    await pagesOf(server.request, picky, whole, { facts })
    expect(server.requests.filter(({ params }) => params.include_fields === 'a,b')).toHaveLength(1)
  })

  test('are not blamed for another failure', async () => {
    const facts = new ListFacts()
    const server = scripted(new RefusedRequest('forbidden', 403))
    await expect(pagesOf(server.request, picky, whole, { facts })).rejects.toThrow('forbidden')
    expect([server.requests(), facts.changes]).toEqual([1, 0])
  })

  test('are not blamed when the request fails without them too', async () => {
    const facts = new ListFacts()
    const server = scripted(new RefusedRequest('bad_request', 400))
    await expect(pagesOf(server.request, picky, whole, { facts })).rejects.toThrow('bad_request')
    expect([server.requests(), facts.changes]).toEqual([2, 0])
  })
})

describe('a saved position', () => {
  const from: Position = { kind: 'cursor', cursor: 'old' }

  test.each([
    new RefusedRequest('bad_request', 400),
    new RefusedRequest('server', 503),
    new RefusedRequest('not_found', 404),
    new RefusedRequest('unexpected_status', 422),
  ])('that is refused ($kind) is dropped: the walk starts over', async (refusal) => {
    const server = scripted(refusal, { data: ids(1), ...moreAt('a') }, { data: ids(2) })
    const pages = await pagesOf(server.request, v2, whole, { from })
    expect(idsOf(pages)).toEqual([1, 2])
    expect(pages.map(({ restarted }) => restarted)).toEqual([true, undefined])
  })

  test.each(['unauthorized', 'authorization_lost', 'sign_in_lost', 'blocked', 'proxy', 'daily_budget_spent'])(
    'is kept where the run ends: %s',
    async (kind) => {
      const server = scripted(new RefusedRequest(kind as ApiErrorKind))
      await expect(pagesOf(server.request, v2, whole, { from })).rejects.toThrow(kind)
      expect(server.requests()).toBe(1)
    },
  )

  test('is kept when the run is aborted', async () => {
    const server = scripted(Object.assign(new Error('stop'), { name: 'AbortError' }))
    await expect(pagesOf(server.request, v2, whole, { from })).rejects.toThrow('stop')
    expect(server.requests()).toBe(1)
  })

  test('of another kind of list is dropped without a request', async () => {
    const server = new ArrayServer(rowsAt(1, 2))
    const pages = await pagesOf(server.request, v1, byTime, { from })
    expect(pages[0]?.restarted).toBe(true)
    expect(server.requests).toHaveLength(1)
  })

  test('after which a request fails ends the walk: rows have been returned', async () => {
    const server = scripted({ data: ids(1), ...moreAt('a') }, new RefusedRequest('server', 500))
    await expect(pagesOf(server.request, v2, whole, { from })).rejects.toThrow('server')
  })

  test('of an offset walk goes on behind its anchor, also after deletions', async () => {
    const rows = rowsAt(...count(20))
    const server = new ArrayServer(rows)
    const pages = await pagesOf(server.request, v1, whole)
    rows.splice(0, 3)
    const rest = await pagesOf(server.request, v1, whole, { from: nextOf(pages[1]) })
    expect(sortedIds([...pages.slice(0, 2), ...rest])).toEqual(expect.arrayContaining(upTo(20)))
    expect(idsOf(rest).length).toBeLessThan(20)
  })
})

describe('a list without pages', () => {
  test('comes in one request', async () => {
    const server = new ArrayServer(rowsAt(1, 2, 3, 4, 5, 6), { markers: 'none' })
    expect(idsOf(await pagesOf(server.request, single, whole))).toEqual(upTo(6))
    expect(server.requests[0]).toEqual({
      api: 'v1',
      path: '/users',
      params: {},
      cost: 20,
      label: 'users',
    })
  })

  test.each([moreAt('a'), v1More(true)])('that announces more is an error: %j', async (marker) => {
    const server = scripted({ data: ids(1), ...marker })
    await expect(pagesOf(server.request, single, whole)).rejects.toThrow('now has pages')
  })

  test('fails where a response has no list of objects', async () => {
    await expect(pagesOf(scripted({ data: { id: 1 } }).request, single, whole)).rejects.toThrow(PagingError)
  })
})

describe('a list whose rows have two times', () => {
  const archive: List = { ...v2, timeFields: ['update_time', 'archive_time'] }

  test.each([
    { name: 'v2', list: archive },
    { name: 'v1', list: { ...v1, timeFields: archive.timeFields } },
  ])('is read by the one that the server sorts by: $name', async ({ list }) => {
    const rows = rowsAt(...count(12)).map((row) => ({ ...row, archive_time: timeText(1_000 - row.id) }))
    const server = new ArrayServer(rows)
    const pages = await pagesOf(server.request, list, byTime)
    expect(sortedIds(pages)).toEqual(upTo(12))
    expect(pages[0]?.rows[0]?.time).toBe(second(999))
  })
})

describe('a failure', () => {
  test.each([
    { name: 'has its kind on the error', error: new RefusedRequest('gone'), kind: 'gone' },
    { name: 'without a kind is not the API’s', error: new Error('x'), kind: undefined },
    { name: 'that is not an error has no kind', error: { kind: 'gone' }, kind: undefined },
  ])('$name', ({ error, kind }) => {
    expect(failureKind(error)).toBe(kind)
  })
})
