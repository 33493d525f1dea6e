import { describe, expect, test } from '@jest/globals'
import type { Fault, FaultPlan, Sandbox } from '../../../sandbox/sandbox.js'
import { Connection } from '../../support/connection.js'
import type { Output } from '../../support/output.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { seedRows } from '../../support/seed-rows.js'
import { travel } from '../../support/time.js'

/* What was tried for ever, or never came to its turn, before the second edition. */
const pipedrive = pipedriveServer()
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const requests = (sandbox: Sandbox, path: string) =>
  sandbox.ledger.entries.filter((entry) => entry.path.endsWith(path))
const last = (output: Output, stream: string) => output.statuses(stream).at(-1)

/** A sync per day until the stream is complete. */
async function daysUntilComplete(connection: Connection, stream: string, most: number): Promise<number> {
  for (let day = 1; day <= most; day += 1) {
    if (last(await connection.sync(), stream) === 'COMPLETE') return day
    travel(DAY)
  }
  return Infinity
}

describe('a daily budget that ends every run', () => {
  test('lets line items of deals that have none get further each day', async () => {
    const sandbox = pipedrive.open({
      dailyTokens: 140,
      switches: { pageCap: 20 },
      // The parent's count is unknown, so that each batch costs a request, and brings nothing.
      records: seedRows('deals', 1_000),
    })
    const connection = new Connection(sandbox, { streams: ['deal_products'] })
    const cursors: string[] = []
    for (let day = 1; day <= 3; day += 1) {
      const output = await connection.sync()
      expect([day, last(output, 'deal_products')]).toEqual([day, 'INCOMPLETE'])
      cursors.push(String(connection.stateOf('deal_products')?.update_time))
      travel(DAY)
    }
    expect(cursors[0]).not.toBe('1970-01-01T00:00:00Z')
    expect([...new Set(cursors)].sort()).toEqual(cursors)
    expect(await daysUntilComplete(connection, 'deal_products', 10)).toBeLessThan(10)
  })

  test.each(['deals', 'leads'] as const)(
    'lets %s be read beside an archive that costs more than a day',
    async (stream) => {
      const archive = `${stream}_archived`
      const sandbox = pipedrive.open({
        dailyTokens: 800,
        switches: { pageCap: 20 },
        records: [
          ...seedRows(stream, 40),
          ...seedRows(archive, 800, { firstId: 1_001, from: Date.UTC(2026, 3, 1) }),
        ],
      })
      const connection = new Connection(sandbox, { streams: [archive, stream] })
      await connection.sync()
      expect(connection.missing(stream)).toEqual([])
      expect(connection.missing(archive).length).toBeGreaterThan(0)
      travel(DAY)
      expect(await daysUntilComplete(connection, archive, 8)).toBeLessThan(8)
      expect(connection.missing(archive)).toEqual([])
    },
  )

  test('lets a full refresh, a list newest first and a verification get further each day', async () => {
    const records = [
      ...seedRows('files', 1_500),
      ...seedRows('leads', 10),
      ...seedRows('leads_archived', 600, { firstId: 1_001 }),
    ]
    for (const [streams, mode] of [
      [['files'], 'full_refresh'],
      [['files'], 'incremental'],
      [['leads_archived', 'leads'], 'incremental'],
    ] as const) {
      const sandbox = pipedrive.open({ dailyTokens: 450, switches: { pageCap: 50 }, records })
      const connection = new Connection(sandbox, { streams, mode })
      expect(await daysUntilComplete(connection, streams[0], 8)).toBeLessThan(8)
      expect(streams.map((stream) => connection.missing(stream))).toEqual(streams.map(() => []))
    }
  })

  test.each(['files', 'deals_archived'] as const)(
    'lets fresh rows of %s come while its first walk takes several days',
    async (stream) => {
      const sandbox = pipedrive.open({
        dailyTokens: stream === 'files' ? 600 : 400,
        switches: { pageCap: 20 },
        records: [
          ...seedRows(stream, 2_000, { from: Date.UTC(2026, 3, 1) }),
          ...seedRows('deals', 3, { firstId: 5_001 }),
        ],
      })
      const streams = stream === 'files' ? [stream] : [stream, 'deals']
      const connection = new Connection(sandbox, { streams })
      await connection.sync()
      for (let day = 2; day <= 3; day += 1) {
        travel(DAY)
        // The first walk has these rows behind it: by id, and newest first, they are among the first.
        sandbox.edit(stream, day, { name: `Day ${day}`, title: `Day ${day}` })
        const output = await connection.sync()
        expect([day, last(output, stream)]).toEqual([day, 'INCOMPLETE'])
        const edited = output.records(stream).filter(({ id }) => id === day)
        expect(edited.map(({ name, title }) => title ?? name)).toEqual([`Day ${day}`])
      }
      travel(DAY)
      expect(await daysUntilComplete(connection, stream, 12)).toBeLessThan(12)
      expect(connection.missing(stream)).toEqual([])
    },
  )

  test('never delays the fresh rows of deals for the line items of all deals, which were just selected', async () => {
    const sandbox = pipedrive.open({
      dailyTokens: 400,
      switches: { pageCap: 50 },
      records: [
        ...seedRows('deals', 4_000),
        ...seedRows('deal_products', 4_000, { more: (at) => ({ deal_id: at + 1, name: 'Item' }) }),
      ],
    })
    const before = new Connection(sandbox, { streams: ['deals'] })
    // Tokens enough for the first sync of deals.
    for (let day = 0; day < 4; day += 1) {
      await before.sync()
      travel(DAY)
    }
    expect(before.missing('deals')).toEqual([])
    const connection = new Connection(sandbox, { streams: ['deal_products', 'deals'], state: before.state })
    for (let day = 1; day <= 5; day += 1) {
      travel(DAY)
      for (let edited = 0; edited < 3; edited += 1)
        sandbox.edit('deals', day * 10 + edited, { title: `Day ${day}` })
      const output = await connection.sync()
      expect([day, output.records('deals').map(({ title }) => title)]).toEqual([
        day,
        Array(3).fill(`Day ${day}`),
      ])
      expect([day, last(output, 'deal_products')]).toEqual([day, 'INCOMPLETE'])
    }
    travel(DAY)
    expect(await daysUntilComplete(connection, 'deal_products', 30)).toBeLessThan(30)
    expect(connection.missing('deal_products')).toEqual([])
  })
})

describe('a saved position', () => {
  const refusals = [400, 404, 410, 422, 500, 503]

  /** A first sync that was cut off with its last state in the middle of the stream's list. */
  async function cutOff(sandbox: Sandbox, stream: string): Promise<Connection> {
    const connection = new Connection(sandbox, { streams: [stream] })
    await connection.sync((whole) => {
      const states = whole.messages.flatMap(({ state }, at) => (state ? [at] : []))
      return whole.cutAfter((states[0] ?? 0) + 1)
    })
    return connection
  }

  test.each(refusals)(
    'that files refuse with %d is dropped, and the list is read from its start',
    async (status) => {
      const sandbox = pipedrive.open({ records: seedRows('files', 2_500) })
      const connection = await cutOff(sandbox, 'files')
      expect(connection.stateOf('files')).toHaveProperty('resume.position.start')
      const refuse: Fault = { kind: 'status', status, body: { success: false, error: 'No.' } }
      sandbox.faults.inject({
        path: '/files',
        times: Infinity,
        // Until the list is requested from its start, however often the saved position is tried.
        when: () => requests(sandbox, '/files').every(({ params }) => params.start !== undefined),
        fault: refuse,
      })
      const output = await connection.sync()
      expect([output.errors(), last(output, 'files')]).toEqual([[], 'COMPLETE'])
      expect(connection.missing('files')).toEqual([])
    },
  )

  test.each([400, 404, 410, 500, 503] as const)(
    'that archived deals refuse with %d as expired is dropped',
    async (cursorRefusal) => {
      const sandbox = pipedrive.open({
        dailyTokens: 600,
        switches: { pageCap: 40, cursorLifetimeMs: HOUR, cursorRefusal },
        records: [...seedRows('deals', 10), ...seedRows('deals_archived', 700, { firstId: 1_001 })],
      })
      const connection = new Connection(sandbox, { streams: ['deals_archived', 'deals'] })
      expect(await daysUntilComplete(connection, 'deals_archived', 8)).toBeLessThan(8)
      expect(connection.missing('deals_archived')).toEqual([])
    },
  )
})

describe('a page that always times out at its full size', () => {
  test.each([
    { stream: 'deals', above: 100 },
    { stream: 'notes', above: 100 },
    { stream: 'files', above: 40 },
  ])('of $stream is read in smaller ones, and so the next time', async ({ stream, above }) => {
    const sandbox = pipedrive.open({ records: seedRows(stream, 700) })
    sandbox.faults.inject({
      path: `/${stream}`,
      whenLimitAbove: above,
      times: Infinity,
      fault: { kind: 'stall' },
    })
    const connection = new Connection(sandbox, { streams: [stream] })
    const output = await connection.sync()
    expect([output.errors(), connection.missing(stream)]).toEqual([[], []])
    await connection.syncAfter(HOUR)
    expect(requests(sandbox, `/${stream}`).filter(({ status }) => status === 0)).toEqual([])
  })

  test('of line items is read in smaller batches', async () => {
    const sandbox = pipedrive.open({
      records: [
        ...seedRows('deals', 200),
        ...seedRows('deal_products', 200, { more: (at) => ({ deal_id: at + 1, name: 'Item' }) }),
      ],
    })
    sandbox.faults.inject({
      path: '/deals/products',
      when: ({ params }) => (params.deal_ids ?? '').split(',').length > 30,
      times: Infinity,
      fault: { kind: 'stall' },
    })
    const connection = new Connection(sandbox, { streams: ['deal_products'] })
    expect((await connection.sync()).errors()).toEqual([])
    expect(connection.missing('deal_products')).toEqual([])
  })
})

describe('a list that never ends or never stays the same', () => {
  test.each(['files', 'users'])('%s with a value that differs per request are read', async (stream) => {
    const sandbox = pipedrive.open({ records: seedRows(stream, 900), switches: { volatileValues: true } })
    const connection = new Connection(sandbox, { streams: [stream] })
    const output = await connection.sync()
    expect([output.errors(), connection.missing(stream)]).toEqual([[], []])
    expect(requests(sandbox, `/${stream}`).length).toBeLessThan(25)
    const { id } = sandbox.edit(stream, 7, { name: 'Edited' })
    const second = await connection.syncAfter(HOUR)
    expect(second.records(stream).map((row) => row.id)).toContain(id)
  })

  test.each(['/api/v2/deals', '/deals/products'])(
    'an endless chain of ever new cursors of %s ends in an error after a few pages',
    async (path) => {
      const records = [
        ...seedRows('deals', 600),
        ...seedRows('deal_products', 50, { more: (at) => ({ deal_id: at + 1, name: 'Item' }) }),
      ]
      const sandbox = pipedrive.open({ records })
      const rewrite = (body: object) => ({ ...body, additional_data: { next_cursor: 'c0' } })
      sandbox.faults.inject({
        path,
        when: ({ params }) => params.cursor === undefined,
        times: Infinity,
        fault: { kind: 'rewrite', rewrite },
      })
      for (let page = 1; page <= 200; page += 1) {
        const body = { success: true, data: [], additional_data: { next_cursor: `c${page}` } }
        const when: FaultPlan['when'] = ({ params }) => params.cursor !== undefined
        sandbox.faults.inject({ path, when, fault: { kind: 'status', status: 200, body } })
      }
      const stream = path.endsWith('/products') ? 'deal_products' : 'deals'
      const connection = new Connection(sandbox, { streams: [stream] })
      const output = await connection.sync()
      expect(last(output, stream)).toBe('INCOMPLETE')
      expect(output.errors()).toMatchObject([{ stream_descriptor: { name: stream } }])
      const chained = sandbox.ledger.entries.filter(({ params }) => params.cursor !== undefined)
      expect(chained.every(({ status }) => status === 200)).toBe(true)
      expect(chained.length).toBeGreaterThan(1)
      expect(chained.length).toBeLessThan(20)
    },
  )
})

describe('a parent that is refused', () => {
  const records = [
    ...seedRows('deals', 250),
    ...seedRows('deal_products', 250, { more: (at) => ({ deal_id: at + 1, name: 'Item' }) }),
    ...seedRows('deal_installments', 250, { more: (at) => ({ deal_id: at + 1, amount: 1 }) }),
  ]
  const streams = ['deal_products', 'deal_installments']

  test.each([403, 404, 410] as const)('with %d is skipped alone and logged, in each sync', async (status) => {
    const gone = [7, 120, 250]
    const sandbox = pipedrive.open({
      records,
      switches: { installments: 'included', goneParents: { ids: gone, status } },
    })
    const connection = new Connection(sandbox, { streams })
    const first = await connection.sync()
    expect(first.errors()).toEqual([])
    for (const stream of streams) {
      expect([stream, last(first, stream)]).toEqual([stream, 'COMPLETE'])
      expect([stream, connection.missing(stream)]).toEqual([stream, gone.map(String)])
      expect(first.logs('INFO').filter((line) => line.startsWith(`${stream}: parent `))).toHaveLength(3)
    }
    // The only deal that changes is one that is refused: the stream must not end there.
    travel(HOUR)
    sandbox.edit('deals', 7, { title: 'Edited' })
    const second = await connection.sync()
    expect([second.errors(), last(second, 'deal_products')]).toEqual([[], 'COMPLETE'])
    sandbox.edit('deal_products', 9, { comments: 'later' })
    expect((await connection.syncAfter(HOUR)).records('deal_products')).toMatchObject([
      { id: 9, comments: 'later' },
    ])
  })

  test('because the list of children is, is not skipped: its changes come when that is there again', async () => {
    const sandbox = pipedrive.open({ records })
    const connection = new Connection(sandbox, { streams: ['deal_products'] })
    await connection.sync()
    travel(HOUR)
    sandbox.edit('deal_products', 9, { comments: 'meanwhile' })
    const body = { success: false, error: 'No.' }
    sandbox.faults.inject({
      path: '/deals/products',
      times: Infinity,
      fault: { kind: 'status', status: 403, body },
    })
    expect(last(await connection.sync(), 'deal_products')).toBe('INCOMPLETE')
    sandbox.faults.clear()
    expect((await connection.syncAfter(DAY)).records('deal_products')).toMatchObject([
      { id: 9, comments: 'meanwhile' },
    ])
  })
})
