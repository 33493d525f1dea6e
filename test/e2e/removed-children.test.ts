import { describe, expect, test } from '@jest/globals'
import type { Sandbox, Switches } from '../../sandbox/sandbox.js'
import { Connection } from '../support/connection.js'
import { makeAdmin } from '../support/admin.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const DAY = 25 * HOUR
const STREAMS = ['deal_products', 'deal_installments'] as const
type Children = (typeof STREAMS)[number]

/** A company, and a connection that has read the children of its deals. */
async function synced(
  stream: Children,
  switches: Partial<Switches> = {},
  config: object = {},
): Promise<{ sandbox: Sandbox; connection: Connection }> {
  stopClock()
  const sandbox = pipedrive.open({
    deals: 40,
    epoch: Date.now() - DAY,
    switches: { installments: 'included', ...switches },
  })
  const connection = new Connection(sandbox, { streams: [stream, 'deletions'], config })
  await connection.sync()
  return { sandbox, connection }
}

/** Children of one deal that has more than one. */
function siblings(sandbox: Sandbox, stream: Children): number[] {
  const rows = sandbox.rows(stream)
  const familyOf = (deal: unknown) => rows.filter(({ deal_id }) => deal_id === deal)
  const [family = []] = rows.map(({ deal_id }) => familyOf(deal_id)).filter(({ length }) => length > 1)
  return family.map(({ id }) => id as number)
}

const deletionsOf = (output: Output) =>
  output
    .records('deletions')
    .map(({ id, reason, restored_at }) => [id, restored_at === null ? reason : 'back'])

/** The walk over all deals is due after a day; before, only deals that have changed are read. */
describe.each(STREAMS)('of %s, what was removed from its deal', (stream) => {
  test('is in deletions with the next sync, if that moves the deal', async () => {
    const { sandbox, connection } = await synced(stream)
    const [id = 0] = siblings(sandbox, stream)
    sandbox.remove(stream, id)
    expect(deletionsOf(await connection.syncAfter(HOUR))).toEqual([[String(id), 'removed_from_parent']])
    expect((await connection.syncAfter(DAY)).recordCounts()).toEqual({})
  })

  test('is in deletions a day later, if that moves nothing', async () => {
    const { sandbox, connection } = await synced(stream, { lineItemMovesDeal: false })
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
    const { sandbox, connection } = await synced('deal_products')
    const ids = siblings(sandbox, 'deal_products')
    for (const id of ids) sandbox.remove('deal_products', id)
    const found = deletionsOf(await connection.syncAfter(HOUR))
    expect(found.sort()).toEqual(ids.map((id) => [String(id), 'removed_from_parent']).sort())
  })

  test('of a deal that left no trace are deleted with it', async () => {
    const { sandbox, connection } = await synced('deal_products')
    const ids = siblings(sandbox, 'deal_products')
    const deal = sandbox.rows('deal_products').find(({ id }) => id === ids[0])?.deal_id
    sandbox.remove('deals', deal as number, { hard: true })
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual(ids.map((id) => [String(id), 'deleted']))
  })

  test('that come back are emitted again, and in deletions as restored', async () => {
    const { sandbox, connection } = await synced('deal_products')
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
    const { sandbox, connection } = await synced('deal_products')
    const [id = 0] = siblings(sandbox, 'deal_products')
    const { deal_id } = sandbox.rows('deal_products').find((row) => row.id === id) ?? {}
    const item = sandbox.create('deal_products', { deal_id, name: 'New' }, { touch: false })
    const found = await connection.syncAfter(DAY)
    expect(found.records('deal_products').map((row) => row.id)).toEqual([item.id])
    expect(found.logs('WARN').join()).toContain('deal_products: ')
  })

  test('get a record that has destinations delete them, with remove_deleted', async () => {
    const { sandbox, connection } = await synced('deal_products', {}, { remove_deleted: true })
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.remove('deal_products', id)
    const last = (await connection.syncAfter(HOUR)).records('deal_products').at(-1)
    const time = last?._ab_cdc_deleted_at
    expect(last).toEqual({ id, update_time: time, _ab_cdc_deleted_at: expect.any(String) })
  })

  test('are found although a run is killed at any line', async () => {
    const { sandbox, connection } = await synced('deal_products')
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

describe('no line item is taken for removed', () => {
  test('when it moved to another deal', async () => {
    const { sandbox, connection } = await synced('deal_products')
    const [id = 0] = siblings(sandbox, 'deal_products')
    const other = sandbox.rows('deals').at(-1)?.id
    sandbox.edit('deal_products', id, { deal_id: other })
    const found = [await connection.syncAfter(HOUR), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when the owner of the token is not an admin, nor before a complete walk as one', async () => {
    const { sandbox, connection } = await synced('deal_products')
    makeAdmin(sandbox, false)
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.hide('deal_products', id)
    const hidden = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    makeAdmin(sandbox, true)
    expect(hidden.flatMap(deletionsOf)).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([[String(id), 'removed_from_parent']])
  })

  test('when more than a tenth vanish at once, before the next walk finds the same', async () => {
    const { sandbox, connection } = await synced('deal_products')
    const many = Array.from({ length: 60 }, () => sandbox.create('deal_products', { deal_id: 1 }))
    await connection.syncAfter(HOUR)
    for (const { id } of many) sandbox.hide('deal_products', id as number)
    const doubted = await connection.syncAfter(DAY)
    expect([deletionsOf(doubted), doubted.logs('WARN')]).toEqual([
      [],
      [expect.stringContaining('60 records')],
    ])
    expect(deletionsOf(await connection.syncAfter(DAY)).length).toBe(60)
  })

  test('when the deals cannot be read', async () => {
    const goneParents = { ids: [] as number[], status: 404 as const }
    const { sandbox, connection } = await synced('deal_products', { goneParents })
    const [id = 0] = siblings(sandbox, 'deal_products')
    goneParents.ids.push(sandbox.rows('deal_products').find((row) => row.id === id)?.deal_id as number)
    sandbox.remove('deal_products', id)
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when responses come without rows, although they state their end', async () => {
    const { sandbox, connection } = await synced('deal_products')
    const rewrite = (body: object) => ({ ...body, data: [] })
    const fault = { kind: 'rewrite', rewrite } as const
    sandbox.faults.inject({ path: '/deals/products', times: Infinity, fault })
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    sandbox.faults.clear()
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
  })

  test('when responses do not state their end, before it is missing twice', async () => {
    const { sandbox, connection } = await synced('deal_products', { v2PageMarkers: 'absent' })
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.remove('deal_products', id)
    expect(deletionsOf(await connection.syncAfter(HOUR))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([[String(id), 'removed_from_parent']])
  })
})
