import { describe, expect, test } from '@jest/globals'
import type { ApiResponse, RequestFn } from '../../../src/pipedrive/http/request.js'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import { parsePosition, type Position } from '../../../src/pipedrive/lists/position.js'
import { PageReader, type ListPage } from '../../../src/pipedrive/lists/reader.js'
import { RefusedRequest } from '../../support/array-server.js'

const projects: List = {
  name: 'projects',
  api: 'v2',
  path: '/projects',
  paging: 'cursor',
  pageSize: 2,
  params: { status: 'open' },
  include: [],
  optionalInclude: [],
  cost: 10,
  primaryKey: ['id'],
  timeFields: ['update_time'],
  parts: [{}, { path: '/projects/archived', params: { status: 'deleted' } }],
}
const goals: List = {
  ...projects,
  name: 'goals',
  api: 'v1',
  path: '/goals/find',
  paging: 'none',
  params: {},
  parts: [{ params: { metric: 'quantity' } }, { params: { metric: 'sum' } }],
}

type Params = Readonly<Record<string, string>>

/** Answers each request by its path and parameters, and notes them. */
function server(respond: (path: string, params: Params) => ApiResponse['body']) {
  const asked: string[] = []
  const request: RequestFn = ({ path, params }) => {
    asked.push(`${path} ${new URLSearchParams(params).toString()}`)
    return Promise.resolve().then(() => ({
      body: respond(path, params),
      sentAt: 0,
      roundTripMs: 0,
      textLength: 1,
    }))
  }
  return { asked, request }
}

const LISTS: Readonly<Record<string, readonly number[]>> = {
  '/projects': [1, 2, 3],
  '/projects/archived': [4, 5, 6],
}

/** Two rows a page. */
function paged(path: string, { cursor = '0' }: Params): ApiResponse['body'] {
  const at = Number(cursor)
  const ids = LISTS[path] ?? []
  const next = at + 2 < ids.length ? String(at + 2) : null
  return { data: ids.slice(at, at + 2).map((id) => ({ id })), additional_data: { next_cursor: next } }
}

async function pagesOf(
  request: RequestFn,
  list: List,
  from?: Position,
  mayBeEmpty = false,
): Promise<ListPage[]> {
  const pages: ListPage[] = []
  const reader = new PageReader(request, list, new ListFacts())
  for await (const page of reader.pages({ mayBeEmpty }, from)) pages.push(page)
  return pages
}

const ids = (pages: readonly ListPage[]) => pages.flatMap(({ rows }) => rows.map(({ data }) => data.id))

describe('a list that comes in parts', () => {
  test('has the rows of each part, with the path and the parameters of the part', async () => {
    const { request, asked } = server(paged)
    expect(ids(await pagesOf(request, projects))).toEqual([1, 2, 3, 4, 5, 6])
    expect(asked).toEqual([
      '/projects status=open&limit=2',
      '/projects status=open&limit=2&cursor=2',
      '/projects/archived status=deleted&limit=2',
      '/projects/archived status=deleted&limit=2&cursor=2',
    ])
  })

  test('that comes in one response per part is one list', async () => {
    const { request, asked } = server((_path, { metric }) => ({ data: [{ id: metric }] }))
    expect(ids(await pagesOf(request, goals))).toEqual(['quantity', 'sum'])
    expect(asked).toHaveLength(2)
  })

  test.each([0, 1, 2])('goes on behind page %i after a saved position', async (at) => {
    const { request } = server(paged)
    const pages = await pagesOf(request, projects)
    const saved = parsePosition(JSON.parse(JSON.stringify(pages[at]?.next)))
    const rest = await pagesOf(request, projects, saved)
    expect([...ids(pages.slice(0, at + 1)), ...ids(rest)]).toEqual([1, 2, 3, 4, 5, 6])
    expect(rest[0]?.restarted).toBeUndefined()
  })

  test('starts over from its first part when the position in a later one is refused', async () => {
    const { request } = server((path, params) => {
      if (params.cursor === 'expired') throw new RefusedRequest('bad_request', 400)
      return paged(path, params)
    })
    const pages = await pagesOf(request, projects, { kind: 'cursor', cursor: 'expired', part: 1 })
    expect(ids(pages)).toEqual([1, 2, 3, 4, 5, 6])
    expect(pages.map(({ restarted }) => restarted)).toEqual([true, undefined, undefined, undefined])
  })

  test('starts over when the saved part does not exist any more', async () => {
    const { request } = server(paged)
    expect(ids(await pagesOf(request, projects, { kind: 'cursor', part: 7 }))).toEqual([1, 2, 3, 4, 5, 6])
  })

  test.each(['quantity', 'sum'])('may lack the rows of one part: %s', async (only) => {
    const { request } = server((_path, { metric }) => ({ data: metric === only ? [{ id: 1 }] : null }))
    expect(ids(await pagesOf(request, goals))).toEqual([1])
  })

  test('is doubted when all parts are empty without saying so, and never were', async () => {
    const { request } = server(() => ({ data: null }))
    await expect(pagesOf(request, goals)).rejects.toThrow(PagingError)
    expect(ids(await pagesOf(request, goals, undefined, true))).toEqual([])
  })
})
