import { describe, expect, test } from '@jest/globals'
import type { Switches } from '../../sandbox/sandbox.js'
import { makeAdmin } from '../support/admin.js'
import { DAY, deletionsOf, HOUR, siblings, synced } from '../support/removals.js'
import { pipedriveServer } from '../support/sandbox.js'

const pipedrive = pipedriveServer()
const company = (
  switches: Partial<Switches> = {},
  streams: readonly string[] = ['deal_products', 'deletions'],
) => synced(pipedrive, streams, switches)

describe('no line item is taken for removed', () => {
  test('when it moved to another deal', async () => {
    const { sandbox, connection } = await company()
    const [id = 0] = siblings(sandbox, 'deal_products')
    const other = sandbox.rows('deals').at(-1)?.id
    sandbox.edit('deal_products', id, { deal_id: other })
    const found = [await connection.syncAfter(HOUR), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when the owner of the token is not an admin, nor before a complete walk as one', async () => {
    const { sandbox, connection } = await company()
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
    const { sandbox, connection } = await company()
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
    const { sandbox, connection } = await company({ goneParents })
    const [id = 0] = siblings(sandbox, 'deal_products')
    goneParents.ids.push(sandbox.rows('deal_products').find((row) => row.id === id)?.deal_id as number)
    sandbox.remove('deal_products', id)
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when one response leaves it out', async () => {
    const { sandbox, connection } = await company()
    const [id = 0] = siblings(sandbox, 'deal_products')
    const without = (body: { data: { id: number }[] }) => ({
      ...body,
      data: body.data.filter((row) => row.id !== id),
    })
    const fault = { kind: 'rewrite', rewrite: without } as const
    sandbox.faults.inject({ path: '/deals/products', times: 1, fault })
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })

  test('when responses come without rows, although they state their end', async () => {
    const { sandbox, connection } = await company()
    const rewrite = (body: object) => ({ ...body, data: [] })
    const fault = { kind: 'rewrite', rewrite } as const
    sandbox.faults.inject({ path: '/deals/products', times: Infinity, fault })
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    sandbox.faults.clear()
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
  })

  test('when responses do not state their end, before it is missing twice', async () => {
    const { sandbox, connection } = await company({ v2PageMarkers: 'absent' })
    const [id = 0] = siblings(sandbox, 'deal_products')
    sandbox.remove('deal_products', id)
    expect(deletionsOf(await connection.syncAfter(HOUR))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([])
    expect(deletionsOf(await connection.syncAfter(DAY))).toEqual([[String(id), 'removed_from_parent']])
  })

  test('when its deal is hidden from the owner of the token', async () => {
    const goneParents = { ids: [] as number[], status: 403 as const }
    const { sandbox, connection } = await company({ goneParents }, ['deals', 'deal_products', 'deletions'])
    const [id] = siblings(sandbox, 'deal_products')
    const deal = sandbox.rows('deal_products').find((row) => row.id === id)?.deal_id as number
    makeAdmin(sandbox, false)
    sandbox.hide('deals', deal)
    goneParents.ids.push(deal)
    const found = [await connection.syncAfter(DAY), await connection.syncAfter(DAY)]
    expect(found.flatMap(deletionsOf)).toEqual([])
  })
})
