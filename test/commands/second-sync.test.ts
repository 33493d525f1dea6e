import { beforeEach, describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { manifest } from '../../src/manifest/manifest.js'
import { hasOwnList } from '../../src/manifest/listed-in.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'
import { listStreams } from '../support/streams.js'

const pipedrive = pipedriveServer()
const streams = listStreams
const incremental = manifest
  .filter(({ name, cursorField }) => cursorField !== undefined && listStreams.includes(name))
  .map(({ name }) => name)
const HOUR = 3_600_000

/** The state of a first sync, an hour later. */
async function synced(sandbox: Sandbox, selected = streams): Promise<object[]> {
  const first = await read(sandbox, { streams: selected })
  expect(first.errors()).toEqual([])
  travel(HOUR)
  sandbox.ledger.clear()
  return first.stateFile()
}

beforeEach(stopClock)

describe('a second sync', () => {
  test('of an unchanged account emits only field definitions, for one request per list or part of one', async () => {
    const sandbox = pipedrive.open({ deals: 600, epoch: Date.now() - 24 * HOUR, switches: everyFeature })
    const state = await synced(sandbox)
    const second = await read(sandbox, { streams, state })

    const fields = streams.filter((name) => !incremental.includes(name))
    expect(Object.keys(second.recordCounts()).sort()).toEqual([...fields].sort())
    const { other, ...requests } = Object.fromEntries(
      Object.entries(sandbox.ledger.byStream()).map(([name, usage]) => [name, usage.requests]),
    )
    expect(other).toBe(1)
    const all = Object.values(sandbox.ledger.byStream())
    const sum = (figure: 'requests' | 'tokens') => all.reduce((total, usage) => total + usage[figure], 0)
    expect(sum('requests')).toBeLessThanOrEqual(60)
    expect(sum('tokens')).toBeLessThanOrEqual(850)
    const lists = manifest.filter(hasOwnList)
    expect(requests).toEqual(Object.fromEntries(lists.map(({ name, parts = [{}] }) => [name, parts.length])))
  })

  test('does not emit rows again that changed within the lookback', async () => {
    const sandbox = pipedrive.open({ deals: 30 })
    sandbox.edit('deals', sandbox.rows('deals')[0]?.id as number, { title: 'A minute ago' })
    sandbox.edit('notes', sandbox.rows('notes')[0]?.id as number, { content: 'A minute ago' })
    const first = await read(sandbox, { streams: incremental })
    const second = await read(sandbox, { streams: incremental, state: first.stateFile() })
    expect(second.recordCounts()).toEqual({})
  })

  const changed = [
    'deals',
    'persons',
    'organizations',
    'activities',
    'products',
    'leads',
    'notes',
    'files',
    'users',
  ]
  const settings = ['pipelines', 'stages', 'filters', 'activity_types', 'currencies']

  test.each([...changed, ...settings])('emits the only row of %s that changed', async (stream) => {
    const sandbox = pipedrive.open({ deals: 50 })
    const state = await synced(sandbox, [stream])
    const row = sandbox.rows(stream).at(-1)
    const touched = sandbox.edit(stream, row?.id as string | number, { name: 'Changed', title: 'Changed' })
    const second = await read(sandbox, { streams: [stream], state })

    expect(second.records(stream).map(({ id }) => id)).toEqual([touched.id])
    expect(second.records(stream)[0]).toMatchObject({ name: 'Changed', title: 'Changed' })
  })

  test('emits the line items of the deal that changed, and of no other', async () => {
    const sandbox = pipedrive.open({ deals: 50 })
    const state = await synced(sandbox, ['deal_products'])
    const item = sandbox
      .rows('deal_products')
      .find(({ deal_id }) => sandbox.rows('deals').some(({ id }) => id === deal_id))
    sandbox.edit('deal_products', item?.id as number, { quantity: 77 })
    const second = await read(sandbox, { streams: ['deal_products'], state })

    const truth = sandbox.rows('deal_products').filter(({ deal_id }) => deal_id === item?.deal_id)
    expect(second.records('deal_products')).toEqual(expect.arrayContaining([...truth]))
    expect(second.records('deal_products').length).toBe(truth.length)
    expect(sandbox.ledger.byStream().deal_products).toEqual({ requests: 1, tokens: 10 })
  })

  test('emits a deal that was deleted', async () => {
    const sandbox = pipedrive.open()
    const state = await synced(sandbox, ['deals'])
    const id = sandbox.rows('deals')[0]?.id as number
    sandbox.remove('deals', id)
    const second = await read(sandbox, { streams: ['deals'], state })
    expect(second.records('deals')).toMatchObject([{ id, is_deleted: true }])
  })

  test('adds to a row without a time when its content was first seen', async () => {
    const sandbox = pipedrive.open()
    const first = await read(sandbox, { streams: ['currencies'] })
    travel(HOUR)
    const id = first.records('currencies')[0]?.id as number
    sandbox.edit('currencies', id, { symbol: '¤' })
    const second = await read(sandbox, { streams: ['currencies'], state: first.stateFile() })
    const [before] = first.records('currencies')
    const [after] = second.records('currencies')
    expect(Date.parse(String(after?._changed_at))).toBeGreaterThan(
      Date.parse(String(before?._changed_at)) + HOUR - 1,
    )
  })

  test('compares by time with the state of another connector, and by content afterwards', async () => {
    const sandbox = pipedrive.open({ deals: 50 })
    const rows = sandbox.rows('stages').filter(({ update_time }) => update_time !== null)
    const newest =
      rows
        .map(({ update_time }) => String(update_time))
        .sort()
        .at(-1) ?? ''
    const foreign = [
      {
        type: 'STREAM',
        stream: { stream_descriptor: { name: 'stages' }, stream_state: { update_time: newest } },
      },
    ]
    const first = await read(sandbox, { streams: ['stages'], state: foreign })
    const due = sandbox
      .rows('stages')
      .filter(({ update_time }) => update_time === null || (update_time as string) >= newest)
    expect(first.records('stages').length).toBe(due.length)
    const second = await read(sandbox, { streams: ['stages'], state: first.stateFile() })
    expect(second.recordCounts()).toEqual({})
  })

  test('of a full refresh emits everything again, whatever its state', async () => {
    const sandbox = pipedrive.open()
    const selected = ['deals', 'users', 'files']
    const first = await read(sandbox, { streams: selected })
    const full = await read(sandbox, { streams: selected, mode: 'full_refresh', state: first.stateFile() })
    const again = await read(sandbox, { streams: selected, mode: 'full_refresh', state: full.stateFile() })
    expect(full.recordCounts()).toEqual(first.recordCounts())
    expect(again.recordCounts()).toEqual(first.recordCounts())
    expect(full.states('deals').at(-1)).toEqual({ __ab_full_refresh_sync_complete: true })
  })

  test('from the state of a finished full refresh starts over incrementally', async () => {
    const sandbox = pipedrive.open()
    const full = await read(sandbox, { streams: ['deals'], mode: 'full_refresh' })
    const next = await read(sandbox, { streams: ['deals'], state: full.stateFile() })
    expect(next.recordCounts()).toEqual(full.recordCounts())
  })

  test('with a cursor in the future reads nothing, emits the same state and warns', async () => {
    const sandbox = pipedrive.open()
    const future = { update_time: '2099-01-01T00:00:00Z' }
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'deals' }, stream_state: future } }]
    const output = await read(sandbox, { streams: ['deals'], state })
    expect(output.recordCounts()).toEqual({})
    expect(output.states('deals')).toEqual([future])
    expect(output.logs('WARN')).toEqual([expect.stringContaining('2099-01-01')])
    expect(output.exitCode).toBe(0)
  })

  test('refuses the state of another company before it reads a list', async () => {
    const sandbox = pipedrive.open()
    const saved = { update_time: '2026-01-01T00:00:00Z', company: 1 }
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'deals' }, stream_state: saved } }]
    const output = await read(sandbox, { streams: ['deals'], state })
    expect(output.errors()).toMatchObject([{ failure_type: 'config_error' }])
    expect(output.exitCode).toBe(1)
    expect(Object.keys(sandbox.ledger.byStream())).toEqual(['other'])
  })
})
