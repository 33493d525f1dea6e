import { describe, expect, test } from '@jest/globals'
import type { SeedRecord } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()

const V2 = ['deals', 'persons', 'organizations', 'activities', 'products', 'pipelines', 'stages']
const V1 = ['notes', 'files', 'filters']
const LISTS = [...V2, ...V1, 'leads']
const STREAMS = [...LISTS, 'deals_archived', 'leads_archived']

/** From long before 1970 until today, several rows in some of the seconds. */
const DAYS = [
  '1900-01-01',
  '1969-12-31',
  '1969-12-31',
  '1969-12-31',
  '1970-01-01',
  '1970-01-02',
  '2026-05-15',
]

function rowsOf(stream: string): SeedRecord[] {
  return DAYS.flatMap((day, index): SeedRecord[] => {
    const update_time = V1.includes(stream) ? `${day} 00:00:00` : `${day}T00:00:00Z`
    const id = (place: number) => (stream === 'leads' ? `lead-${place}` : place)
    const live = { stream, data: { id: id(index + 1), update_time, status: 'open' } }
    if (stream !== 'deals' && stream !== 'leads') return [live]
    const archived = { ...live.data, id: id(index + 101), is_archived: true, archive_time: update_time }
    return [live, { stream, data: archived }]
  })
}

describe('rows that are dated before 1970', () => {
  test.each([2, Infinity])(
    'are read once from every kind of list, at most %d rows per page',
    async (pageCap) => {
      const sandbox = pipedrive.open({ records: LISTS.flatMap(rowsOf), switches: { pageCap } })
      const first = await inVirtualTime(() => read(sandbox, { streams: STREAMS }))
      expect(first.errors()).toEqual([])
      for (const stream of STREAMS) {
        const truth = sandbox.rows(stream).map(({ id }) => String(id))
        const ids = first.records(stream).map(({ id }) => String(id))
        expect([stream, ids.sort()]).toEqual([stream, truth.sort()])
      }
      const second = await inVirtualTime(() => read(sandbox, { streams: STREAMS, state: first.stateFile() }))
      expect([second.exitCode, second.recordCounts()]).toEqual([0, {}])
    },
  )

  test('are left out by a start date', async () => {
    const sandbox = pipedrive.open({ records: LISTS.flatMap(rowsOf) })
    const config = { replication_start_date: '1970-01-02' }
    const output = await read(sandbox, { streams: ['deals', 'leads', 'files'], config })
    for (const stream of ['deals', 'leads', 'files'])
      expect([stream, output.records(stream).length]).toEqual([stream, 2])
  })
})

/** Responses of the list have this JSON at the start of each row. */
function withStart(stream: string, path: string, start: string) {
  const sandbox = pipedrive.open({ deals: 5 })
  const rewrite = (body: { data: object[] }) => ({
    ...body,
    data: body.data.map((row) => JSON.parse(`{${start},${JSON.stringify(row).slice(1)}`) as object),
  })
  sandbox.faults.inject({ path, times: Infinity, fault: { kind: 'rewrite', rewrite } })
  return { sandbox, truth: sandbox.rows(stream, { deleted: true }) }
}

test.each([
  { stream: 'users', path: '/v1/users' },
  { stream: 'deals', path: '/api/v2/deals' },
  { stream: 'deal_fields', path: '/v1/dealFields' },
])('a key __proto__ in rows of $stream is kept, and changes nothing else', async ({ stream, path }) => {
  const { sandbox, truth } = withStart(stream, path, '"__proto__":{"is_deleted":7,"id":null}')
  const output = await read(sandbox, { streams: [stream] })
  expect(output.exitCode).toBe(0)
  const records = output.records(stream)
  expect(records).toHaveLength(truth.length)
  for (const record of records) {
    const own = Object.entries(record).find(([key]) => key === '__proto__')
    expect(own?.[1]).toEqual({ is_deleted: 7, id: null })
  }
})

test.each([
  { name: 'a text', value: 'yesterday', shown: '"yesterday"' },
  { name: 'a number', value: 1_700_000_000, shown: 'a value of type number' },
  { name: 'a text with control characters', value: '\u001b[2J\n'.repeat(50), shown: '"' },
])(
  'an update time that is $name fails its stream, and the error names the field',
  async ({ value, shown }) => {
    const sandbox = pipedrive.open({ deals: 5 })
    const rewrite = (body: { data: object[] }) => ({
      ...body,
      data: body.data.map((row) => ({ ...row, update_time: value })),
    })
    sandbox.faults.inject({ path: '/v1/notes', times: Infinity, fault: { kind: 'rewrite', rewrite } })
    const output = await read(sandbox, { streams: ['notes', 'users'] })
    expect(output.statuses('notes').at(-1)).toBe('INCOMPLETE')
    expect(output.statuses('users').at(-1)).toBe('COMPLETE')
    const [error] = output.errors()
    expect(error).toMatchObject({ failure_type: 'system_error', stream_descriptor: { name: 'notes' } })
    expect(error?.message).toContain(
      `Pipedrive returned a row that the connector does not understand: notes.update_time is not a time: ${shown}`,
    )
    expect(error?.message).not.toMatch(/\p{Cc}/u)
  },
)

test('a malformed time in another field keeps its text', async () => {
  const sandbox = pipedrive.open({ deals: 5 })
  const rewrite = (body: { data: object[] }) => ({
    ...body,
    data: body.data.map((row) => ({ ...row, won_time: 'soon', add_time: '2026-02-31T00:00:00Z' })),
  })
  sandbox.faults.inject({ path: '/api/v2/deals', times: Infinity, fault: { kind: 'rewrite', rewrite } })
  const output = await read(sandbox, { streams: ['deals'] })
  expect(output.exitCode).toBe(0)
  for (const record of output.records('deals'))
    expect(record).toMatchObject({ won_time: 'soon', add_time: '2026-02-31T00:00:00Z' })
})

test('a row without a key fails its stream, and the others go on', async () => {
  const sandbox = pipedrive.open({ deals: 5 })
  const rewrite = (body: { data: object[] }) => ({
    ...body,
    data: body.data.map((row) => ({ ...row, id: null })),
  })
  sandbox.faults.inject({ path: '/v1/users', times: Infinity, fault: { kind: 'rewrite', rewrite } })
  const output = await read(sandbox, { streams: ['users', 'deals'] })
  expect(output.statuses('users').at(-1)).toBe('INCOMPLETE')
  expect(output.statuses('deals').at(-1)).toBe('COMPLETE')
  expect(output.errors()[0]?.message).toContain('A row of users has no id.')
})
