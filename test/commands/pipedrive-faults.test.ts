import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../sandbox/sandbox.js'
import { configOf, file, read, run } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime } from '../support/time.js'

const pipedrive = pipedriveServer()

describe('check', () => {
  test('succeeds with a valid token, for one request and one per feature that an account may lack', async () => {
    const sandbox = pipedrive.open()
    const output = await run(['check', '--config', file(configOf(sandbox))])
    expect(output.messages.at(-1)?.connectionStatus).toEqual({ status: 'SUCCEEDED' })
    const [account, ...features] = sandbox.ledger.entries.map(({ tokens }) => tokens)
    expect(account).toBe(2)
    expect(features.sort((a, b) => a - b)).toEqual([10, 10, 20, 20])
  })

  test('accepts the older config with the token at the top level', async () => {
    const { apiToken } = pipedrive.open()
    const output = await run(['check', '--config', file({ api_token: apiToken })])
    expect(output.messages.at(-1)?.connectionStatus?.status).toBe('SUCCEEDED')
  })

  test('with a wrong token is FAILED and says where to find the right one', async () => {
    pipedrive.open()
    const output = await run([
      'check',
      '--config',
      file({ credentials: { auth_type: 'api_token', api_token: 'wrong-token-0123456789' } }),
    ])
    const status = output.messages.at(-1)?.connectionStatus
    expect(status?.status).toBe('FAILED')
    expect(status?.message).toMatch(/does not accept the API token.*Personal preferences > API/)
    expect(output.text).not.toContain('wrong-token-0123456789')
    expect(output.exitCode).toBe(0)
  })

  test('with a spent daily budget says when Pipedrive resets it', async () => {
    const sandbox = pipedrive.open()
    sandbox.faults.inject({ times: Infinity, fault: { kind: 'daily429', retryAfter: 3939 } })
    const output = await run(['check', '--config', file(configOf(sandbox))])
    expect(output.errors()).toMatchObject([
      {
        failure_type: 'transient_error',
        message: expect.stringMatching(
          /^The company's daily API budget is spent\. Pipedrive resets it in 1 hour 6 minutes \(20.*Z\)\.$/,
        ),
      },
    ])
    expect(output.exitCode).toBe(1)
  })

  const outages: { name: string; fault: Fault; type: string }[] = [
    { name: 'does not answer', fault: { kind: 'stall' }, type: 'transient_error' },
    { name: 'resets connections', fault: { kind: 'reset' }, type: 'transient_error' },
    { name: 'fails', fault: { kind: 'status', status: 503 }, type: 'transient_error' },
    { name: 'reports a spent daily budget', fault: { kind: 'daily429' }, type: 'transient_error' },
    { name: 'is replaced by a block of Cloudflare', fault: { kind: 'html403' }, type: 'transient_error' },
  ]

  test.each(outages)(
    'ends within a minute with one error and exit code 1 if Pipedrive $name',
    async ({ fault, type }) => {
      const sandbox = pipedrive.open()
      sandbox.faults.inject({ times: Infinity, fault })
      const started = Date.now()
      const { output, ended } = await inVirtualTime(async () => {
        const output = await run(['check', '--config', file(configOf(sandbox))])
        return { output, ended: Date.now() }
      })
      expect(ended - started).toBeLessThan(60_000)
      expect(output.messages.filter(({ trace }) => trace)).toHaveLength(1)
      expect(output.errors()).toMatchObject([{ failure_type: type }])
      expect(output.messages.some(({ connectionStatus }) => connectionStatus)).toBe(false)
      expect(output.exitCode).toBe(1)
    },
  )
})

describe('a read', () => {
  const transient: { name: string; fault: Fault }[] = [
    { name: 'a server error', fault: { kind: 'status', status: 502 } },
    { name: 'a reset connection', fault: { kind: 'reset' } },
    { name: 'a response that never comes', fault: { kind: 'stall' } },
    { name: 'an incomplete body', fault: { kind: 'truncated' } },
    { name: 'a body that is null', fault: { kind: 'nullBody' } },
    { name: 'an exceeded rate limit', fault: { kind: 'burst429', resetSeconds: 2 } },
  ]

  test.each(transient)('continues after $name and loses no row', async ({ fault }) => {
    const sandbox = pipedrive.open({ deals: 600 })
    sandbox.faults.inject({ path: '/api/v2/deals', skip: 1, times: 2, fault })
    const output = await inVirtualTime(() => read(sandbox, { streams: ['deals'] }))
    expect(output.exitCode).toBe(0)
    expect(output.recordCounts().deals).toBe(sandbox.rows('deals', { deleted: true }).length)
  })

  test('a null body is never the end of a list, however often it is repeated', async () => {
    const sandbox = pipedrive.open({ deals: 600 })
    sandbox.faults.inject({ path: '/api/v2/deals', skip: 1, times: Infinity, fault: { kind: 'nullBody' } })
    const output = await inVirtualTime(() => read(sandbox, { streams: ['deals', 'users'] }))

    expect(output.statuses('deals').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('users').at(-1)).toBe('COMPLETE')
    expect(output.errors()).toMatchObject([
      { failure_type: 'transient_error', stream_descriptor: { name: 'deals' } },
    ])
    expect(output.exitCode).toBe(1)
  })

  test('waits for the reset that a 429 reports', async () => {
    const sandbox = pipedrive.open()
    sandbox.faults.inject({
      path: '/api/v2/pipelines',
      times: 1,
      fault: { kind: 'burst429', resetSeconds: 7 },
    })
    await inVirtualTime(() => read(sandbox, { streams: ['pipelines'] }))
    const [refused, answered] = sandbox.ledger.entries.filter(({ path }) => path.endsWith('/pipelines'))
    expect((answered?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(7000)
  })

  test('fails only for the stream that the token may not read; transient errors come before config errors', async () => {
    const sandbox = pipedrive.open()
    sandbox.faults.inject({
      path: '/v1/notes',
      times: Infinity,
      fault: {
        kind: 'status',
        status: 403,
        body: { success: false, error: 'You do not have permissions to do this.' },
      },
    })
    sandbox.faults.inject({ path: '/v1/files', times: Infinity, fault: { kind: 'status', status: 500 } })
    const output = await inVirtualTime(() => read(sandbox, { streams: ['notes', 'deals', 'files'] }))

    expect(output.statuses('notes').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('files').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('deals').at(-1)).toBe('COMPLETE')
    expect(
      output.errors().map(({ stream_descriptor, failure_type }) => [stream_descriptor?.name, failure_type]),
    ).toEqual([
      ['files', 'transient_error'],
      ['notes', 'config_error'],
    ])
    expect(output.errors()[1]?.message).toContain('You do not have permissions to do this.')
    expect(output.exitCode).toBe(1)
  })

  test('completes the parents of children that the token may not read', async () => {
    const sandbox = pipedrive.open({ deals: 50 })
    sandbox.faults.inject({
      path: '/api/v2/deals/products',
      times: Infinity,
      fault: { kind: 'status', status: 403, body: { success: false, error: 'Scope and URL mismatch' } },
    })
    const output = await read(sandbox, { streams: ['deals', 'deal_products'] })
    expect(output.statuses('deals').at(-1)).toBe('COMPLETE')
    expect(output.statuses('deal_products').at(-1)).toBe('INCOMPLETE')
    expect(output.errors()[0]?.message).toContain('The connection lacks a scope')
  })

  test('stops when the daily budget is spent, and the next one continues there', async () => {
    const sandbox = pipedrive.open({ deals: 600 })
    sandbox.faults.inject({ skip: 4, times: Infinity, fault: { kind: 'daily429' } })
    const first = await read(sandbox, { streams: ['deals', 'notes', 'users'] })
    expect(first.errors()).toMatchObject([
      { failure_type: 'transient_error', message: expect.stringContaining('daily API budget') },
    ])
    // Only the requests that the concurrent lists had sent by then were refused.
    expect(sandbox.ledger.entries.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(3)
    expect(first.statuses('deals').at(-1)).toBe('INCOMPLETE')

    sandbox.faults.clear()
    const second = await read(sandbox, { streams: ['deals', 'notes', 'users'], state: first.stateFile() })
    expect(second.exitCode).toBe(0)
    const ids = [...first.records('deals'), ...second.records('deals')].map(({ id }) => Number(id))
    const truth = sandbox.rows('deals', { deleted: true }).map(({ id }) => Number(id))
    expect([...ids].sort((a, b) => a - b)).toEqual([...truth].sort((a, b) => a - b))
  })

  test('repeats a request without the optional fields that an account refuses, and the next sync leaves them out', async () => {
    const sandbox = pipedrive.open({ deals: 50, switches: { marketingFields: 'rejected' } })
    const output = await read(sandbox, { streams: ['persons'] })
    expect(output.exitCode).toBe(0)
    expect(output.recordCounts().persons).toBe(sandbox.rows('persons').length)
    const refusals = () => sandbox.ledger.entries.filter(({ status }) => status === 400).length
    // Two units of the list may be under way when the first response shows it.
    expect(refusals()).toBeGreaterThan(0)
    expect(refusals()).toBeLessThanOrEqual(2)
    sandbox.ledger.clear()
    await read(sandbox, { streams: ['persons'], state: output.stateFile() })
    expect(refusals()).toBe(0)
  })

  test('skips only the parent that was deleted if it fails a whole batch', async () => {
    const sandbox = pipedrive.open({ deals: 50, switches: { vanishedIdFailsBatch: true } })
    const victim = sandbox
      .rows('deal_products')
      .find(({ deal_id }) => sandbox.rows('deals').some(({ id }) => id === deal_id))?.deal_id
    let gone = false
    sandbox.onRequest(({ path, params }) => {
      if (gone || !path.endsWith('/deals/products')) return
      if (!params.deal_ids?.split(',').includes(String(victim))) return
      gone = true
      sandbox.remove('deals', victim as number, { hard: true })
    })
    const output = await read(sandbox, { streams: ['deal_products'] })
    const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
    const truth = sandbox.rows('deal_products').filter(({ deal_id }) => alive.has(deal_id))
    expect(output.exitCode).toBe(0)
    expect(sandbox.ledger.entries.some(({ status }) => status === 404)).toBe(true)
    expect(output.recordCounts().deal_products).toBe(truth.length)
  })

  test('never exceeds the rate limit of the plan', async () => {
    const sandbox = pipedrive.open({ deals: 300, plan: 'lite', switches: { pageCap: 20 } })
    const output = await inVirtualTime(() =>
      read(sandbox, {
        streams: ['deals', 'persons', 'activities', 'files', 'deal_products'],
        config: { plan: 'auto' },
      }),
    )
    expect(output.exitCode).toBe(0)
    expect(sandbox.ledger.entries.length).toBeGreaterThan(30)
    expect(sandbox.ledger.busiestWindow()).toBeLessThanOrEqual(20)
    expect(sandbox.ledger.entries.every(({ status }) => status === 200)).toBe(true)
  })
})
