import { describe, expect, test } from '@jest/globals'
import type { Switches } from '../../../sandbox/sandbox.js'
import { Connection } from '../../support/connection.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { idOf, seedRows } from '../../support/seed-rows.js'
import { travel } from '../../support/time.js'

const pipedrive = pipedriveServer()
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('an archive', () => {
  const live = { deals: 'deals_archived', leads: 'leads_archived' } as const

  describe.each(['deals', 'leads'] as const)('of %s', (stream) => {
    const archive = live[stream]
    // Larger than a page, so that not every sync reads it whole.
    const open = (switches: Partial<Switches>) =>
      pipedrive.open({
        switches: { archiveTime: 'free', ...switches },
        records: [
          ...seedRows(stream, 50, { firstId: 5_001 }),
          ...seedRows(archive, 620, {
            from: Date.UTC(2026, 3, 1),
            more: () => ({ archive_time: '2026-04-20T10:00:00Z' }),
          }),
        ],
      })

    test.each([
      { name: 'now', archivedAgo: 0 },
      { name: 'long ago', archivedAgo: 300 * DAY },
      { name: 'in the second of the update time', archivedAgo: -1 },
    ])('shows a row that was archived without moving its time, as of $name', async ({ archivedAgo }) => {
      const sandbox = open({ archivingMovesUpdateTime: false })
      const connection = new Connection(sandbox, { streams: [stream, archive] })
      await connection.sync()
      travel(HOUR)
      const id = idOf(stream, 5_007)
      const row = sandbox.rows(stream).find((one) => one.id === id)
      const archiveTime = archivedAgo < 0 ? Date.parse(String(row?.update_time)) : Date.now() - archivedAgo
      sandbox.archive(stream, id, { archiveTime })
      await connection.sync()
      await connection.syncAfter(DAY)
      expect(connection.table(stream).get(String(id))).toMatchObject({ is_archived: true })
      expect(connection.table(archive).get(String(id))).toMatchObject({ is_archived: true })
    })

    test('is not trusted to move times because it once did', async () => {
      const sandbox = open({ archivingMovesUpdateTime: true })
      const connection = new Connection(sandbox, { streams: [stream, archive] })
      await connection.sync()
      travel(HOUR)
      // As many as make a rule: from then on the archive is verified weekly.
      for (let at = 5_001; at <= 5_025; at += 1) sandbox.archive(stream, idOf(stream, at))
      await connection.sync()
      await connection.syncAfter(DAY)
      Object.assign(sandbox.switches, { archivingMovesUpdateTime: false })
      const id = idOf(stream, 5_040)
      sandbox.archive(stream, id, { archiveTime: Date.now() - 300 * DAY })
      for (let day = 0; day < 8; day += 1) await connection.syncAfter(DAY)
      expect(connection.table(stream).get(String(id))).toMatchObject({ is_archived: true })
      expect(connection.table(archive).get(String(id))).toMatchObject({ is_archived: true })
    })
  })
})

describe('a clock', () => {
  test('that is ten minutes ahead, where no response has a date, hides no row that was archived', async () => {
    const sandbox = pipedrive.open({
      switches: { dateHeader: 'absent' },
      now: () => Date.now() - 10 * MINUTE,
      records: [
        ...seedRows('deals', 50),
        ...seedRows('deals_archived', 600, { firstId: 1_001, from: Date.UTC(2026, 3, 1) }),
      ],
    })
    // A longer lookback would hide the error of the clock.
    const connection = new Connection(sandbox, { streams: ['deals'], config: { lookback_minutes: 1 } })
    await connection.sync()
    for (let round = 1; round <= 5; round += 1) {
      travel(2 * MINUTE)
      sandbox.archive('deals', round)
      await connection.syncAfter(2 * MINUTE)
    }
    for (const id of ['1', '2', '3', '4', '5']) {
      expect([id, connection.table('deals').get(id)?.is_archived]).toEqual([id, true])
    }
  })

  test.each(['present', 'absent'] as const)(
    'never lets a cursor pass the start of the run (date header %s)',
    async (dateHeader) => {
      const sandbox = pipedrive.open({ deals: 100, switches: { dateHeader, installments: 'included' } })
      const streams = [
        'deals',
        'deals_archived',
        'leads',
        'leads_archived',
        'notes',
        'files',
        'users',
        'deal_products',
      ]
      const connection = new Connection(sandbox, { streams })
      const started = Date.now()
      await connection.sync()
      for (const stream of streams) {
        const text = JSON.stringify(connection.stateOf(stream))
        const cursor = /"(?:update_time|modified)":"([^"]+)"/.exec(text)?.[1] ?? ''
        expect([stream, Date.parse(cursor) <= started]).toEqual([stream, true])
      }
    },
  )
})

describe('a start date in the future', () => {
  const future = () => new Date(Date.now() + 30 * DAY).toISOString()

  test.each<{ name: string; config: () => object }>([
    { name: 'for all streams', config: () => ({ replication_start_date: future() }) },
    { name: 'for one stream', config: () => ({ start_dates: { deals: future() } }) },
  ])('$name is an error of the config, and no state is written', async ({ config }) => {
    const sandbox = pipedrive.open({ deals: 20 })
    const connection = new Connection(sandbox, { streams: ['deals'], config: config() })
    const output = await connection.sync()
    expect(output.errors()).toMatchObject([
      { failure_type: 'config_error', message: expect.stringContaining('future') },
    ])
    expect(output.stateFile()).toEqual([])
  })
})
