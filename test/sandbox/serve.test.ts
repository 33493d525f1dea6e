import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import axios from 'axios'
import { createSandbox } from '../../sandbox/sandbox.js'
import { serve, type Served } from '../../sandbox/serve.js'

const sandbox = createSandbox()
let served: Served
beforeAll(async () => {
  served = await serve(sandbox)
})
afterAll(() => served.close())

const request = (path: string, more: Record<string, unknown> = {}) =>
  axios.request<Record<string, unknown>>({
    url: served.url + path,
    headers: { 'x-api-token': sandbox.apiToken },
    validateStatus: () => true,
    proxy: false,
    ...more,
  })

describe('The sandbox over HTTP', () => {
  test.each([
    ['/v1/leads', 200],
    ['/api/v1/notes', 200],
    ['/api/v2/deals?limit=3', 200],
    ['/api/v2/projects', 402],
    ['/somewhere', 404],
    ['/', 404],
    ['/_sandbox/nothing', 404],
  ])('%s over HTTP gets %i', async (path, status) => {
    expect((await request(path)).status).toBe(status)
  })

  test('The Date header over HTTP is that of the sandbox, or absent', async () => {
    sandbox.switches.dateHeader = 'absent'
    expect((await request('/v1/leads')).headers.date).toBeUndefined()
    sandbox.switches.dateHeader = 'present'
    expect((await request('/v1/leads')).headers.date).toMatch(/GMT$/)
  })

  test('Tokens granted over HTTP name the server as api_domain', async () => {
    const { clientId, clientSecret, refreshToken } = sandbox.oauth
    const { data } = await request('/oauth/token', {
      method: 'post',
      headers: {},
      auth: { username: clientId, password: clientSecret },
      data: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    })
    expect(data.api_domain).toBe(served.url)
    const headers = { authorization: `Bearer ${String(data.access_token)}` }
    expect((await request('/api/v1/leads', { headers })).status).toBe(200)
  })

  test('Over HTTP a reset closes the connection, and a stall holds it', async () => {
    sandbox.faults.inject({ fault: { kind: 'reset' } })
    await expect(request('/v1/leads')).rejects.toMatchObject({ code: 'ECONNRESET' })
    sandbox.faults.inject({ fault: { kind: 'stall' } })
    await expect(request('/v1/leads', { timeout: 100 })).rejects.toMatchObject({ code: 'ECONNABORTED' })
    expect((await request('/v1/leads')).status).toBe(200)
  })

  test('Admin routes serve ledger, rows and changes to scripts', async () => {
    await request('/_sandbox/ledger', { method: 'delete' })
    await request('/v1/leads')
    await request('/v1/nowhere')
    expect((await request('/_sandbox/ledger')).data).toMatchObject({
      streams: { leads: { requests: 1, tokens: 20 } },
      statuses: { 200: 1, 404: 1 },
    })
    expect((await request('/_sandbox/rows')).data.deals).toBe(sandbox.rows('deals').length)

    const deleted = sandbox.rows('deals', { deleted: true })
    expect(deleted.length).toBeGreaterThan(sandbox.rows('deals').length)
    expect((await request('/_sandbox/rows?deleted')).data.deals).toBe(deleted.length)
    expect((await request('/_sandbox/rows/deals?deleted')).data).toEqual(deleted)
    expect((await request('/_sandbox/rows/toString')).status).toBe(404)

    const edits = [{ stream: 'deals', id: 1, changes: { title: 'Renamed' } }]
    const creates = [{ stream: 'persons', data: { name: 'Newcomer' } }]
    const { data } = await request('/_sandbox/changes', {
      method: 'post',
      data: { edits, creates, random: 6 },
    })
    const changed = data.changed as { stream: string; row: Record<string, unknown> }[]
    expect(changed.map(({ stream }) => stream)).toEqual(
      'deals persons deals persons organizations activities notes leads'.split(' '),
    )
    expect(changed[0]?.row.title).toBe('Renamed')
    const wrong = { edits: [{ stream: 'deals', id: -1, changes: {} }] }
    expect((await request('/_sandbox/changes', { method: 'post', data: wrong })).status).toBe(400)

    const before = sandbox.rows('leads_archived').length
    const archives = [{ stream: 'leads', id: sandbox.rows('leads')[0]?.id }]
    await request('/_sandbox/changes', { method: 'post', data: { archives } })
    expect(sandbox.rows('leads_archived')).toHaveLength(before + 1)
  })

  test('A sandbox accepts the API token of its options', async () => {
    const other = await serve(createSandbox({ apiToken: 'agreed' }))
    const responses = ['agreed', sandbox.apiToken].map((token) =>
      request('/v1/leads', { url: `${other.url}/v1/leads`, headers: { 'x-api-token': token } }),
    )
    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([200, 401])
    await other.close()
  })
})
