import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { read, run, configOf, file } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 25 * HOUR

beforeEach(stopClock)

type Id = string | number
const LISTS = ['persons', 'organizations', 'products', 'activities', 'leads', 'notes', 'files'] as const
const open = (switches: Partial<Switches> = {}) =>
  pipedrive.open({ deals: 12, epoch: Date.now() - DAY, switches })
const idsOf = (sandbox: Sandbox, stream: string) => sandbox.rows(stream).map(({ id }) => id as Id)
const stateOf = (output: Output, before: object[] = []) => [...before, ...output.stateFile()]

/** Syncs of one connection, a day apart. */
class Connection {
  state: object[] = []
  output: Output | undefined

  constructor(
    private readonly sandbox: Sandbox,
    private readonly streams: readonly string[],
    private readonly config: object = {},
  ) {}

  async sync(): Promise<Output> {
    travel(DAY)
    const { streams, config, state } = this
    this.output = await read(this.sandbox, { streams, config, ...(state.length > 0 && { state }) })
    const last = new Map(
      stateOf(this.output, this.state).map((entry) => [JSON.stringify(descriptorOf(entry)), entry]),
    )
    this.state = [...last.values()]
    return this.output
  }
}

function descriptorOf(entry: object): unknown {
  return (entry as { stream: { stream_descriptor: unknown } }).stream.stream_descriptor
}

const deletionsOf = (output: Output) =>
  output.records('deletions').map(({ stream, id, restored_at }) => [stream, id, restored_at !== null])

describe.each(['absent', 'returned', 'gone'] as const)(
  'when Pipedrive answers for deleted rows by their ids: %s,',
  (deletedById) => {
    test.each(LISTS)('a row of %s that was deleted is in deletions a day later', async (stream) => {
      const sandbox = open({ deletedById })
      const connection = new Connection(sandbox, [stream, 'deletions'])
      const first = await connection.sync()
      expect(first.records('deletions')).toEqual([])
      const [id = 0] = idsOf(sandbox, stream)
      sandbox.remove(stream, id)
      const second = await connection.sync()
      expect(deletionsOf(second)).toEqual([[stream, String(id), false]])
      const third = await connection.sync()
      expect(third.recordCounts()).toEqual({})
    })
  },
)

describe.each([true, false])('with page markers: %s,', (isMarked) => {
  const markers = { v1PageMarkers: isMarked ? 'full' : 'absent', v2PageMarkers: isMarked ? 'full' : 'absent' }
  const switches = markers as Partial<Switches>

  test.each(['persons', 'leads'] as const)(
    'rows of %s are found within two walks at most',
    async (stream) => {
      const sandbox = open(switches)
      const connection = new Connection(sandbox, [stream, 'deletions'])
      await connection.sync()
      const ids = idsOf(sandbox, stream)
      const gone = [ids[0], ids.at(-1)] as Id[]
      for (const id of gone) sandbox.remove(stream, id, { hard: true })
      const found = [await connection.sync(), await connection.sync()].flatMap(deletionsOf)
      expect(found.sort()).toEqual(gone.map((id) => [stream, String(id), false]).sort())
    },
  )

  test('deals that were archived are none of them, nor are their archived ones', async () => {
    const sandbox = open({ ...switches, archivingMovesUpdateTime: false })
    const connection = new Connection(sandbox, ['deals', 'deletions'])
    await connection.sync()
    const [archived = 0, deleted = 0] = idsOf(sandbox, 'deals')
    sandbox.archive('deals', archived)
    sandbox.remove('deals', deleted, { hard: true })
    const found = [await connection.sync(), await connection.sync()].flatMap(deletionsOf)
    expect(found.filter(([, id]) => id === String(archived))).toEqual([])
    expect(found.filter(([, id]) => id === String(deleted))).toEqual([['deals', String(deleted), false]])
  })
})

test('a row that comes back is in deletions as restored, and in its stream', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, ['persons', 'deletions'])
  await connection.sync()
  const [id = 0] = idsOf(sandbox, 'persons')
  sandbox.hide('persons', id)
  expect(deletionsOf(await connection.sync())).toEqual([['persons', String(id), false]])
  sandbox.reveal('persons', id)
  const back = await connection.sync()
  expect(back.records('persons').map((person) => person.id)).toEqual([id])
  expect(deletionsOf(back)).toEqual([['persons', String(id), true]])
  const [row] = back.records('deletions')
  expect(String(row?.found_missing_at) < String(row?.restored_at)).toBe(true)
  expect(row?.changed_at).toBe(row?.restored_at)
})

test('a lead that became a deal is in deletions as converted, if deals are selected', async () => {
  const sandbox = open()
  const both = new Connection(sandbox, ['leads', 'deals', 'deletions'])
  const alone = new Connection(sandbox, ['leads', 'deletions'])
  await both.sync()
  await alone.sync()
  const [converted = '', deleted = ''] = idsOf(sandbox, 'leads') as string[]
  sandbox.convertLead(converted)
  sandbox.remove('leads', deleted)
  const reasons = (output: Output) =>
    Object.fromEntries(output.records('deletions').map(({ id, reason }) => [String(id), reason]))
  expect(reasons(await both.sync())).toEqual({ [converted]: 'converted', [deleted]: 'deleted' })
  expect(reasons(await alone.sync())).toEqual({ [converted]: 'deleted', [deleted]: 'deleted' })
})

test('a lead that became a deal is known as such until it is found to be gone', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, ['leads', 'deals', 'deletions'], { verification: 0 })
  await connection.sync()
  const [converted = ''] = idsOf(sandbox, 'leads') as string[]
  sandbox.convertLead(converted)
  expect((await connection.sync()).records('deletions')).toEqual([])
  const later = new Connection(sandbox, ['leads', 'deals', 'deletions'])
  later.state = connection.state
  const found = [...(await later.sync()).records('deletions'), ...(await later.sync()).records('deletions')]
  expect(found.map(({ id, reason }) => [id, reason])).toEqual([[converted, 'converted']])
})

test('stages and other short lists are compared in every sync, and have to lack a row twice', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, ['stages', 'deletions'])
  await connection.sync()
  const [id = 0] = idsOf(sandbox, 'stages')
  sandbox.remove('stages', id)
  expect(deletionsOf(await connection.sync())).toEqual([])
  expect(deletionsOf(await connection.sync())).toEqual([['stages', String(id), false]])
})

test('deals that Pipedrive returns as deleted are in deletions at once, and only once', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, ['deals', 'deletions'])
  const before = (await connection.sync()).records('deals').filter(({ is_deleted }) => is_deleted === true)
  expect(before.length).toBeGreaterThan(0)
  const [id = 0] = idsOf(sandbox, 'deals')
  sandbox.remove('deals', id)
  const second = await connection.sync()
  expect(deletionsOf(second)).toEqual([['deals', String(id), false]])
  expect(second.records('deals')).toMatchObject([{ id, is_deleted: true }])
  // Pipedrive leaves it out after thirty days.
  travel(31 * DAY)
  for (let at = 0; at < 2; at += 1) expect(deletionsOf(await connection.sync())).toEqual([])
})

test('deletions that are selected later have what was found before', async () => {
  const sandbox = open()
  const alone = new Connection(sandbox, ['persons'])
  await alone.sync()
  const [id = 0] = idsOf(sandbox, 'persons')
  sandbox.remove('persons', id)
  await alone.sync()
  const both = new Connection(sandbox, ['persons', 'deletions'])
  both.state = alone.state
  expect(deletionsOf(await both.sync())).toEqual([['persons', String(id), false]])
})

test('a run that is killed behind the record of a deletion, or before, loses none', async () => {
  const sandbox = open()
  const connection = new Connection(sandbox, ['persons', 'deletions'])
  await connection.sync()
  const [id = 0] = idsOf(sandbox, 'persons')
  sandbox.remove('persons', id)
  const { state } = connection
  const whole = await connection.sync()
  for (let lines = 1; lines < whole.text.split('\n').length; lines += 3) {
    const killed = whole.cutAfter(lines)
    const names = new Set(killed.stateFile().map((entry) => JSON.stringify(descriptorOf(entry))))
    const next = new Connection(sandbox, ['persons', 'deletions'])
    next.state = [
      ...state.filter((entry) => !names.has(JSON.stringify(descriptorOf(entry)))),
      ...killed.stateFile(),
    ]
    const found = [...deletionsOf(killed), ...deletionsOf(await next.sync())]
    expect(found).toContainEqual(['persons', String(id), false])
  }
})

describe('with remove_deleted', () => {
  test('a deleted row gets a record with its key, a cursor and _ab_cdc_deleted_at', async () => {
    const sandbox = open()
    const connection = new Connection(sandbox, ['persons', 'leads', 'deals'], { remove_deleted: true })
    await connection.sync()
    const [id = 0] = idsOf(sandbox, 'persons')
    const [lead = ''] = idsOf(sandbox, 'leads')
    const [deal = 0] = idsOf(sandbox, 'deals')
    sandbox.remove('persons', id)
    sandbox.remove('leads', lead)
    sandbox.remove('deals', deal)
    const output = await connection.sync()
    const [tombstone] = output.records('persons')
    expect(output.records('persons')).toEqual([
      { id, update_time: tombstone?._ab_cdc_deleted_at, _ab_cdc_deleted_at: expect.any(String) },
    ])
    expect(output.records('leads')).toMatchObject([{ id: lead, _ab_cdc_deleted_at: expect.any(String) }])
    expect(output.records('deals')).toMatchObject([
      { id: deal, is_deleted: true, _ab_cdc_deleted_at: expect.any(String) },
    ])
  })

  test('discover declares the column, which it does not otherwise', async () => {
    const sandbox = open()
    const columns = async (more: object) => {
      const output = await run(['discover', '--config', file(configOf(sandbox, more))])
      const streams = output.messages.flatMap(({ catalog }) => catalog?.streams ?? [])
      return streams.filter(({ json_schema }) => JSON.stringify(json_schema).includes('_ab_cdc_deleted_at'))
    }
    expect((await columns({ remove_deleted: true })).length).toBeGreaterThan(10)
    expect(await columns({})).toEqual([])
  })
})
