import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Switches } from '../../sandbox/sandbox.js'
import { configOf, file, run } from '../support/connector.js'
import { connectionTo, DAY, deletionsOf, idsOf, settledCompany } from '../support/deletions.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock } from '../support/time.js'

const pipedrive = pipedriveServer()

beforeEach(stopClock)

const open = (switches: Partial<Switches> = {}) => settledCompany(pipedrive, switches)

test('a row that comes back is in deletions as restored, and in its stream', async () => {
  const sandbox = open()
  const connection = connectionTo(sandbox, ['persons', 'deletions'])
  await connection.syncAfter(DAY)
  const [id = 0] = idsOf(sandbox, 'persons')
  sandbox.hide('persons', id)
  expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([['persons', String(id), false]])
  sandbox.reveal('persons', id)
  const back = await connection.syncAfter(DAY)
  expect(back.records('persons').map((person) => person.id)).toEqual([id])
  expect(deletionsOf(back)).toEqual([['persons', String(id), true]])
  const [row] = back.records('deletions')
  expect(String(row?.found_missing_at) < String(row?.restored_at)).toBe(true)
  expect(row?.changed_at).toBe(row?.restored_at)
})

test('deletions that are selected later have what was found before', async () => {
  const sandbox = open()
  const alone = connectionTo(sandbox, ['persons'])
  await alone.syncAfter(DAY)
  const [id = 0] = idsOf(sandbox, 'persons')
  sandbox.remove('persons', id)
  await alone.syncAfter(DAY)
  const both = connectionTo(sandbox, ['persons', 'deletions'], {}, alone.state)
  expect(deletionsOf(await both.syncAfter(DAY))).toEqual([['persons', String(id), false]])
})

test.each([
  { list: 'persons', streams: ['persons', 'deletions'], deletedById: 'absent' },
  { list: 'leads', streams: ['leads', 'leads_archived', 'deletions'], deletedById: 'returned' },
] as const)(
  'a run that is killed behind the record of a deletion of $list, or before, loses none',
  async (given) => {
    const { list, streams, deletedById } = given
    const sandbox = open({ deletedById })
    const connection = connectionTo(sandbox, streams)
    await connection.syncAfter(DAY)
    const [id = 0] = idsOf(sandbox, list)
    sandbox.remove(list, id)
    const { state } = connection
    const whole = await connection.syncAfter(DAY)
    for (let lines = 1; lines < whole.text.split('\n').length; lines += 2) {
      const next = connectionTo(sandbox, streams, {}, state)
      const killed = await next.sync((output) => output.cutAfter(lines))
      const found = [...deletionsOf(killed), ...deletionsOf(await next.syncAfter(DAY))]
      expect(found).toContainEqual([list, String(id), false])
    }
  },
)

describe('with remove_deleted', () => {
  test('a deleted row gets a record with its key, a cursor and _ab_cdc_deleted_at', async () => {
    const sandbox = open()
    const connection = connectionTo(sandbox, ['persons', 'leads', 'deals'], { remove_deleted: true })
    await connection.syncAfter(DAY)
    const [id = 0] = idsOf(sandbox, 'persons')
    const [lead = ''] = idsOf(sandbox, 'leads')
    const [deal = 0] = idsOf(sandbox, 'deals')
    sandbox.remove('persons', id)
    sandbox.remove('leads', lead)
    sandbox.remove('deals', deal)
    const output = await connection.syncAfter(DAY)
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
