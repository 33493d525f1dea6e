import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read, type ReadOptions } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { schemaProblems } from '../support/schemas.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

/*
 * Seen to fail with: deals.ts, no `feature`, one status fewer, or deals alone as parents; failure.ts, missing scopes or
 * every status taken for a feature; stamp.ts, no stamp; child-stream.ts, children never known, or a batch that is
 * refused taken for an empty one.
 */
const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 24 * HOUR
const stream = 'deal_installments'
const installments: ReadOptions = { streams: [stream] }

/** Deals from 1 on; the third is archived, and each has two installments. */
function paidInParts(count = 3): Sandbox {
  const update_time = '2026-05-15T10:00:00Z'
  const deals = Array.from({ length: count }, (_, at) => at + 1).map((id) => ({
    stream: 'deals',
    data: { id, title: `Deal ${id}`, status: 'open', update_time, is_archived: id === 3, archive_time: null },
  }))
  const parts = deals.flatMap(({ data }) =>
    [1, 2].map((part) => ({
      stream,
      data: {
        id: 10 * data.id + part,
        amount: 99.5,
        billing_date: `2026-0${part}-01`,
        description: `Part ${part}`,
        deal_id: data.id,
      },
    })),
  )
  return pipedrive.open({ records: [...deals, ...parts], switches: { installments: 'included' } })
}

const byId = (a: Record<string, unknown>, b: Record<string, unknown>) => Number(a.id) - Number(b.id)
const now = () => new Date().toISOString().replace(/\.\d+Z/, 'Z')
/** What the sandbox has, as it is to arrive. */
const truth = (sandbox: Sandbox): Record<string, unknown>[] =>
  [...sandbox.rows(stream)].sort(byId).map((row) => ({ ...row, _changed_at: now() }))
const requests = (sandbox: Sandbox) => sandbox.ledger.byStream()[stream]?.requests ?? 0

beforeEach(() => {
  stopClock()
  // Stamps are to the second.
  travel(1000 - (Date.now() % 1000))
})

describe('installments', () => {
  test.each(['incremental', 'full_refresh'] as const)(
    'of all deals come, archived ones too, stamped with when they were first seen: %s',
    async (mode) => {
      const sandbox = paidInParts()
      const output = await read(sandbox, { ...installments, mode })
      expect(output.exitCode).toBe(0)
      expect(output.records(stream).sort(byId)).toEqual(truth(sandbox))
      expect(output.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE'])
      expect(schemaProblems(output)).toEqual([])
      expect(requests(sandbox)).toBe(1)
    },
  )

  test('of many deals come page by page, a hundred deals a request', async () => {
    const sandbox = pipedrive.open({ deals: 260, switches: { installments: 'included', pageCap: 15 } })
    const output = await read(sandbox, installments)
    const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
    const owed = truth(sandbox).filter(({ deal_id }) => alive.has(deal_id as number))
    expect(owed.length).toBeGreaterThan(100)
    expect(output.records(stream).sort(byId)).toEqual(owed)
    expect(schemaProblems(output)).toEqual([])
    const asked = sandbox.ledger.entries.filter(({ path }) => path.endsWith('/deals/installments'))
    expect(asked.every(({ params }) => (params.deal_ids ?? '').split(',').length <= 100)).toBe(true)
    expect(asked.some(({ params }) => params.cursor !== undefined)).toBe(true)
  })

  test('are neither sent nor asked for when no deal changed', async () => {
    const sandbox = paidInParts()
    const first = await read(sandbox, installments)
    travel(HOUR)
    sandbox.ledger.clear()
    const second = await read(sandbox, { ...installments, state: first.stateFile() })
    expect(second.recordCounts()).toEqual({})
    expect(second.statuses(stream).at(-1)).toBe('COMPLETE')
    expect(requests(sandbox)).toBe(0)
  })

  test('that changed come once, with a later stamp, when their deal moves', async () => {
    const sandbox = paidInParts()
    const first = await read(sandbox, installments)
    travel(HOUR)
    sandbox.edit(stream, 21, { amount: 1 })
    const added = sandbox.create(stream, { deal_id: 2, amount: 2.5 })
    const second = await read(sandbox, { ...installments, state: first.stateFile() })
    expect(second.records(stream).sort(byId)).toEqual(truth(sandbox).filter(({ deal_id }) => deal_id === 2))
    expect(second.records(stream).map(({ id }) => id)).toContain(added.id)

    travel(1000)
    const third = await read(sandbox, { ...installments, state: second.stateFile() })
    expect(third.recordCounts()).toEqual({})
    sandbox.edit(stream, 22, { amount: 3 })
    const fourth = await read(sandbox, { ...installments, state: third.stateFile() })
    expect(fourth.records(stream)).toMatchObject([{ id: 22, amount: 3, _changed_at: now() }])
  })

  test('whose changes do not move their deal come with the deal’s next change', async () => {
    const sandbox = paidInParts()
    sandbox.switches.lineItemMovesDeal = false
    const first = await read(sandbox, installments)
    travel(HOUR)
    sandbox.edit(stream, 11, { description: 'Quietly changed' })
    const second = await read(sandbox, { ...installments, state: first.stateFile() })
    expect(second.recordCounts()).toEqual({})
    sandbox.edit('deals', 1, { title: 'Moved' })
    const third = await read(sandbox, { ...installments, state: second.stateFile() })
    expect(third.records(stream)).toContainEqual(
      expect.objectContaining({ id: 11, description: 'Quietly changed' }),
    )
  })

  test('of a deal that vanished meanwhile do not keep the others back', async () => {
    const sandbox = paidInParts()
    sandbox.switches.vanishedIdFailsBatch = true
    sandbox.onRequest(({ params }) => {
      const meets = params.deal_ids?.split(',').includes('1') === true
      if (meets && sandbox.rows('deals').length === 2) sandbox.remove('deals', 1, { hard: true })
    })
    const output = await read(sandbox, installments)
    expect(output.exitCode).toBe(0)
    expect(sandbox.ledger.entries.some(({ status }) => status === 404)).toBe(true)
    expect(output.records(stream).map(({ deal_id }) => deal_id)).toEqual([3, 3, 2, 2])
  })
})

describe('a feature that the account lacks', () => {
  const warning = [expect.stringMatching(/deal_installments .* does not have installments \(Growth plan/)]
  const refuse = (sandbox: Sandbox, status: number, error = 'No.') => {
    const body = { success: false, error, data: null }
    const fault = { kind: 'status', status, body } as const
    sandbox.faults.inject({ path: '/deals/installments', times: Infinity, fault })
  }

  test.each([402, 403, 415])(
    'by a %i makes the stream empty for a day, with a warning, and is then read from the start if it is there',
    async (status) => {
      const sandbox = paidInParts()
      refuse(sandbox, status)
      const first = await read(sandbox, installments)
      expect(first.exitCode).toBe(0)
      expect(first.errors()).toEqual([])
      expect(first.recordCounts()).toEqual({})
      expect(first.logs('WARN')).toEqual(warning)
      expect(first.statuses(stream)).toEqual(['STARTED', 'RUNNING', 'COMPLETE'])

      travel(HOUR)
      const second = await read(sandbox, { ...installments, state: first.stateFile() })
      expect(second.exitCode).toBe(0)
      expect(second.logs('WARN')).toEqual(warning)
      expect(second.states(stream).at(-1)).toEqual(first.states(stream).at(-1))

      sandbox.faults.clear()
      travel(DAY)
      const third = await read(sandbox, { ...installments, state: second.stateFile() })
      expect(third.logs('WARN')).toEqual([])
      expect(third.records(stream).sort(byId)).toEqual(truth(sandbox))
    },
  )

  test('is no error of a full refresh either', async () => {
    const sandbox = pipedrive.open()
    const output = await read(sandbox, { ...installments, mode: 'full_refresh' })
    expect(output.exitCode).toBe(0)
    expect(output.logs('WARN')).toEqual(warning)
    expect(output.states(stream)).toEqual([{ __ab_full_refresh_sync_complete: true }])
  })

  test('any more, loses nothing of what changes until it is there again', async () => {
    const sandbox = paidInParts()
    const first = await read(sandbox, installments)
    sandbox.switches.installments = 'lacking'
    travel(HOUR)
    sandbox.edit(stream, 11, { amount: 7 })
    const second = await read(sandbox, { ...installments, state: first.stateFile() })
    expect([second.exitCode, second.logs('WARN')]).toEqual([0, warning])
    sandbox.switches.installments = 'included'
    travel(DAY)
    const third = await read(sandbox, { ...installments, state: second.stateFile() })
    expect(third.records(stream)).toContainEqual(expect.objectContaining({ id: 11, amount: 7 }))
  })

  test('leaves the deals beside it as they are without it', async () => {
    const streams = ['deals', 'deals_archived']
    const sandbox = pipedrive.open({ deals: 50 })
    const first = await read(sandbox, { streams: [...streams, stream] })
    const expected = await read(sandbox, { streams })
    for (const name of streams) {
      expect(first.records(name)).toEqual(expected.records(name))
      expect(first.states(name).at(-1)).toEqual(expected.states(name).at(-1))
      expect(first.statuses(name)).toEqual(['STARTED', 'RUNNING', 'COMPLETE'])
    }
    travel(HOUR)
    const touched = sandbox.edit('deals', sandbox.rows('deals')[0]?.id as number, { title: 'Changed' })
    const second = await read(sandbox, { streams: [...streams, stream], state: first.stateFile() })
    expect(second.recordCounts()).toEqual({ deals: 1 })
    expect(second.records('deals')).toMatchObject([{ id: touched.id, title: 'Changed' }])
    expect(second.exitCode).toBe(0)
  })

  test.each([
    { after: HOUR, most: 0 },
    { after: DAY, most: 10 },
  ])(
    'costs nothing for a day ($after ms), and then at most $most requests, however many deals there are',
    async ({ after, most }) => {
      const sandbox = pipedrive.open({ deals: 450 })
      const first = await read(sandbox, installments)
      travel(after)
      sandbox.ledger.clear()
      await read(sandbox, { ...installments, state: first.stateFile() })
      const { other, ...lists } = sandbox.ledger.byStream()
      expect(other?.requests).toBe(1)
      const sum = Object.values(lists).reduce((all, { requests }) => all + requests, 0)
      expect(sum).toBeLessThanOrEqual(most)
      expect(sum > 0).toBe(most > 0)
    },
  )

  test('is not what is refused after records were sent: that is an error', async () => {
    const sandbox = paidInParts(150)
    const body = { success: false, error: 'No.', data: null }
    const fault = { kind: 'status', status: 403, body } as const
    sandbox.faults.inject({ path: '/deals/installments', skip: 1, times: Infinity, fault })
    const output = await read(sandbox, installments)
    expect(output.recordCounts()).toEqual({ [stream]: 200 })
    expect([output.exitCode, output.statuses(stream).at(-1)]).toEqual([1, 'INCOMPLETE'])
    expect(output.errors()).toMatchObject([{ failure_type: 'config_error' }])
  })

  test('is not what a missing scope says: that is an error', async () => {
    const sandbox = paidInParts()
    refuse(sandbox, 403, 'Scope and URL mismatch')
    const output = await read(sandbox, { streams: ['deals', stream] })
    expect(output.exitCode).toBe(1)
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', stream_descriptor: { name: stream } },
    ])
    expect(output.errors()[0]?.message).toContain('lacks a scope')
    expect(output.statuses(stream).at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('deals').at(-1)).toBe('COMPLETE')
  })

  test.each([500, 410])('is not what a %i says: that is an error', async (status) => {
    const sandbox = paidInParts()
    refuse(sandbox, status)
    const output = await inVirtualTime(() => read(sandbox, installments))
    const last = [output.exitCode, output.statuses(stream).at(-1)]
    expect(last).toEqual([1, 'INCOMPLETE'])
    expect(output.errors()).toMatchObject([{ stream_descriptor: { name: stream } }])
  })
})
