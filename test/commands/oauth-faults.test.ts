import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import { apiRequests, oauthConfig, storedConfigs, storedToken, tokenRequests } from '../support/oauth.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'
import { listStreams } from '../support/streams.js'

/* These tests fail with these mutations. In src/pipedrive: any api_domain accepted, redirects followed. */
const pipedrive = pipedriveServer()
const TOKEN = '/oauth/token'
const ELSEWHERE = 'https://elsewhere.example'
const HOUR = 3_600_000

const origins = () => [...new Set(pipedrive.sent.map(({ url }) => new URL(url).origin))]

describe('a token endpoint', () => {
  const transient: { name: string; fault: Fault }[] = [
    { name: 'fails', fault: { kind: 'status', status: 503 } },
    { name: 'resets connections', fault: { kind: 'reset' } },
    { name: 'never answers', fault: { kind: 'stall' } },
    { name: 'sends incomplete responses', fault: { kind: 'truncated' } },
    { name: 'answers null', fault: { kind: 'nullBody' } },
    { name: 'answers 429', fault: { kind: 'burst429', resetSeconds: 2 } },
  ]

  test.each(transient)('that $name twice is requested again', async ({ fault }) => {
    const sandbox = pipedrive.open({ deals: 3 })
    sandbox.faults.inject({ path: TOKEN, times: 2, fault })
    const config = oauthConfig(sandbox)
    const output = await inVirtualTime(() => read(sandbox, { streams: ['users'], config }))
    expect(output.exitCode).toBe(0)
    expect(tokenRequests(sandbox)).toHaveLength(3)
    expect(storedConfigs(output)).toHaveLength(1)
  })

  const lasting: { name: string; fault: Fault; says: string; requests: number }[] = [
    { name: 'keeps failing', fault: { kind: 'status', status: 503 }, says: 'servers failed', requests: 6 },
    { name: 'is out of reach', fault: { kind: 'reset' }, says: 'could not be reached', requests: 6 },
    // Three minutes without any response end the run.
    { name: 'never answers', fault: { kind: 'stall' }, says: 'did not answer in time', requests: 3 },
    {
      name: 'keeps answering null',
      fault: { kind: 'nullBody' },
      says: 'responses without usable data',
      requests: 6,
    },
    {
      name: 'keeps answering 429',
      fault: { kind: 'burst429' },
      says: 'because of its rate limit',
      requests: 6,
    },
    // Further requests would extend the block.
    {
      name: 'is blocked by Cloudflare',
      fault: { kind: 'html403' },
      says: 'Cloudflare temporarily blocks',
      requests: 1,
    },
  ]

  test.each(lasting)(
    'that $name during a sync ends it with the reason, as a transient error',
    async (row) => {
      const sandbox = pipedrive.open({ deals: 3 })
      sandbox.faults.inject({ path: TOKEN, skip: 1, times: Infinity, fault: row.fault })
      sandbox.onRequest(({ index }) => {
        if (index === 2) sandbox.oauth.expire()
      })
      const config = oauthConfig(sandbox)
      const output = await inVirtualTime(() => read(sandbox, { streams: ['users'], config }))
      expect(output.errors()).toMatchObject([
        { failure_type: 'transient_error', message: expect.stringContaining(row.says) },
      ])
      expect(output.statuses('users').at(-1)).toBe('INCOMPLETE')
      expect(output.exitCode).toBe(1)
      expect(tokenRequests(sandbox)).toHaveLength(1 + row.requests)
    },
  )
})

describe('no token leaves Pipedrive', () => {
  test.each([
    ELSEWHERE,
    'https://pipedrive.com.elsewhere.example',
    'https://sandbox-company.pipedrive.com@elsewhere.example',
    'http://sandbox-company.pipedrive.com',
    'sandbox-company.pipedrive.com',
    'nonsense',
  ])('when the token endpoint names the host %s', async (api_domain) => {
    const sandbox = pipedrive.open({ deals: 3 })
    const rewrite = (body: object) => ({ ...body, api_domain })
    sandbox.faults.inject({ path: TOKEN, times: Infinity, fault: { kind: 'rewrite', rewrite } })
    const output = await read(sandbox, { streams: ['users'], config: oauthConfig(sandbox) })
    expect(output.errors()).toMatchObject([
      { failure_type: 'system_error', message: expect.stringContaining('not Pipedrive’s') },
    ])
    expect(storedConfigs(output)).toEqual([])
    expect(origins()).toEqual(['https://oauth.pipedrive.com'])
  })

  test('when a refresh during a sync names another host', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    const rewrite = (body: object) => ({ ...body, api_domain: ELSEWHERE })
    sandbox.faults.inject({ path: TOKEN, skip: 1, fault: { kind: 'rewrite', rewrite } })
    sandbox.onRequest(({ index }) => {
      if (index === 2) sandbox.oauth.expire()
    })
    const output = await read(sandbox, { streams: ['users'], config: oauthConfig(sandbox) })
    expect(output.exitCode).toBe(1)
    expect(origins()).toEqual(['https://oauth.pipedrive.com', sandbox.companyUrl])
  })

  test.each([ELSEWHERE, 'https://sandbox-company.pipedrive.com/elsewhere'])(
    'when the API or the token endpoint redirects to %s',
    async (location) => {
      const sandbox = pipedrive.open({ deals: 3 })
      const fault: Fault = { kind: 'status', status: 302, headers: { location } }
      sandbox.faults.inject({ path: '/v1/users', times: Infinity, fault })
      const first = await read(sandbox, { streams: ['users'], config: oauthConfig(sandbox) })
      sandbox.faults.inject({ path: TOKEN, times: Infinity, fault })
      const second = await read(sandbox, { streams: ['users'], config: oauthConfig(sandbox) })
      for (const output of [first, second]) {
        expect(output.errors()).toMatchObject([
          {
            failure_type: 'system_error',
            message: expect.stringContaining('redirected a request (HTTP 302)'),
          },
        ])
        expect(output.exitCode).toBe(1)
      }
      expect(pipedrive.sent.filter(({ url }) => url.startsWith(location))).toEqual([])
      expect(tokenRequests(sandbox)).toHaveLength(2)
      expect(apiRequests(sandbox)).toHaveLength(2)
    },
  )

  test('when everything is read', async () => {
    const sandbox = pipedrive.open({ deals: 20 })
    const output = await read(sandbox, {
      streams: listStreams,
      config: oauthConfig(sandbox, storedToken(sandbox, HOUR)),
    })
    expect(output.exitCode).toBe(0)
    expect(origins()).toEqual([sandbox.companyUrl])
    const paths = pipedrive.sent.map(({ url }) => new URL(url).pathname)
    expect(paths.filter((path) => !/^\/api\/v[12]\//.test(path))).toEqual([])
  })
})
