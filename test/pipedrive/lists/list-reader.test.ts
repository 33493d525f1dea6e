import { describe, expect, test } from '@jest/globals'
import { ApiError, type ApiErrorKind } from '../../../src/pipedrive/http/api-error.js'
import type { ApiRequest } from '../../../src/pipedrive/http/request.js'
import type { ResponseBody } from '../../../src/pipedrive/http/response.js'
import { ListReader } from '../../../src/pipedrive/lists/list-reader.js'
import { PagingError, type RawRow } from '../../../src/pipedrive/lists/page.js'
import type { Position } from '../../../src/pipedrive/lists/paging.js'
import type { List, Query } from '../../../src/pipedrive/lists/query.js'

const list: List = {
  api: 'v2',
  path: '/persons',
  paging: 'cursor',
  pageSize: 2,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 10,
}
const offsetList: List = { ...list, api: 'v1', paging: 'offset' }
const traits = {
  identity: ({ id }: RawRow) => String(id),
  time: ({ time }: RawRow) => (typeof time === 'number' ? time : null),
}
type Answers = (params: Readonly<Record<string, string>>, request: number) => ResponseBody

/** A reader of a list that answers as told, and the requests it made. */
function readerOf(what: List, answers: Answers) {
  const requests: ApiRequest[] = []
  const send = (request: ApiRequest) => {
    requests.push(request)
    if (requests.length > 50) throw new Error('This goes on for ever.')
    return Promise.resolve().then(() => ({
      body: answers(request.params ?? {}, requests.length),
      sentAt: 0,
      roundTripMs: 0,
      textLength: 0,
    }))
  }
  return { reader: new ListReader(send, what, traits, 'persons'), requests }
}

async function read(reader: ListReader, query: Query = {}, from?: Position): Promise<unknown[]> {
  const ids: unknown[] = []
  for await (const { rows } of reader.pages(query, from)) ids.push(...rows.map(({ id }) => id))
  return ids
}

const page = (ids: number[], additional_data: unknown = null): ResponseBody => ({
  data: ids.map((id) => ({ id })),
  additional_data,
})
const refusal = (kind: ApiErrorKind) => new ApiError({ kind }, 'GET /persons')

describe('a list is read', () => {
  test('by cursor to its end', async () => {
    const { reader, requests } = readerOf(list, (_, request) =>
      request < 3 ? page([request], { next_cursor: `c${request}` }) : page([3]),
    )
    expect(await read(reader)).toEqual([1, 2, 3])
    expect(requests.map(({ params }) => params?.cursor)).toEqual([undefined, 'c1', 'c2'])
    expect(requests[0]).toMatchObject({ api: 'v2', path: '/persons', cost: 10, label: 'persons' })
  })

  test('by offset, each row once', async () => {
    const all = [1, 2, 3, 4, 5]
    const { reader } = readerOf(offsetList, ({ start = '0' }) =>
      page(all.slice(Number(start), Number(start) + 2)),
    )
    expect(await read(reader)).toEqual(all)
  })

  test('in one answer where there are no pages', async () => {
    const { reader, requests } = readerOf({ ...list, paging: 'none' }, () => page([1, 2, 3]))
    expect(await read(reader)).toEqual([1, 2, 3])
    expect(requests).toHaveLength(1)
  })

  test('with an error where an answer without pages says that there is more', async () => {
    const { reader } = readerOf({ ...list, paging: 'none' }, () => page([1, 2, 3], { next_cursor: 'x' }))
    await expect(read(reader)).rejects.toThrow('now has pages')
  })

  test('by offset from an anchor, which is not read again', async () => {
    const all = [1, 2, 3, 4]
    const { reader } = readerOf(offsetList, ({ start = '0' }) =>
      page(all.slice(Number(start), Number(start) + 2)),
    )
    expect(await read(reader, {}, { start: 1, anchor: '2' })).toEqual([3, 4])
  })

  test('by seeking when it is sorted by time, through a second that fills pages', async () => {
    const times = [1, 2, 2, 2, 2, 3, 4].map((second, index) => ({ id: index, time: second * 1000 }))
    const { reader, requests } = readerOf(offsetList, ({ updated_since = '', start = '0' }) => {
      const due = times.filter(({ time }) => time >= Date.parse(updated_since))
      return { data: due.slice(Number(start), Number(start) + 2) }
    })
    expect(await read(reader, { since: 0, order: 'oldest-first' })).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(requests.map(({ params }) => params?.updated_since).at(-1)).not.toBe('1970-01-01T00:00:00Z')
  })
})

describe('a list is not read on', () => {
  test('when its cursors go round in a circle', async () => {
    const { reader, requests } = readerOf(list, (_, request) =>
      page([request], { next_cursor: `c${request % 3}` }),
    )
    await expect(read(reader)).rejects.toThrow(PagingError)
    expect(requests.length).toBeLessThan(6)
  })

  test('when an answer has no rows where rows should be', async () => {
    const { reader } = readerOf(list, () => ({ data: { id: 1 } }))
    await expect(read(reader)).rejects.toThrow(PagingError)
  })
})

describe('fields that some accounts refuse', () => {
  const picky = { ...list, include: ['a'], optionalInclude: ['b'] }

  test('are asked for once, then left out, for good', async () => {
    const { reader, requests } = readerOf(picky, ({ include_fields }, request) => {
      if (include_fields?.includes('b')) throw refusal('bad_request')
      return request < 3 ? page([request], { next_cursor: 'x' }) : page([request])
    })
    expect(await read(reader)).toEqual([2, 3])
    expect(requests.map(({ params }) => params?.include_fields)).toEqual(['a,b', 'a', 'a'])
  })

  test('are not blamed for another failure', async () => {
    const { reader, requests } = readerOf(picky, () => {
      throw refusal('forbidden')
    })
    await expect(read(reader)).rejects.toThrow('forbidden')
    expect(requests).toHaveLength(1)
  })

  test('are not blamed where there are none', async () => {
    const { reader, requests } = readerOf({ ...picky, optionalInclude: [] }, () => {
      throw refusal('bad_request')
    })
    await expect(read(reader)).rejects.toThrow('bad_request')
    expect(requests).toHaveLength(1)
  })
})
