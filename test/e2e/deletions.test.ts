import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Switches } from '../../sandbox/sandbox.js'
import { makeAdmin } from '../support/admin.js'
import type { Output } from '../support/output.js'
import { connectionTo, DAY, deletionsOf, idsOf, settledCompany } from '../support/deletions.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()

beforeEach(stopClock)

const LISTS = ['persons', 'organizations', 'products', 'activities', 'leads', 'notes', 'files'] as const
const open = (switches: Partial<Switches> = {}) => settledCompany(pipedrive, switches)

describe.each(['absent', 'returned', 'gone'] as const)(
  'when Pipedrive answers for deleted rows by their ids: %s,',
  (deletedById) => {
    test.each(LISTS)('a row of %s that was deleted is in deletions a day later', async (stream) => {
      const sandbox = open({ deletedById })
      const connection = connectionTo(sandbox, [stream, 'deletions'])
      const first = await connection.syncAfter(DAY)
      expect(first.records('deletions')).toEqual([])
      const [id = 0] = idsOf(sandbox, stream)
      sandbox.remove(stream, id)
      const second = await connection.syncAfter(DAY)
      expect(deletionsOf(second)).toEqual([[stream, String(id), false]])
      const third = await connection.syncAfter(DAY)
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
      const connection = connectionTo(sandbox, [stream, 'deletions'])
      await connection.syncAfter(DAY)
      const ids = idsOf(sandbox, stream)
      const gone = [ids[0], ids.at(-1)] as (string | number)[]
      for (const id of gone) sandbox.remove(stream, id, { hard: true })
      const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)].flatMap(deletionsOf)
      expect(found.sort()).toEqual(gone.map((id) => [stream, String(id), false]).sort())
    },
  )

  test('deals that were archived are none of them, nor are their archived ones', async () => {
    const sandbox = open({ ...switches, archivingMovesUpdateTime: false })
    const connection = connectionTo(sandbox, ['deals', 'deletions'])
    await connection.syncAfter(DAY)
    const [archived = 0, deleted = 0] = idsOf(sandbox, 'deals')
    sandbox.archive('deals', archived)
    sandbox.remove('deals', deleted, { hard: true })
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)].flatMap(deletionsOf)
    expect(found.filter(([, id]) => id === String(archived))).toEqual([])
    expect(found.filter(([, id]) => id === String(deleted))).toEqual([['deals', String(deleted), false]])
  })
})

test('a lead that became a deal is in deletions as converted, if deals are selected', async () => {
  const sandbox = open()
  const both = connectionTo(sandbox, ['leads', 'deals', 'deletions'])
  const alone = connectionTo(sandbox, ['leads', 'deletions'])
  await both.syncAfter(DAY)
  await alone.syncAfter(DAY)
  const [converted = '', deleted = ''] = idsOf(sandbox, 'leads') as string[]
  sandbox.convertLead(converted)
  sandbox.remove('leads', deleted)
  const reasons = (output: Output) =>
    Object.fromEntries(output.records('deletions').map(({ id, reason }) => [String(id), reason]))
  expect(reasons(await both.syncAfter(DAY))).toEqual({ [converted]: 'converted', [deleted]: 'deleted' })
  expect(reasons(await alone.syncAfter(DAY))).toEqual({ [converted]: 'deleted', [deleted]: 'deleted' })
})

test('a lead that became a deal is known as such until it is found to be gone', async () => {
  const sandbox = open()
  const connection = connectionTo(sandbox, ['leads', 'deals', 'deletions'], { verification: 0 })
  await connection.syncAfter(DAY)
  const [converted = ''] = idsOf(sandbox, 'leads') as string[]
  sandbox.convertLead(converted)
  expect((await connection.syncAfter(DAY)).records('deletions')).toEqual([])
  const later = connectionTo(sandbox, ['leads', 'deals', 'deletions'], {}, connection.state)
  const found = [
    ...(await later.syncAfter(DAY)).records('deletions'),
    ...(await later.syncAfter(DAY)).records('deletions'),
  ]
  expect(found.map(({ id, reason }) => [id, reason])).toEqual([[converted, 'converted']])
})

test('stages and other short lists are compared in every sync, and have to lack a row twice', async () => {
  const sandbox = open()
  const connection = connectionTo(sandbox, ['stages', 'deletions'])
  await connection.syncAfter(DAY)
  const [id = 0] = idsOf(sandbox, 'stages')
  sandbox.remove('stages', id)
  expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
  expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([['stages', String(id), false]])
})

test('deals that Pipedrive returns as deleted are in deletions at once, and only once', async () => {
  const sandbox = open()
  const connection = connectionTo(sandbox, ['deals', 'deletions'])
  const before = (await connection.syncAfter(DAY))
    .records('deals')
    .filter(({ is_deleted }) => is_deleted === true)
  expect(before.length).toBeGreaterThan(0)
  const [id = 0] = idsOf(sandbox, 'deals')
  sandbox.remove('deals', id)
  const second = await connection.syncAfter(DAY)
  expect(deletionsOf(second)).toEqual([['deals', String(id), false]])
  expect(second.records('deals')).toMatchObject([{ id, is_deleted: true }])
  // Pipedrive leaves it out after thirty days.
  travel(31 * DAY)
  for (let at = 0; at < 2; at += 1) expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
})

test.each(['deals', 'leads'] as const)(
  'rows of %s that are deleted while they are archived are in deletions after two walks',
  async (stream) => {
    const sandbox = open()
    const streams = [stream, `${stream}_archived`]
    const connection = connectionTo(sandbox, [...streams, 'deletions'], { remove_deleted: true })
    const [archived = 0, restored = 0] = idsOf(sandbox, stream)
    await connection.syncAfter(DAY)
    for (const id of [archived, restored]) sandbox.archive(stream, id)
    await connection.syncAfter(DAY)
    sandbox.remove(stream, archived, { hard: true })
    sandbox.restore(stream, restored)
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    const found = await connection.syncAfter(DAY)
    expect(deletionsOf(found).sort()).toEqual(streams.map((name) => [name, String(archived), false]))
    for (const name of streams)
      expect(found.records(name)).toMatchObject([{ id: archived, _ab_cdc_deleted_at: expect.any(String) }])
    expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
  },
)

test.each(['deals', 'leads'] as const)(
  'rows of %s that are deleted while they are archived, and the owner of the token is not an admin, are found later',
  async (stream) => {
    const sandbox = open()
    const connection = connectionTo(sandbox, [stream, `${stream}_archived`, 'deletions'])
    const [hidden = 0, deleted = 0] = idsOf(sandbox, stream)
    await connection.syncAfter(DAY)
    for (const id of [hidden, deleted]) sandbox.archive(stream, id)
    await connection.syncAfter(DAY)
    makeAdmin(sandbox, false)
    sandbox.hide(stream, hidden)
    sandbox.remove(stream, deleted, { hard: true })
    const requests: (number | undefined)[] = []
    const unseen: Output[] = []
    for (let day = 0; day < 2; day += 1) {
      unseen.push(await connection.syncAfter(DAY))
      requests.push(sandbox.ledger.byStream()[stream]?.requests)
    }
    // What may be hidden is looked for once.
    expect(requests[1]).toBe((requests[0] ?? 0) - 1)
    makeAdmin(sandbox, true)
    sandbox.reveal(stream, hidden)
    unseen.push(await connection.syncAfter(DAY))
    expect(unseen.flatMap(deletionsOf)).toEqual([])
    const found = deletionsOf(await connection.syncAfter(DAY)).sort()
    expect(found).toEqual([stream, `${stream}_archived`].map((name) => [name, String(deleted), false]))
  },
)
