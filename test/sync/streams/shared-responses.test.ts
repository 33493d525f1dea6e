import { describe, expect, test } from '@jest/globals'
import { findStream } from '../../../src/manifest/manifest.js'
import type { StreamSpec } from '../../../src/manifest/stream.js'
import type { ApiRequest, ApiResponse } from '../../../src/pipedrive/http/request.js'
import { SharedResponses } from '../../../src/sync/streams/shared-responses.js'

const stream = (name: string): StreamSpec => {
  const found = findStream(name)
  if (!found) throw new Error(`There is no stream ${name}.`)
  return found
}
const log = stream('deal_changelog')
const history = stream('deal_stage_history')
const page = (deal: number, cursor = ''): ApiRequest => ({
  ...{ api: 'v1', path: `/deals/${deal}/changelog`, cost: 20, label: 'any' },
  params: { limit: '500', ...(cursor && { cursor }) },
})

/** What two streams send: the requests of both, and the functions that they send them by. */
function shared(room?: number, streams = [log, history]) {
  const sent: string[] = []
  const send = ({ path, params }: ApiRequest): Promise<ApiResponse> => {
    sent.push(path.replace(/\D/g, '') + (params.cursor ?? ''))
    if (path.includes('/404/')) return Promise.reject(new Error('gone'))
    return Promise.resolve({ body: { data: null }, sentAt: 0, roundTripMs: 1, textLength: 100 })
  }
  const responses = new SharedResponses(streams, room)
  return {
    sent,
    requests: streams.map((each) => responses.requestOf(each, send)) as [typeof send, typeof send],
  }
}

describe('responses that two streams share', () => {
  test('are requested once, by whichever stream comes first, page by page', async () => {
    const { sent, requests } = shared()
    const [one, two] = requests
    const first = await one(page(1))
    expect(await two(page(1))).toBe(first)
    await Promise.all([two(page(2)), one(page(2)), one(page(1, 'next')), two(page(1, 'next'))])
    expect(sent).toEqual(['1', '2', '1next'])
  })

  test('are requested anew by a stream that requests a page again', async () => {
    const { sent, requests } = shared()
    const [one, two] = requests
    const first = await one(page(1))
    const again = await one(page(1))
    expect(again).not.toBe(first)
    expect(await two(page(1))).toBe(again)
    await two(page(1))
    expect(sent).toEqual(['1', '1', '1'])
  })

  test('are not kept when they have failed', async () => {
    const { sent, requests } = shared()
    const [one, two] = requests
    await expect(one(page(404))).rejects.toThrow('gone')
    await expect(two(page(404))).rejects.toThrow('gone')
    expect(sent).toEqual(['404', '404'])
  })

  test('are dropped, the oldest first, when there is no room', async () => {
    const { sent, requests } = shared(250)
    const [one, two] = requests
    for (const deal of [1, 2, 3]) await one(page(deal))
    for (const deal of [3, 2, 1]) await two(page(deal))
    expect(sent).toEqual(['1', '2', '3', '1'])
  })

  test('are those of streams of one path alone: others send their requests themselves', async () => {
    const { sent, requests } = shared(undefined, [log, stream('deal_flow')])
    const [one, two] = requests
    await one(page(1))
    await two(page(1))
    expect(sent).toEqual(['1', '1'])
  })
})
