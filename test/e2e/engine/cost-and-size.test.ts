import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox, SeedRecord, Switches } from '../../../sandbox/sandbox.js'
import { Connection } from '../../support/connection.js'
import type { Output } from '../../support/output.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { idOf, seedRows } from '../../support/seed-rows.js'
import { travel } from '../../support/time.js'

/* What a sync costs in tokens, and a state in bytes. Memory: bench/memory.bench.ts. */
const pipedrive = pipedriveServer()
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const tokens = (sandbox: Sandbox) => sandbox.ledger.entries.reduce((sum, entry) => sum + entry.tokens, 0)
const requests = (sandbox: Sandbox, stream: string) => sandbox.ledger.byStream()[stream]?.requests ?? 0

describe('an unchanged account', () => {
  /** The streams of the first edition. For all lists together, see test/commands/second-sync.test.ts. */
  const FIRST_EDITION = [
    'activities',
    'activity_fields',
    'activity_types',
    'currencies',
    'deal_fields',
    'deal_installments',
    'deal_products',
    'deals',
    'deals_archived',
    'files',
    'filters',
    'leads',
    'leads_archived',
    'notes',
    'organization_fields',
    'organizations',
    'person_fields',
    'persons',
    'pipelines',
    'product_fields',
    'products',
    'stages',
    'users',
  ]

  test.each<Partial<Switches>>([
    {},
    { installments: 'lacking' },
    { installments: 'included' },
    { marketingFields: 'rejected' },
    { multiSort: 'rejected' },
    { cursorTies: 'skipped' },
    { nullsSort: 'last' },
  ])(
    'costs at most 26 requests and 400 tokens for the 23 streams of the first edition (%p)',
    async (switches) => {
      const sandbox = pipedrive.open({ deals: 40, switches })
      const connection = new Connection(sandbox, { streams: FIRST_EDITION })
      expect((await connection.sync()).errors()).toEqual([])
      const second = await connection.syncAfter(HOUR)
      expect(second.exitCode).toBe(0)
      expect(Object.keys(second.recordCounts()).filter((stream) => !stream.endsWith('_fields'))).toEqual([])
      expect(sandbox.ledger.entries.length).toBeLessThanOrEqual(26)
      expect(tokens(sandbox)).toBeLessThanOrEqual(400)
    },
  )

  test.each([0, 60])(
    'costs at most 100 tokens for deals, leads and their archives (%i deals)',
    async (deals) => {
      const sandbox = pipedrive.open(deals === 0 ? { records: [] } : { deals })
      const connection = new Connection(sandbox, {
        streams: ['deals', 'deals_archived', 'leads', 'leads_archived'],
      })
      await connection.sync()
      for (const after of [HOUR, DAY, 8 * DAY]) {
        travel(after)
        await connection.sync()
        await connection.syncAfter(HOUR)
        expect(tokens(sandbox)).toBeLessThanOrEqual(100)
        for (const { path, params } of sandbox.ledger.entries) {
          const same = sandbox.ledger.entries.filter(
            (other) => other.path === path && JSON.stringify(other.params) === JSON.stringify(params),
          )
          expect([path, same.length]).toEqual([path, 1])
        }
      }
    },
  )

  test('costs a page for rows without a time, at the end where they stand', async () => {
    const sandbox = pipedrive.open({
      records: ['deals', 'notes'].flatMap((stream) => [
        ...seedRows(stream, 900),
        ...seedRows(stream, 3, { firstId: 1_001, more: () => ({ update_time: null }) }),
      ]),
    })
    const connection = new Connection(sandbox, { streams: ['deals', 'notes'] })
    await connection.sync()
    const second = await connection.syncAfter(HOUR)
    expect(second.recordCounts()).toEqual({})
    expect([requests(sandbox, 'deals'), requests(sandbox, 'notes')]).toEqual([2, 2])
  })

  test('asks no second time for fields that the account refuses', async () => {
    const sandbox = pipedrive.open({ deals: 30, switches: { marketingFields: 'rejected' } })
    const connection = new Connection(sandbox, { streams: ['persons'] })
    await connection.sync()
    await connection.syncAfter(HOUR)
    expect(sandbox.ledger.entries.filter(({ status }) => status === 400)).toEqual([])
  })

  test.each(['deals', 'leads'] as const)(
    'whose %s were archived a second after their last change does not read its whole archive',
    async (stream) => {
      const archive = `${stream}_archived`
      const archived = (at: number): Row => ({
        archive_time: new Date(Date.UTC(2026, 3, 1) + at * MINUTE + 1_000)
          .toISOString()
          .replace('.000Z', 'Z'),
      })
      const sandbox = pipedrive.open({
        records: [
          ...seedRows(stream, 20),
          ...seedRows(archive, 1_800, { firstId: 101, from: Date.UTC(2026, 3, 1), more: archived }),
        ],
      })
      const connection = new Connection(sandbox, { streams: [stream, archive] })
      await connection.sync()
      for (let sync = 0; sync < 3; sync += 1) {
        const output = await connection.syncAfter(HOUR)
        expect([output.recordCounts(), requests(sandbox, archive)]).toEqual([{}, 1])
      }
    },
  )
})

test('a restored deal costs a lookup, not the whole list of deals', async () => {
  const sandbox = pipedrive.open({
    switches: { archivingMovesUpdateTime: false },
    records: [...seedRows('deals', 1_100), ...seedRows('deals_archived', 40, { firstId: 5_001 })],
  })
  const connection = new Connection(sandbox, { streams: ['deals', 'deals_archived'] })
  await connection.sync()
  travel(HOUR)
  sandbox.restore('deals', 5_007)
  const output = await connection.sync()
  expect(output.records('deals')).toMatchObject([{ id: 5_007, is_archived: false }])
  expect(output.records('deals_archived')).toMatchObject([{ id: 5_007, is_archived: false }])
  expect(requests(sandbox, 'deals')).toBe(2)
})

describe('rows that only fingerprints can compare', () => {
  test.each<{ name: string; stream: string; records: SeedRecord[] }>([
    { name: '2,000 users', stream: 'users', records: seedRows('users', 2_000) },
    {
      name: '2,000 currencies',
      stream: 'currencies',
      records: seedRows('currencies', 2_000, { more: (at) => ({ code: `C${at}` }) }),
    },
    {
      name: '1,000 deals without a time',
      stream: 'deals',
      records: seedRows('deals', 1_000, { more: () => ({ update_time: null }) }),
    },
    {
      name: '1,000 notes without a time',
      stream: 'notes',
      records: seedRows('notes', 1_000, { more: () => ({ update_time: null }) }),
    },
  ])('are not emitted again while they stay the same: $name', async ({ stream, records }) => {
    const connection = new Connection(pipedrive.open({ records }), { streams: [stream] })
    const first = await connection.sync()
    expect(first.recordCounts()).toEqual({ [stream]: records.length })
    expect((await connection.syncAfter(HOUR)).recordCounts()).toEqual({})
    expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
  })

  test('are emitted again only as far as there is no room for them, and the stream says so', async () => {
    // Sparse ids, which take more room than dense ones.
    const many = seedRows('currencies', 22_000, {
      more: (at) => ({ id: at * 40_000_000_009, code: `C${at}` }),
    })
    const connection = new Connection(pipedrive.open({ records: many }), { streams: ['currencies'] })
    const first = await connection.sync()
    expect(first.logs('WARN').join()).toContain('no room for the fingerprints')
    const again = (await connection.syncAfter(HOUR)).recordCounts().currencies ?? 0
    expect(again).toBeGreaterThan(0)
    expect(again).toBeLessThan(many.length / 4)
  })
})

describe('the states of a first sync', () => {
  /** What makes a row as long as those that people fill in. */
  const texts = (): Row => ({ name: 'A name of some length. '.repeat(20) })

  const sizeOf = (output: Output, type: 'record' | 'state', stream: string) =>
    output.messages
      .filter(({ record, state }) =>
        type === 'record' ? record?.stream === stream : state?.stream.stream_descriptor.name === stream,
      )
      .reduce((sum, message) => sum + Buffer.byteLength(JSON.stringify(message)), 0)

  test.each<{ name: string; streams: string[]; records: SeedRecord[] }>([
    {
      name: '1,500 leads and as many archived ones',
      streams: ['leads', 'leads_archived'],
      records: [
        ...seedRows('leads', 1_500, { stepMs: 1_000, more: texts }),
        ...seedRows('leads_archived', 1_500, { firstId: 100_001, stepMs: 1_000, more: texts }),
      ],
    },
    {
      name: '1,500 deals and as many archived ones with scattered ten-digit ids',
      streams: ['deals', 'deals_archived'],
      records: ['deals', 'deals_archived'].flatMap((stream, part) =>
        seedRows(stream, 1_500, {
          stepMs: 1_000,
          more: (at) => ({ ...texts(), id: 1_000_000_000 + at * 511_111 + part * 77_777 }),
        }),
      ),
    },
    {
      name: '1,500 users and files',
      streams: ['users', 'files'],
      records: [
        ...seedRows('users', 1_500, { stepMs: 1_000, more: texts }),
        ...seedRows('files', 1_500, { stepMs: 0, more: texts }),
      ],
    },
    {
      name: 'line items of deals that all changed just now',
      streams: ['deal_products', 'deals'],
      records: [
        ...seedRows('deals', 1_250, {
          from: Date.now() - MINUTE,
          stepMs: 0,
          more: () => ({ products_count: 3 }),
        }),
        ...seedRows('deal_products', 3_750, {
          more: (at) => ({ deal_id: (at % 1_250) + 1, name: 'Item' }),
        }),
      ],
    },
  ])('are at most 256 KB each, and a tenth of its records: $name', async ({ streams, records }) => {
    const connection = new Connection(pipedrive.open({ records }), { streams })
    const output = await connection.sync()
    expect(output.errors()).toEqual([])
    expect(streams.map((stream) => connection.missing(stream).length)).toEqual(streams.map(() => 0))
    const sizes = output.messages.flatMap(({ state }) => (state ? [JSON.stringify(state.stream).length] : []))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024)
    for (const stream of streams) {
      const share = sizeOf(output, 'state', stream) / sizeOf(output, 'record', stream)
      expect([stream, share < 0.1]).toEqual([stream, true])
    }
  })
})

describe('keys', () => {
  test.each<{ name: string; stream: 'deals' | 'leads'; id: (at: number) => string | number }>([
    { name: 'of ten digits', stream: 'deals', id: (at) => 9_000_000_000 + at },
    { name: 'of ten digits, far apart', stream: 'deals', id: (at) => 1_000_000_000 + at * 300_007 },
    { name: 'that are hashed', stream: 'leads', id: (at) => idOf('leads', at) },
  ])('$name never collide: no live row counts as archived or restored', async ({ stream, id }) => {
    const archive = `${stream}_archived`
    const sandbox = pipedrive.open({
      records: [
        ...seedRows(stream, 2_000, { stepMs: 1_000, more: (at) => ({ id: id(at * 2 + 1) }) }),
        ...seedRows(archive, 700, { stepMs: 1_000, more: (at) => ({ id: id(at * 6) }) }),
      ],
    })
    const connection = new Connection(sandbox, { streams: [stream, archive] })
    const first = await connection.sync()
    expect(first.recordCounts()).toEqual({ [stream]: 2_000, [archive]: 700 })
    // Every row comes again by its time, and none by its key.
    travel(2 * DAY)
    const second = await connection.sync()
    expect(second.recordCounts()).toEqual({})
  })
})

test('batches of parents are filled across pages', async () => {
  const sandbox = pipedrive.open({
    switches: { pageCap: 30, installments: 'included' },
    records: [
      ...seedRows('deals', 950, { more: () => ({ products_count: 1 }) }),
      ...seedRows('deals_archived', 50, { firstId: 2_001, more: () => ({ products_count: 1 }) }),
    ],
  })
  const connection = new Connection(sandbox, { streams: ['deal_products', 'deal_installments'] })
  await connection.sync()
  expect([requests(sandbox, 'deal_products'), requests(sandbox, 'deal_installments')]).toEqual([10, 10])
})

describe('the lookback', () => {
  test('is ten minutes by default: what shows nine minutes late is not lost', async () => {
    const streams = ['deals', 'notes', 'files', 'leads']
    const sandbox = pipedrive.open({ deals: 60, switches: { visibleAfterMs: 9 * MINUTE } })
    const connection = new Connection(sandbox, { streams })
    await connection.sync()
    travel(HOUR)
    for (const stream of streams)
      sandbox.edit(stream, sandbox.rows(stream)[0]?.id as number, { title: 'Late', name: 'Late' })
    expect((await connection.syncAfter(MINUTE)).recordCounts()).toEqual({})
    const later = await connection.syncAfter(8.5 * MINUTE)
    expect(later.recordCounts()).toEqual({ deals: 1, notes: 1, files: 1, leads: 1 })
    expect((await connection.syncAfter(MINUTE)).recordCounts()).toEqual({})
  })
})

describe('a time', () => {
  const withTimes = (time: string) => ({
    kind: 'rewrite' as const,
    rewrite: (body: { data: Row[] }) => ({
      ...body,
      data: body.data.map((row) => ({ ...row, update_time: time })),
    }),
  })

  test.each([
    '2026-05-15T12:00:00+02:00',
    '2026-05-15T10:00:00.000000Z',
    '2026-05-15 10:00:00',
    '20260515T100000Z',
  ])('in the form %s is understood', async (time) => {
    const sandbox = pipedrive.open({ records: seedRows('deals', 3) })
    sandbox.faults.inject({ path: '/api/v2/deals', times: Infinity, fault: withTimes(time) })
    const connection = new Connection(sandbox, { streams: ['deals'] })
    const output = await connection.sync()
    expect(output.errors()).toEqual([])
    const times = output.records('deals').map((row) => Date.parse(String(row.update_time)))
    expect(times).toEqual(Array(3).fill(Date.UTC(2026, 4, 15, 10)))
  })

  test('that cannot be read is an error of its stream, not a row without a time', async () => {
    const sandbox = pipedrive.open({ records: [...seedRows('deals', 3), ...seedRows('notes', 3)] })
    sandbox.faults.inject({
      path: '/api/v2/deals',
      times: Infinity,
      fault: withTimes('the day before yesterday'),
    })
    const connection = new Connection(sandbox, { streams: ['deals', 'notes'] })
    const output = await connection.sync()
    expect(output.statuses('deals').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('notes').at(-1)).toBe('COMPLETE')
    expect(output.errors()).toMatchObject([{ stream_descriptor: { name: 'deals' } }])
  })
})

test('docs/streams.md names converted leads and merged deals, which no list shows', () => {
  const text = readFileSync('docs/streams.md', 'utf8')
  expect(text).toMatch(/converted/i)
  expect(text).toMatch(/merged/i)
})
