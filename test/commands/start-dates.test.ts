import { describe, expect, test } from '@jest/globals'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const STREAMS = ['deals', 'deal_products', 'notes', 'users']
/** Later than every row, and not yet refused as a date in the future. */
const LATER = new Date(Date.now() + 3_600_000).toISOString()

describe('start dates', () => {
  test('of single streams replace the general one, and save the requests for omitted rows', async () => {
    const sandbox = pipedrive.open({ deals: 300, switches: { pageCap: 20 } })
    const spent = async (config: object) => {
      sandbox.ledger.clear()
      const output = await read(sandbox, { streams: STREAMS, config })
      return { counts: output.recordCounts(), usage: sandbox.ledger.byStream() }
    }
    const everything = await spent({})
    const fewer = await spent({ start_dates: { deals: LATER } })

    expect(fewer.counts).toEqual({ notes: everything.counts.notes, users: everything.counts.users })
    expect(fewer.usage.notes).toEqual(everything.usage.notes)
    expect(fewer.usage.deals?.tokens).toBeLessThan((everything.usage.deals?.tokens ?? 0) / 3)

    const others = await spent({ replication_start_date: LATER, start_dates: { notes: '2000-01-01' } })
    expect(others.counts).toEqual({ notes: everything.counts.notes, users: everything.counts.users })
  })

  test('have no effect on a sync that continues from a state', async () => {
    const sandbox = pipedrive.open()
    const stream_state = { update_time: '2000-01-01T00:00:00Z' }
    const state = [{ type: 'STREAM', stream: { stream_descriptor: { name: 'notes' }, stream_state } }]
    const output = await read(sandbox, {
      streams: ['notes'],
      state,
      config: { start_dates: { notes: LATER } },
    })
    expect(output.recordCounts().notes).toBe(sandbox.rows('notes').length)
  })
})
