import { describe, expect, test } from '@jest/globals'
import { fieldsAsV1 } from '../../../src/manifest/field-shapes.js'
import { ApiError } from '../../../src/pipedrive/http/api-error.js'
import type { ApiRequest, ApiResponse } from '../../../src/pipedrive/http/request.js'
import { ListFacts } from '../../../src/pipedrive/lists/list-facts.js'
import type { List } from '../../../src/pipedrive/lists/list.js'
import { PageReader } from '../../../src/pipedrive/lists/reader.js'

const list: List = {
  name: 'deal_fields',
  api: 'v1',
  path: '/dealFields',
  paging: 'offset',
  pageSize: 2,
  params: {},
  include: [],
  optionalInclude: [],
  cost: 20,
  primaryKey: ['key'],
  timeFields: [],
  successor: { api: 'v2', paging: 'cursor', primaryKey: ['field_code'], cost: 10, asBefore: fieldsAsV1 },
}

const response = (body: ApiResponse['body']): ApiResponse => ({
  body,
  sentAt: 0,
  roundTripMs: 1,
  serverTime: 0,
  textLength: 1,
})

const lastPage = (...data: object[]) =>
  response({ data, additional_data: { pagination: { more_items_in_collection: false } } })

const failure = (kind: 'gone' | 'server') => new ApiError({ kind, status: 410 }, 'GET /v1/dealFields')

/** The keys of all rows, and the requests that they took. */
async function read(of: List, v1: (request: ApiRequest) => ApiResponse) {
  const requests: string[] = []
  const request = (asked: ApiRequest) => {
    requests.push(`${asked.api} ${asked.cost}`)
    if (asked.api === 'v1') return Promise.resolve().then(() => v1(asked))
    const data = [{ field_code: asked.params.cursor ?? 'a', subfields: [{ field_code: 'a_part' }] }]
    const next_cursor = asked.params.cursor === undefined ? 'b' : null
    return Promise.resolve(response({ data, additional_data: { next_cursor } }))
  }
  const keys: string[] = []
  for await (const { rows } of new PageReader(request, of, new ListFacts()).pages({ mayBeEmpty: false }))
    keys.push(...rows.map(({ key }) => key))
  return { keys, requests }
}

describe('a list that has a successor', () => {
  test('is read itself as long as it is there', async () => {
    const { keys, requests } = await read(list, () => lastPage({ key: 'x' }))
    expect([keys, requests]).toEqual([['x'], ['v1 20']])
  })

  test('is read from the successor once it is gone, in its own shape', async () => {
    const { keys, requests } = await read(list, () => {
      throw failure('gone')
    })
    expect(keys).toEqual(['a', 'a_part', 'b', 'a_part'])
    expect(requests).toEqual(['v1 20', 'v2 10', 'v2 10'])
  })

  test('is not left for a failure that may pass', async () => {
    const failing = read(list, () => {
      throw failure('server')
    })
    await expect(failing).rejects.toThrow('server')
  })

  test('is not left in the middle: half of each would be neither', async () => {
    const pages = [response({ data: [{ key: 'x' }, { key: 'y' }] })]
    const reading = read(list, () => {
      const page = pages.shift()
      if (page) return page
      throw failure('gone')
    })
    await expect(reading).rejects.toThrow('gone')
  })
})

test('a list without a successor fails with what its request fails with', async () => {
  const { successor, ...alone } = list
  expect(successor).toBeDefined()
  await expect(
    read(alone, () => {
      throw failure('gone')
    }),
  ).rejects.toThrow('gone')
})
