import { expect, test } from '@jest/globals'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../../support/time.js'

/* What the random model found, as small tests; see test/e2e/random-model.test.ts. */
const pipedrive = pipedriveServer()
const DAY = 24 * 3_600_000

/** A deal with line items, and these. */
function dealWithItems(sandbox: Sandbox): { id: number; items: unknown[] } {
  const [item] = sandbox.rows('deal_products').filter(({ deal_id }) => isOpen(sandbox, deal_id))
  const items = sandbox.rows('deal_products').filter(({ deal_id }) => deal_id === item?.deal_id)
  return { id: item?.deal_id as number, items: items.map(({ id }) => id) }
}

const isOpen = (sandbox: Sandbox, id: unknown) => sandbox.rows('deals').some((deal) => deal.id === id)

test('the children of a parent are read although it moved between the lists of parents behind both readers', async () => {
  stopClock()
  const sandbox = pipedrive.open({ deals: 40, switches: { archivingMovesUpdateTime: false } })
  const deal = dealWithItems(sandbox)
  sandbox.onRequest(({ path }) => {
    if (path.endsWith('/deals') && isOpen(sandbox, deal.id)) sandbox.archive('deals', deal.id)
  })
  const streams = ['deals', 'deal_products']
  const first = await read(sandbox, { streams })
  expect(first.records('deals').map(({ id }) => id)).not.toContain(deal.id)
  travel(DAY)
  const second = await read(sandbox, { streams, state: first.stateFile() })
  expect(second.records('deals').map(({ id }) => id)).toContain(deal.id)
  expect(second.records('deal_products').map(({ id }) => id)).toEqual(deal.items)
  travel(DAY)
  const third = await read(sandbox, { streams, state: second.stateFile() })
  expect(third.recordCounts()).toEqual({})
})

test('a list whose large pages time out is read in smaller ones before the run is taken for an outage', async () => {
  await inVirtualTime(async () => {
    const sandbox = pipedrive.open({ deals: 40 })
    sandbox.faults.inject({ path: '/notes', whenLimitAbove: 80, times: Infinity, fault: { kind: 'stall' } })
    const output = await read(sandbox, { streams: ['notes'] })
    expect(output.errors()).toEqual([])
    expect(output.records('notes')).toHaveLength(sandbox.rows('notes').length)
  })
})

test.each(['first', 'last'] as const)(
  'one request finds the rows without a time of a list that fits a page (nulls sort %s)',
  async (nullsSort) => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 20, nullTimes: 2, switches: { nullsSort } })
    const output = await read(sandbox, { streams: ['persons'] })
    expect(output.records('persons')).toHaveLength(sandbox.rows('persons').length)
    const unfiltered = sandbox.ledger.entries.filter(
      ({ path, params }) => path.endsWith('/persons') && params.updated_since === undefined,
    )
    // The first one reads all rows that have a time.
    expect(unfiltered).toHaveLength(2)
    travel(DAY)
    const next = await read(sandbox, { streams: ['persons'], state: output.stateFile() })
    expect(next.recordCounts()).toEqual({})
  },
)
