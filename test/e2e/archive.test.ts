import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

/*
 * Seen to fail with, in src/sync: list-parts.ts, no `archived` or no `restored` part; scan.ts, the shown order not
 * learnt; read-archive.ts, no search for what left the archive.
 */
const pipedrive = pipedriveServer()
const HOUR = 3_600_000

beforeEach(stopClock)

type Id = string | number
const idOf = (sandbox: Sandbox, stream: string, at = 0): Id => sandbox.rows(stream).at(at)?.id as Id
const told = (output: Output, stream: string) =>
  output.records(stream).map(({ id, is_archived }) => [id, is_archived])

/** Reads once, an hour later changes something, another hour later reads again. */
async function readTwice(sandbox: Sandbox, streams: string[], change: () => void) {
  const first = await read(sandbox, { streams })
  travel(HOUR)
  change()
  travel(HOUR)
  sandbox.ledger.clear()
  const second = await read(sandbox, { streams, state: first.stateFile() })
  return { first, second }
}

describe.each([true, false])('when archiving moves the update time: %s', (archivingMovesUpdateTime) => {
  const open = () => pipedrive.open({ deals: 100, switches: { archivingMovesUpdateTime } })

  describe.each([
    { live: 'deals', archive: 'deals_archived' },
    { live: 'leads', archive: 'leads_archived' },
  ] as const)('$live', ({ live, archive }) => {
    test('that are archived are told to both streams', async () => {
      const sandbox = open()
      const id = idOf(sandbox, live)
      const { second } = await readTwice(sandbox, [live, archive], () => {
        sandbox.archive(live, id)
      })
      expect(told(second, live)).toEqual([[id, true]])
      expect(told(second, archive)).toEqual([[id, true]])
    })

    test('that are restored are told to both streams', async () => {
      const sandbox = open()
      const id = idOf(sandbox, archive)
      const { second } = await readTwice(sandbox, [live, archive], () => {
        sandbox.restore(live, id)
      })
      expect(told(second, live)).toEqual([[id, false]])
      expect(told(second, archive)).toEqual([[id, false]])
    })

    // A run of the random model found it: the record was kept, the state that would have told of it was not.
    test('that are restored after a run that was killed right behind their record are told so', async () => {
      const sandbox = open()
      const streams = [live, archive]
      const first = await read(sandbox, { streams })
      travel(HOUR)
      const id = idOf(sandbox, live)
      sandbox.archive(live, id)
      travel(HOUR)
      const whole = await read(sandbox, { streams, state: first.stateFile() })
      const killed = whole.cutAfter(whole.messages.findIndex(({ record }) => record?.stream === archive) + 1)
      expect(told(killed, archive)).toEqual([[id, true]])

      sandbox.restore(live, id)
      travel(HOUR)
      const kept = [...first.stateFile(), ...killed.stateFile()]
      const next = await read(sandbox, { streams, state: kept })
      expect(told(next, archive)).toEqual([[id, false]])
    })

    // The same model again: without a state, the next run took it for archived before anything was read.
    test('that are archived after a first run that was killed right behind their record are told so', async () => {
      const sandbox = open()
      const streams = [live, archive]
      const whole = await read(sandbox, { streams })
      const at = whole.messages.findIndex(({ record }) => record?.stream === live)
      const killed = whole.cutAfter(at + 1)
      const [[id] = []] = told(killed, live)
      expect(told(killed, live)).toEqual([[id, false]])

      travel(HOUR)
      sandbox.archive(live, id as Id)
      travel(HOUR)
      const next = await read(sandbox, { streams, state: killed.stateFile() })
      expect(told(next, live)).toContainEqual([id, true])
    })

    test('that are archived, and restored later, are told twice', async () => {
      const sandbox = open()
      const streams = [live, archive]
      const id = idOf(sandbox, live)
      const { second } = await readTwice(sandbox, streams, () => {
        sandbox.archive(live, id)
      })
      travel(HOUR)
      sandbox.restore(live, id)
      travel(HOUR)
      const third = await read(sandbox, { streams, state: second.stateFile() })
      expect(told(third, live)).toEqual([[id, false]])
      expect(told(third, archive)).toEqual([[id, false]])
      travel(HOUR)
      const fourth = await read(sandbox, { streams, state: third.stateFile() })
      expect(fourth.recordCounts()).toEqual({})
    })

    test('that stay where they are are not told again', async () => {
      const { second } = await readTwice(open(), [live, archive], () => undefined)
      expect(second.recordCounts()).toEqual({})
    })
  })

  test('an archived deal is told to deals even when that is selected alone, and so is a restored one', async () => {
    const sandbox = open()
    const id = idOf(sandbox, 'deals')
    const restored = idOf(sandbox, 'deals_archived')
    const { first, second } = await readTwice(sandbox, ['deals'], () => {
      sandbox.archive('deals', id)
      sandbox.restore('deals', restored)
    })
    expect(first.records('deals').some(({ is_archived }) => is_archived)).toBe(false)
    expect(told(second, 'deals').sort()).toEqual(
      [
        [id, true],
        [restored, false],
      ].sort(),
    )
  })

  test('an account whose first archived deal comes later is told of it', async () => {
    const sandbox = open()
    for (const { id } of sandbox.rows('deals_archived')) sandbox.remove('deals', id as number, { hard: true })
    const id = idOf(sandbox, 'deals')
    const { second } = await readTwice(sandbox, ['deals', 'deals_archived'], () => {
      sandbox.archive('deals', id)
    })
    expect(told(second, 'deals')).toEqual([[id, true]])
    expect(told(second, 'deals_archived')).toEqual([[id, true]])
  })

  test('deals that move while they are read are right after the next sync', async () => {
    const sandbox = open()
    const streams = ['deals', 'deals_archived']
    const ids = sandbox
      .rows('deals')
      .slice(0, 6)
      .map(({ id }) => id as number)
    const back = sandbox
      .rows('deals_archived')
      .slice(0, 6)
      .map(({ id }) => id as number)
    const moved = { archived: [] as number[], restored: [] as number[] }
    let quiet = false
    sandbox.onRequest(({ path }) => {
      const [out, home] = [ids[moved.archived.length], back[moved.restored.length]]
      if (quiet || path.endsWith('/users/me') || out === undefined || home === undefined) return
      sandbox.restore('deals', home)
      moved.restored.push(home)
      // What stands in the archive when that is first read was archived before the stream began.
      if (path.endsWith('/archived')) return
      sandbox.archive('deals', out)
      moved.archived.push(out)
    })
    const first = await read(sandbox, { streams })
    quiet = true
    travel(HOUR)
    const second = await read(sandbox, { streams, state: first.stateFile() })
    const last = new Map(
      [...first.records('deals'), ...second.records('deals')].map((deal) => [deal.id, deal.is_archived]),
    )
    for (const { id } of sandbox.rows('deals')) expect([id, last.get(id)]).toEqual([id, false])
    expect(moved.archived.length).toBeGreaterThan(0)
    for (const id of moved.archived) expect([id, last.get(id)]).toEqual([id, true])
    for (const id of moved.restored) expect([id, last.get(id)]).toEqual([id, false])
  })

  test('line items of a deal that was archived before it was ever read come too', async () => {
    const sandbox = open()
    const [archived] = sandbox.rows('deals_archived')
    sandbox.create('deal_products', { deal_id: archived?.id, name: 'Late', quantity: 1 })
    const output = await read(sandbox, { streams: ['deal_products'] })
    const alive = new Set([...sandbox.rows('deals'), ...sandbox.rows('deals_archived')].map(({ id }) => id))
    const truth = sandbox.rows('deal_products').filter(({ deal_id }) => alive.has(deal_id))
    expect(truth.some(({ deal_id }) => sandbox.rows('deals_archived').some(({ id }) => id === deal_id))).toBe(
      true,
    )
    expect(output.recordCounts().deal_products).toBe(truth.length)
  })
})

test('archives cost a page each when nothing changed, and are not read whole', async () => {
  const sandbox = pipedrive.open({ deals: 60 })
  const streams = ['deals', 'deals_archived', 'leads', 'leads_archived', 'deal_products']
  await readTwice(sandbox, streams, () => undefined)
  const { other, ...lists } = sandbox.ledger.byStream()
  expect(other?.requests).toBe(1)
  expect(Object.values(lists).map(({ requests }) => requests)).toEqual([1, 1, 1, 1])
})
