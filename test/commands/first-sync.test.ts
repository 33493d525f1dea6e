import { describe, expect, test } from '@jest/globals'
import { manifest } from '../../src/manifest/manifest.js'
import { hasOwnList } from '../../src/manifest/listed-in.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'
import { schemaProblems } from '../support/schemas.js'
import { listStreams } from '../support/streams.js'

const pipedrive = pipedriveServer()
const streams = listStreams

const keyOf = (row: object, key: readonly string[]) => key.map((field) => String((row as Row)[field])).join()
type Row = Record<string, unknown>

describe('a first sync', () => {
  test('emits every row of every list once, valid by its schema', async () => {
    const sandbox = pipedrive.open({ deals: 520, nullTimes: 3 })
    const output = await read(sandbox, { streams })

    expect(output.errors()).toEqual([])
    expect(output.exitCode).toBe(0)
    for (const { name, primaryKey } of manifest.filter(hasOwnList)) {
      const truth = sandbox.rows(name, { deleted: true }).map((row) => keyOf(row, primaryKey))
      const sent = output.records(name).map((record) => keyOf(record, primaryKey))
      expect([name, sent.sort()]).toEqual([name, truth.sort()])
    }
    expect(schemaProblems(output)).toEqual([])
  })

  test('emits the children of all parents, also archived ones, without emitting the parents', async () => {
    const sandbox = pipedrive.open({ deals: 520 })
    const output = await read(sandbox, { streams: ['deal_products'] })

    const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
    const truth = sandbox.rows('deal_products').filter(({ deal_id }) => alive.has(deal_id))
    const byId = (a: Row, b: Row) => Number(a.id) - Number(b.id)
    expect(output.records('deal_products').sort(byId)).toEqual([...truth].sort(byId))
    expect(output.recordCounts()).toEqual({ deal_products: truth.length })
  })

  test('requests the children of a hundred parents at once, and not of parents without children', async () => {
    const time = '2026-05-15T10:00:00Z'
    const records = Array.from({ length: 300 }, (_, at) => ({
      stream: 'deals',
      data: { id: at + 1, status: 'open', update_time: time, products_count: at % 6 === 0 ? 0 : 1 },
    }))
    const sandbox = pipedrive.open({ records })
    await read(sandbox, { streams: ['deals', 'deal_products'] })

    const asked = sandbox.ledger.entries.filter(({ path }) => path.endsWith('/deals/products'))
    const ids = asked.map(({ params }) => (params.deal_ids ?? '').split(',').map(Number))
    expect(ids.map((batch) => batch.length)).toEqual([100, 100, 50])
    expect(ids.flat().every((id) => (id - 1) % 6 !== 0)).toBe(true)
  })

  test('emits the statuses STARTED, RUNNING and COMPLETE for each stream', async () => {
    const output = await read(pipedrive.open(), { streams })
    for (const stream of streams) {
      expect([stream, output.statuses(stream)]).toEqual([stream, ['STARTED', 'RUNNING', 'COMPLETE']])
    }
  })

  test('of an empty account completes empty streams, each with a state', async () => {
    const sandbox = pipedrive.open({ records: [] })
    const output = await read(sandbox, { streams })

    expect(output.exitCode).toBe(0)
    // The summary of deals has a row for their total, even if there are none.
    expect(output.records().filter(({ currency }) => currency !== 'total')).toEqual([])
    for (const stream of streams) {
      expect([stream, output.statuses(stream)]).toEqual([stream, ['STARTED', 'RUNNING', 'COMPLETE']])
      expect([stream, output.states(stream).length]).toEqual([stream, 1])
    }
  })

  test('emits states with the number of records since the last one, and the last state before COMPLETE', async () => {
    const output = await read(pipedrive.open({ deals: 520 }), { streams })
    const open = new Map<string, number>()
    const complete = new Set<string>()
    for (const { record, state, trace } of output.messages) {
      if (record) open.set(record.stream, (open.get(record.stream) ?? 0) + 1)
      if (state) {
        const { name } = state.stream.stream_descriptor
        expect(complete.has(name)).toBe(false)
        expect([name, state.sourceStats.recordCount]).toEqual([name, open.get(name) ?? 0])
        open.set(name, 0)
      }
      if (trace?.stream_status?.status === 'COMPLETE')
        complete.add(trace.stream_status.stream_descriptor.name)
    }
    expect([...open.values()].every((count) => count === 0)).toBe(true)
    expect(output.text).toMatch(/"sourceStats":\{"recordCount":\d+\.0\}/)
  })

  test('writes states of a long stream while it is read, each with a later cursor', async () => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 1100 })
    // A state is due after five seconds with records.
    sandbox.onRequest(() => {
      travel(6_000)
    })
    const output = await read(sandbox, { streams: ['deals'] })
    const cursors = output.states('deals').map(({ update_time }) => String(update_time))
    expect(cursors.length).toBeGreaterThanOrEqual(4)
    expect([...cursors].sort()).toEqual(cursors)
  })

  test('emits for field definitions only the state of a finished full refresh', async () => {
    const output = await read(pipedrive.open(), { streams: ['deal_fields'] })
    expect(output.states('deal_fields')).toEqual([{ __ab_full_refresh_sync_complete: true }])
  })

  test('logs readable progress', async () => {
    const output = await read(pipedrive.open({ deals: 60 }), { streams: ['deals'] })
    expect(output.logs('INFO')).toContainEqual(expect.stringMatching(/^Reading Sandbox as \w+/))
    expect(output.logs('INFO')).toContainEqual(
      expect.stringMatching(/^deals: \d+ records, 2 requests, 20 tokens\.$/),
    )
  })

  test('omits rows older than the start date, but not rows without a time or short lists', async () => {
    const sandbox = pipedrive.open({ deals: 80, nullTimes: 2 })
    const times = sandbox.rows('deals').map(({ update_time }) => update_time as string | null)
    const middle = times.filter((time) => time !== null).sort()[150] ?? ''
    const config = { replication_start_date: middle }
    const output = await read(sandbox, { streams: ['deals', 'stages', 'files'], config })

    const truth = sandbox
      .rows('deals', { deleted: true })
      .filter(({ update_time: time }) => time === null || (time as string) >= middle)
    expect(output.recordCounts().deals).toBe(truth.length)
    expect(output.recordCounts().stages).toBe(sandbox.rows('stages').length)
    const files = sandbox
      .rows('files')
      .filter(({ update_time }) => `${String(update_time).replace(' ', 'T')}Z` >= middle)
    expect(output.recordCounts().files ?? 0).toBe(files.length)
  })

  test('works without a catalog file if streams are named', async () => {
    const sandbox = pipedrive.open()
    const output = await read(sandbox, { streams: ['users', 'pipelines'] })
    expect(Object.keys(output.recordCounts()).sort()).toEqual(['pipelines', 'users'])
  })
})
