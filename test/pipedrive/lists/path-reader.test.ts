import { describe, expect, test } from '@jest/globals'
import type { ApiRequest, ApiResponse, RequestFn } from '../../../src/pipedrive/http/request.js'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PathReader, type ParentRef, type PathOptions } from '../../../src/pipedrive/lists/path-reader.js'
import { RefusedRequest } from '../../support/array-server.js'

const followers: List = {
  name: 'deal_followers',
  api: 'v2',
  path: '/deals/{id}/followers',
  paging: 'cursor',
  pageSize: 2,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 10,
  primaryKey: ['deal_id', 'user_id'],
  timeFields: [],
}
const changelog: List = {
  ...followers,
  name: 'deal_changelog',
  api: 'v1',
  path: '/deals/{id}/changelog',
  primaryKey: ['deal_id', 'time', 'field_key', 'sequence'],
}
const ofDeals: PathOptions = { parentField: 'deal_id' }
const changes: PathOptions = {
  ...ofDeals,
  newestFirst: 'time',
  ordinal: { field: 'sequence', within: ['time', 'field_key'] },
}

const parent = (id: number, knownUntil?: number): ParentRef => ({ id: String(id), value: id, knownUntil })
const at = (second: number) => `2026-06-01 12:00:${String(second).padStart(2, '0')}`
const change = (second: number, field_key = 'title', value = '') => ({
  field_key,
  new_value: value,
  time: at(second),
})

/** Answers each request; a list is served in pages of the limit, by cursor. */
function readerOf(
  list: List,
  options: PathOptions,
  respond: (request: ApiRequest) => object[] | Error | null,
) {
  const requests: ApiRequest[] = []
  const request: RequestFn = (sent) => {
    requests.push(sent)
    const rows = respond(sent)
    if (rows instanceof Error) return Promise.reject(rows)
    return Promise.resolve({ body: page(rows, sent), sentAt: 0, roundTripMs: 0, textLength: 1 })
  }
  return { requests, reader: new PathReader(request, list, new ListFacts(), options) }
}

function page(rows: object[] | null, { params }: ApiRequest): ApiResponse['body'] {
  if (rows === null || params.limit === undefined) return { data: rows }
  const [start, limit] = [Number(params.cursor ?? 0), Number(params.limit)]
  const next = start + limit < rows.length ? String(start + limit) : null
  return { data: rows.slice(start, start + limit), additional_data: { next_cursor: next } }
}

async function read(reader: PathReader, parents: readonly ParentRef[]) {
  const [rows, missing]: [object[], string[]] = [[], []]
  for await (const part of reader.children(parents)) {
    if ('missing' in part) missing.push(part.missing)
    else rows.push(...part.rows.map(({ key, data }) => ({ key, data })))
  }
  return { rows, missing, keys: rows.map((row) => (row as { key: string }).key) }
}

describe('children of single parents', () => {
  test('come with one request per parent and page, with the id of their parent', async () => {
    const lists: Record<string, object[]> = {
      '/deals/1/followers': [{ user_id: 7 }, { user_id: 8 }, { user_id: 9 }],
      '/deals/2/followers': [],
    }
    const { reader, requests } = readerOf(followers, ofDeals, ({ path }) => lists[path] ?? [])
    expect((await read(reader, [parent(1), parent(2)])).rows).toEqual([
      { key: '1/7', data: { deal_id: 1, user_id: 7 } },
      { key: '1/8', data: { deal_id: 1, user_id: 8 } },
      { key: '1/9', data: { deal_id: 1, user_id: 9 } },
    ])
    expect(requests.map(({ path }) => path).sort()).toEqual([
      '/deals/1/followers',
      '/deals/1/followers',
      '/deals/2/followers',
    ])
  })

  test('are requested by a parameter where the list takes the parent there', async () => {
    const list: List = { ...followers, path: '/phases', paging: 'none', primaryKey: ['id'] }
    const { reader, requests } = readerOf(list, { parentField: 'board_id', param: 'board_id' }, () => [
      { id: 3 },
    ])
    expect((await read(reader, [parent(5)])).rows).toEqual([{ key: '3', data: { board_id: 5, id: 3 } }])
    expect(requests.map(({ params }) => params)).toEqual([{ board_id: '5' }])
  })

  test.each([[[]], [null]])(
    'are believed to be none at once where their list has no pages: %j',
    async (none) => {
      const { reader, requests } = readerOf({ ...followers, paging: 'none' }, ofDeals, () => none)
      expect((await read(reader, [parent(1)])).rows).toEqual([])
      expect(requests).toHaveLength(1)
    },
  )

  test('of a parent that is gone are skipped', async () => {
    const gone = new RefusedRequest('not_found', 404)
    const { reader } = readerOf(followers, ofDeals, ({ path }) =>
      path === '/deals/2/followers' ? gone : [{ user_id: 1 }],
    )
    const { missing, keys } = await read(reader, [parent(1), parent(2), parent(3)])
    expect([missing, keys]).toEqual([['2'], ['1/1', '3/1']])
  })

  test('fail when every parent is refused, as the list itself must be missing then', async () => {
    const { reader } = readerOf(followers, ofDeals, () => new RefusedRequest('not_found', 404))
    await expect(read(reader, [parent(1), parent(2), parent(3)])).rejects.toThrow(RefusedRequest)
  })

  test('fail when the only parent is refused that its list still has', async () => {
    const listedParents = () => Promise.resolve(['1'])
    const refused = () => new RefusedRequest('forbidden', 403)
    const { reader } = readerOf(followers, { ...ofDeals, listedParents }, refused)
    await expect(read(reader, [parent(1)])).rejects.toThrow(RefusedRequest)
  })

  test.each([3, 25])(
    'of %i parents that are gone are skipped while others of their list answer',
    async (count) => {
      const listedParents = () => Promise.resolve(['1'])
      const { reader } = readerOf(followers, { ...ofDeals, listedParents }, ({ path }) =>
        path === '/deals/1/followers' ? [{ user_id: 1 }] : new RefusedRequest('forbidden', 403),
      )
      const ids = Array.from({ length: count }, (_, at) => at + 2)
      const { missing } = await read(
        reader,
        ids.map((id) => parent(id)),
      )
      expect(missing).toEqual(ids.map(String))
    },
  )

  test('fail with any other error', async () => {
    const { reader } = readerOf(followers, ofDeals, () => new RefusedRequest('scope_missing', 403))
    await expect(read(reader, [parent(1), parent(2)])).rejects.toThrow(RefusedRequest)
  })
})

describe('a list that comes newest first', () => {
  const history = [change(9), change(7), change(5), change(3), change(1)]

  test('is read to its end for a parent of which nothing is known, oldest first', async () => {
    const { reader } = readerOf(changelog, changes, () => history)
    const { rows } = await read(reader, [parent(1)])
    expect(rows.map((row) => (row as { data: { time: string } }).data.time)).toEqual([1, 3, 5, 7, 9].map(at))
  })

  test('is read until the rows that are known', async () => {
    const { reader, requests } = readerOf(changelog, changes, () => history)
    const { keys } = await read(reader, [parent(1, Date.UTC(2026, 5, 1, 12, 0, 6))])
    expect(keys).toEqual([`1/${at(7)}/title/1`, `1/${at(9)}/title/1`])
    expect(requests).toHaveLength(2)
  })

  test('is read to its end when it is not in that order after all', async () => {
    const { reader, requests } = readerOf(changelog, changes, () => [...history].reverse())
    const { keys } = await read(reader, [parent(1, Date.UTC(2026, 5, 1, 12, 0, 6))])
    expect(keys).toEqual([`1/${at(7)}/title/1`, `1/${at(9)}/title/1`])
    expect(requests).toHaveLength(3)
  })

  test('numbers changes of one field in one second from the oldest on, so that later ones change no key', async () => {
    const [a, b, c] = [change(5, 'title', 'a'), change(5, 'title', 'b'), change(5, 'title', 'c')]
    const keysOf = async (rows: object[]) => {
      const { reader } = readerOf(changelog, changes, () => rows)
      const read_ = await read(reader, [parent(1)])
      return read_.rows.map((row) => {
        const { key, data } = row as { key: string; data: { new_value: string } }
        return [key, data.new_value]
      })
    }
    const before = [
      [`1/${at(5)}/title/1`, 'a'],
      [`1/${at(5)}/title/2`, 'b'],
    ]
    expect(await keysOf([b, a])).toEqual(before)
    expect(await keysOf([c, b, a])).toEqual([...before, [`1/${at(5)}/title/3`, 'c']])
  })

  test('has two changes with the same content, if both stand on one page', async () => {
    const { reader } = readerOf(changelog, changes, () => [change(5), change(5)])
    expect((await read(reader, [parent(1)])).keys).toEqual([`1/${at(5)}/title/1`, `1/${at(5)}/title/2`])
  })
})
