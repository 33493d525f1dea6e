import { describe, expect, test } from '@jest/globals'
import { Connection } from '../support/connection.js'
import { DAY, deletionsOf, HOUR, siblings, STREAMS, synced, type Children } from '../support/removals.js'
import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const company = (stream: Children, switches: Partial<Switches> = {}, config: object = {}) =>
  synced(pipedrive, [stream, 'deletions'], switches, config)

/** The walk over all deals is due after a day; before, only deals that have changed are read. */
describe.each(STREAMS)('of %s, what was removed from its deal', (stream) => {
  test('is in deletions with the next sync, if that moves the deal', async () => {
    const { sandbox, connection } = await company(stream)
    const [id = 0] = siblings(sandbox, stream)
    sandbox.remove(stream, id)
    expect(deletionsOf(await connection.syncAfter(HOUR))).toEqual([[String(id), 'removed_from_parent']])
    expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
  })

  test('is in deletions a day later, if that moves nothing', async () => {
    const { sandbox, connection } = await company(stream, { lineItemMovesDeal: false })
    const [id = 0] = siblings(sandbox, stream)
    sandbox.remove(stream, id)
    expect(deletionsOf(await connection.syncAfter(HOUR))).toEqual([])
    const found = await connection.syncAfter(DAY)
    expect(deletionsOf(found)).toEqual([[String(id), 'removed_from_parent']])
    expect(found.logs('INFO').join('\n')).toMatch(new RegExp(`${stream}: .*verified up to .*, 1 deleted`))
  })
})

describe('line items', () => {
  test('that were the last ones of their deal are found when its count shows none', async () => {
    const { sandbox, connection } = await company('deal_products')
    const ids = siblings(sandbox, 'deal_products')
    for (const id of ids) sandbox.remove('deal_products', id)
    const found = deletionsOf(await connection.syncAfter(HOUR))
    expect(found.sort()).toEqual(ids.map((id) => [String(id), 'removed_from_parent']).sort())
  })

  test('of a deal that left no trace are deleted with it', async () => {
    const { sandbox, connection } = await company('deal_products')
    const ids = siblings(sandbox, 'deal_products')
    const deal = sandbox.rows('deal_products').find(({ id }) => id === ids[0])?.deal_id
    sandbox.remove('deals', deal as number, { hard: true })
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual(ids.map((id) => [String(id), 'deleted']))
  })

  test('that come back are emitted again, and in deletions as restored', async () => {
    const { sandbox, connection } = await company('deal_products')
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.hide('deal_products', id)
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([[String(id), 'removed_from_parent']])
    sandbox.reveal('deal_products', id)
    const back = await connection.syncAfter(DAY)
    expect([deletionsOf(back), back.records('deal_products').map((row) => row.id)]).toEqual([
      [[String(id), 'back']],
      [id],
    ])
  })

  test('that a deal got without moving are emitted a day later, with a warning', async () => {
    const { sandbox, connection } = await company('deal_products')
    const [id = 0] = siblings(sandbox, 'deal_products')
    const { deal_id } = sandbox.rows('deal_products').find((row) => row.id === id) ?? {}
    const item = sandbox.create('deal_products', { deal_id, name: 'New' }, { touch: false })
    const found = await connection.syncAfter(DAY)
    expect(found.records('deal_products').map((row) => row.id)).toEqual([item.id])
    expect(found.logs('WARN').join()).toContain('deal_products: ')
  })

  test('get a record that has destinations delete them, with remove_deleted', async () => {
    const { sandbox, connection } = await company('deal_products', {}, { remove_deleted: true })
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.remove('deal_products', id)
    const last = (await connection.syncAfter(HOUR)).records('deal_products').at(-1)
    const time = last?._ab_cdc_deleted_at
    expect(last).toEqual({ id, update_time: time, _ab_cdc_deleted_at: expect.any(String) })
  })

  test('are found although a run is killed at any line', async () => {
    const { sandbox, connection } = await company('deal_products')
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.remove('deal_products', id)
    const state = connection.state
    const whole = await connection.syncAfter(HOUR)
    for (let lines = 1; lines < whole.text.split('\n').length; lines += 2) {
      const next = new Connection(sandbox, { streams: ['deal_products', 'deletions'], state })
      const killed = await next.sync((output) => output.cutAfter(lines))
      const found = [...deletionsOf(killed), ...deletionsOf(await next.syncAfter(DAY))]
      expect(found.map(([key]) => key)).toContain(String(id))
    }
  })
})

describe('children of deals that are deleted', () => {
  const both = (switches: Partial<Switches> = {}, config: object = {}) =>
    synced(pipedrive, ['deals', 'deal_products', 'deletions'], switches, config)
  const dealOf = (sandbox: Sandbox, item: number | undefined) =>
    sandbox.rows('deal_products').find(({ id }) => id === item)?.deal_id as number

  test.each([false, true])(
    'are deleted with them, whether Pipedrive still returns the deal or not (hard: %s)',
    async (hard) => {
      const goneParents = { ids: [] as number[], status: 404 as const }
      const { sandbox, connection } = await both({ goneParents }, { remove_deleted: true })
      const items = siblings(sandbox, 'deal_products')
      const deal = dealOf(sandbox, items[0])
      sandbox.remove('deals', deal, { hard })
      goneParents.ids.push(deal)
      const found = await connection.syncAfter(DAY)
      const gone = [String(deal), ...items.map(String)].map((id) => [id, 'deleted'])
      expect(deletionsOf(found).sort()).toEqual(gone.sort())
      const tombstones = found.records('deal_products').filter((row) => row._ab_cdc_deleted_at !== null)
      expect(tombstones.map(({ id }) => id).sort()).toEqual(items.sort())
      expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
    },
  )

  test('come back with them', async () => {
    const { sandbox, connection } = await both()
    const items = siblings(sandbox, 'deal_products')
    const deal = dealOf(sandbox, items[0])
    const { status } = sandbox.rows('deals').find(({ id }) => id === deal) ?? {}
    sandbox.remove('deals', deal)
    await connection.syncAfter(HOUR)
    sandbox.edit('deals', deal, { status, is_deleted: false })
    const back = await connection.syncAfter(HOUR)
    expect(
      back
        .records('deal_products')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(items.sort())
    expect(deletionsOf(back).map(([, reason]) => reason)).toEqual([deal, ...items].map(() => 'back'))
  })
})
