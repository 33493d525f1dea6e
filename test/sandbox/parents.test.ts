import { describe, expect, test } from '@jest/globals'
import { createClock } from '../../sandbox/clock.js'
import { checkParents } from '../../sandbox/parents.js'
import { streamOf } from '../../sandbox/registry.js'
import type { Row, Switches } from '../../sandbox/sandbox.js'
import { Store } from '../../sandbox/store.js'
import { defaultSwitches } from '../../sandbox/switches.js'
import { respondV2List } from '../../sandbox/v2-list.js'
import { get, ids, NOON, record, sandboxOf } from './client.js'

describe('The switch goneParents', () => {
  const records = [record('deals', 1), record('deals', 2), record('deal_products', 7, { deal_id: 2 })]

  test.each([403, 404, 410] as const)(
    'goneParents fails every batch that names such a deal with %i',
    async (status) => {
      const sandbox = sandboxOf(records, { goneParents: { ids: [1], status } })
      const batch = async (dealIds: string) => get(sandbox, `/api/v2/deals/products?deal_ids=${dealIds}`)
      expect((await batch('1,2')).status).toBe(status)
      const alone = await batch('1')
      expect(alone.status).toBe(status)
      expect(alone.body.error).not.toMatch(/scope/i)
      expect(ids((await batch('2')).body.data)).toEqual([7])
    },
  )
})

describe('A list in the path of its parent', () => {
  // None of the streams has such a path yet: activities stand in for one.
  const stream = { ...streamOf('activities'), parent: { stream: 'deals', field: 'deal_id' } }
  const clock = createClock(() => NOON)
  const switches: Switches = { ...defaultSwitches, goneParents: { ids: [2], status: 410 } }
  const store = new Store(clock, switches)
  for (const id of [1, 2]) store.seed('deals', { id })
  for (const id of [5, 6, 7]) store.seed('activities', { id, deal_id: id === 6 ? 2 : 1 })
  const context = { store, switches, companyId: 1, now: NOON, requestNumber: 1 }
  const query = new URLSearchParams()

  test('A list in the path of a parent has the rows of that parent', () => {
    const { body } = respondV2List(stream, query, context, '1')
    expect(ids((body as { data: Row[] }).data)).toEqual([5, 7])
  })

  test.each([
    ['2', 410],
    ['3', 404],
  ])('A list in the path of parent %s gets %i', (id, status) => {
    expect(() => {
      checkParents(stream, query, context, id)
    }).toThrow(new RegExp(String(status)))
    expect(() => {
      checkParents(stream, query, context, '1')
    }).not.toThrow()
  })
})
