import { describe, expect, test } from '@jest/globals'
import type { Switches } from '../../../sandbox/sandbox.js'
import { Connection } from '../../support/connection.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { idOf, seedRows } from '../../support/seed-rows.js'
import { travel } from '../../support/time.js'

const pipedrive = pipedriveServer()
const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('an order or filter of the list that the documents leave open', () => {
  interface Case {
    name: string
    stream: string
    count: number
    stepMs: number
    switches: Partial<Switches>
  }
  // Steps of 70 ms: pages end in the middle of a second.
  const read: Case[] = [
    {
      name: 'ties in an unstable order',
      stream: 'leads',
      count: 1_200,
      stepMs: 0,
      switches: { tieOrder: 'unstable' },
    },
    {
      name: 'ties in an unstable order',
      stream: 'notes',
      count: 1_200,
      stepMs: 100,
      switches: { tieOrder: 'unstable' },
    },
    {
      name: 'pages clamped to 100 rows, no markers',
      stream: 'leads',
      count: 400,
      stepMs: MINUTE,
      switches: { pageCap: 100, v1PageMarkers: 'absent' },
    },
    {
      name: 'pages clamped to 100 rows, no markers',
      stream: 'notes',
      count: 400,
      stepMs: 0,
      switches: { pageCap: 100, v1PageMarkers: 'absent' },
    },
    {
      name: 'an exclusive updated_since',
      stream: 'leads',
      count: 1_200,
      stepMs: 70,
      switches: { sinceFilter: 'exclusive' },
    },
    {
      name: 'an exclusive updated_since',
      stream: 'notes',
      count: 1_200,
      stepMs: 70,
      switches: { sinceFilter: 'exclusive' },
    },
    {
      name: 'a cursor without a tie-break',
      stream: 'deals',
      count: 1_300,
      stepMs: 100,
      switches: { cursorTies: 'skipped' },
    },
    {
      name: 'a cursor without a tie-break',
      stream: 'products',
      count: 1_300,
      stepMs: 100,
      switches: { cursorTies: 'skipped' },
    },
    {
      name: 'no sort by two fields',
      stream: 'leads',
      count: 1_200,
      stepMs: 100,
      switches: { multiSort: 'rejected' },
    },
  ]
  const refused: Case[] = [
    {
      name: 'ties in an unstable order and no sort by two fields',
      stream: 'leads',
      count: 1_200,
      stepMs: 0,
      switches: { tieOrder: 'unstable', multiSort: 'rejected' },
    },
    {
      name: 'a cursor without a tie-break in one second',
      stream: 'deals',
      count: 1_300,
      stepMs: 0,
      switches: { cursorTies: 'skipped' },
    },
    {
      name: 'v2 ties in an unstable order',
      stream: 'deals',
      count: 1_300,
      stepMs: 0,
      switches: { tieOrder: 'unstable' },
    },
  ]

  test.each(read)(
    '$name: all $count $stream come, each once',
    async ({ stream, count, stepMs, switches }) => {
      const sandbox = pipedrive.open({ switches, records: seedRows(stream, count, { stepMs }) })
      const connection = new Connection(sandbox, { streams: [stream] })
      const output = await connection.sync()
      expect([output.errors(), connection.missing(stream)]).toEqual([[], []])
      expect(output.records(stream)).toHaveLength(count)
      expect((await connection.syncAfter(HOUR)).recordCounts()).toEqual({})
    },
  )

  test.each(refused)(
    '$name: $stream are complete, or there is an error',
    async ({ stream, count, stepMs, switches }) => {
      const sandbox = pipedrive.open({ switches, records: seedRows(stream, count, { stepMs }) })
      const connection = new Connection(sandbox, { streams: [stream] })
      const output = await connection.sync()
      const isComplete = connection.missing(stream).length === 0
      expect([output.statuses(stream).at(-1), isComplete]).toEqual(
        isComplete ? ['COMPLETE', true] : ['INCOMPLETE', false],
      )
    },
  )

  test.each(read)('$name: an edit among $stream comes', async ({ stream, count, stepMs, switches }) => {
    const sandbox = pipedrive.open({ switches, records: seedRows(stream, count, { stepMs }) })
    const connection = new Connection(sandbox, { streams: [stream] })
    await connection.sync()
    travel(HOUR)
    const { id } = sandbox.edit(stream, idOf(stream, Math.floor(count / 2)), { title: 'Edited' })
    expect((await connection.sync()).records(stream)).toMatchObject([{ id }])
  })
})
