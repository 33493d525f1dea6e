import type { ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import { describe, expect, test } from '@jest/globals'
import { BatchReader, type BatchPart } from '../../../src/pipedrive/lists/batch-reader.js'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PagingError } from '../../../src/pipedrive/lists/paging-error.js'
import type { ApiRequest, ApiResponse, RequestFn } from '../../../src/pipedrive/http/request.js'
import { RefusedRequest } from '../../support/array-server.js'

const list: List = {
  name: 'deal_products',
  api: 'v2',
  path: '/deals/products',
  paging: 'cursor',
  pageSize: 500,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 10,
  primaryKey: ['id'],
  timeFields: [],
}
const options = { param: 'deal_ids', parentField: 'deal_id' }
const END = { additional_data: { next_cursor: null } }

/** Children of the parents that a request asks for: `perParent` each. */
const childrenOf = (parents: readonly string[], perParent: number) =>
  parents.flatMap((parent) =>
    Array.from({ length: perParent }, (_, index) => ({ id: `${parent}-${index}`, deal_id: Number(parent) })),
  )

function readerOf(answer: (parents: string[], request: ApiRequest) => ApiResponse['body'], of: List = list) {
  const requests: ApiRequest[] = []
  const request: RequestFn = (sent) =>
    Promise.resolve().then(() => {
      requests.push(sent)
      if (requests.length > 100) throw new Error('The client does not stop asking.')
      const body = answer((sent.params.deal_ids ?? '').split(','), sent)
      return { body, sentAt: requests.length, roundTripMs: 0, textLength: 10 }
    })
  return { reader: new BatchReader(request, of, new ListFacts(), options), requests }
}

async function read(reader: BatchReader, ids: readonly string[]) {
  const parts: BatchPart[] = []
  for await (const part of reader.children(ids)) parts.push(part)
  const rows = parts.flatMap((part) => ('missing' in part ? [] : part.rows.map(({ key }) => key)))
  return { parts, rows, missing: parts.flatMap((part) => ('missing' in part ? [part.missing] : [])) }
}
const parents = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))
const sizes = (requests: readonly ApiRequest[]) =>
  requests.map(({ params }) => (params.deal_ids ?? '').split(',').length)

describe('children of many parents', () => {
  test('come with one request per batch', async () => {
    const { reader, requests } = readerOf((ids) => ({ data: childrenOf(ids, 2), ...END }))
    const { rows, parts } = await read(reader, parents(3))
    expect(rows).toEqual(['1-0', '1-1', '2-0', '2-1', '3-0', '3-1'])
    expect(parts).toHaveLength(1)
    expect(parts[0]).toMatchObject({ textLength: 10, times: { sentAt: 1, roundTripMs: 0 } })
    expect(requests[0]).toMatchObject({ params: { deal_ids: '1,2,3', limit: '500' }, label: 'deal_products' })
  })

  test('of no parents take no request', async () => {
    const { reader, requests } = readerOf(() => ({ data: [] }))
    await read(reader, [])
    expect(requests).toHaveLength(0)
  })

  test('come from all pages of a batch', async () => {
    const { reader } = readerOf((ids, { params }) =>
      params.cursor === undefined
        ? { data: childrenOf(ids, 1), additional_data: { next_cursor: 'a' } }
        : { data: [{ id: 'last', deal_id: 1 }], ...END },
    )
    const { rows, parts } = await read(reader, parents(2))
    expect(rows).toEqual(['1-0', '2-0', 'last'])
    expect(parts[0]).toMatchObject({ textLength: 20, times: { sentAt: 1 } })
  })

  test('are requested a second time when the response is empty and has no marker', async () => {
    let count = 0
    const { reader } = readerOf((ids) => {
      count += 1
      return count === 1 ? { data: null } : { data: childrenOf(ids, 1), ...END }
    })
    expect((await read(reader, parents(2))).rows).toEqual(['1-0', '2-0'])
  })

  test('may be missing altogether', async () => {
    const { reader, requests } = readerOf(() => ({ data: [] }))
    expect((await read(reader, parents(2))).rows).toEqual([])
    expect(requests).toHaveLength(2)
  })
})

describe('a batch is halved', () => {
  test.each([
    { kind: 'not_found', status: 404 },
    { kind: 'gone', status: 410 },
    { kind: 'forbidden', status: 403 },
  ])(
    'until the parent that is $kind stands alone, and only that one is skipped',
    async ({ kind, status }) => {
      const { reader } = readerOf((ids) => {
        if (ids.includes('3')) throw new RefusedRequest(kind as ApiErrorKind, status)
        return { data: childrenOf(ids, 1), ...END }
      })
      const { rows, missing } = await read(reader, parents(5))
      expect(rows).toEqual(['1-0', '2-0', '4-0', '5-0'])
      expect(missing).toEqual(['3'])
    },
  )

  test.each(['timeout', 'too_large'])('when it fails by %s', async (kind) => {
    const { reader, requests } = readerOf((ids) => {
      if (ids.length > 2) throw new RefusedRequest(kind as ApiErrorKind)
      return { data: childrenOf(ids, 1), ...END }
    })
    expect((await read(reader, parents(8))).rows).toHaveLength(8)
    expect(sizes(requests)).toEqual([8, 4, 2, 2, 4, 2, 2])
  })

  test('when a page is full and has no marker', async () => {
    const { reader, requests } = readerOf((ids) => ({ data: childrenOf(ids, 20).slice(0, 100) }))
    expect((await read(reader, parents(8))).rows).toHaveLength(160)
    expect(sizes(requests)).toEqual([8, 4, 4])
  })
})

describe('a batch fails', () => {
  test('when a single parent fills a page without a marker', async () => {
    const { reader } = readerOf((ids) => ({ data: childrenOf(ids, 500) }))
    await expect(read(reader, ['1'])).rejects.toThrow(PagingError)
  })

  test('by a missing scope: that is never skipped', async () => {
    const { reader, requests } = readerOf(() => {
      throw new RefusedRequest('scope_missing', 403)
    })
    await expect(read(reader, parents(2))).rejects.toThrow('scope_missing')
    expect(requests).toHaveLength(1)
  })

  test('when three parents are missing and nothing was ever answered: the list is missing', async () => {
    const { reader } = readerOf(() => {
      throw new RefusedRequest('not_found', 404)
    })
    await expect(read(reader, parents(100))).rejects.toThrow('not_found')
  })

  test.each([
    { name: 'when other parents are refused as well', listed: ['7', '8', '9'], answers: [], fails: true },
    {
      name: 'when the only parents of the account are refused',
      listed: ['1', '2'],
      answers: [],
      fails: true,
    },
    {
      name: 'but not when another parent is answered',
      listed: ['1', '7', '8'],
      answers: ['8'],
      fails: false,
    },
    { name: 'but not when no parent is listed any more', listed: [], answers: [], fails: false },
  ])('$name, where fewer than three are missing', async ({ listed, answers, fails }) => {
    const request: RequestFn = ({ params }) =>
      answers.some((id) => id === params.deal_ids)
        ? Promise.resolve({ body: { data: [], ...END }, sentAt: 0, roundTripMs: 0, textLength: 1 })
        : Promise.reject(new RefusedRequest('forbidden', 403))
    const reader = new BatchReader(request, list, new ListFacts(), {
      ...options,
      listedParents: () => Promise.resolve(listed),
    })
    const reading = read(reader, parents(2))
    await (fails
      ? expect(reading).rejects.toThrow('forbidden')
      : expect(reading).resolves.toMatchObject({ missing: ['1', '2'] }))
  })

  test('but not for many missing parents once the list has answered', async () => {
    const { reader } = readerOf((ids) => {
      if (ids.some((id) => id !== '1')) throw new RefusedRequest('not_found', 404)
      return { data: childrenOf(ids, 1), ...END }
    })
    expect((await read(reader, parents(6))).missing).toEqual(['2', '3', '4', '5', '6'])
  })

  test('when a single parent times out', async () => {
    const { reader } = readerOf(() => {
      throw new RefusedRequest('timeout')
    })
    await expect(read(reader, parents(2))).rejects.toThrow('timeout')
  })

  test('when rows belong to parents that were not requested', async () => {
    const { reader } = readerOf(() => ({ data: childrenOf(['9'], 1), ...END }))
    await expect(read(reader, parents(2))).rejects.toThrow(PagingError)
  })

  test('when ever new cursors bring nothing new', async () => {
    let count = 0
    const { reader, requests } = readerOf((ids) => {
      count += 1
      return { data: childrenOf(ids, 1), additional_data: { next_cursor: `c${count}` } }
    })
    await expect(read(reader, parents(2))).rejects.toThrow(PagingError)
    expect(requests).toHaveLength(6)
  })
})
