import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const stream = 'deal_stage_history'

const requestedDeals = (sandbox: Sandbox) =>
  sandbox.ledger.entries
    .filter(({ path }) => path.endsWith('/changelog'))
    .map(({ path }) => Number(path.split('/').at(-2)))
const readHistory = (sandbox: Sandbox, state?: object[]) =>
  inVirtualTime(() => read(sandbox, { streams: [stream], ...(state && { state }) }))
const time = () => new Date().toISOString().replace(/\.\d+Z/, 'Z')

/** Two deals that were moved, one that never was, and one that is archived. */
function fourDeals(): Sandbox {
  const sandbox = pipedrive.open({ records: [] })
  const ids = ['One', 'Two', 'Three', 'Four'].map((title) => {
    const { id } = sandbox.create('deals', { title, stage_id: 1, pipeline_id: 1 })
    return id as number
  })
  travel(HOUR)
  for (const id of [ids[0], ids[1], ids[3]]) move(sandbox, id ?? 0, 2)
  sandbox.archive('deals', ids[3] ?? 0)
  travel(HOUR)
  return sandbox
}

function move(sandbox: Sandbox, deal: number, stage_id: number): void {
  sandbox.edit('deals', deal, { stage_id, stage_change_time: time() })
}

describe('the stage history of deals', () => {
  beforeEach(() => {
    stopClock()
    travel(1000 - (Date.now() % 1000))
  })

  test('has each stage of each deal, and costs a request only for deals that were moved', async () => {
    const sandbox = fourDeals()
    const [three] = sandbox.rows('deals').filter(({ title }) => title === 'Three')
    const output = await readHistory(sandbox)
    expect(requestedDeals(sandbox).sort()).toEqual([1, 2, 4])
    const rows = output.records(stream).map((row) => [row.deal_id, row.sequence, row.stage_id, row.seconds])
    expect(rows.sort()).toEqual([
      [1, 1, 1, 3600],
      [1, 2, 2, null],
      [2, 1, 1, 3600],
      [2, 2, 2, null],
      [3, 1, 1, null],
      [4, 1, 1, 3600],
      [4, 2, 2, null],
    ])
    expect(output.records(stream)).toContainEqual(
      expect.objectContaining({ deal_id: 3, pipeline_id: 1, entered_time: three?.add_time, left_time: null }),
    )
  })

  test('gets the stage that a deal left and the one that it entered, and reads no other deal', async () => {
    const sandbox = fourDeals()
    const first = await readHistory(sandbox)
    travel(HOUR)
    move(sandbox, 1, 3)
    sandbox.edit('deals', 2, { title: 'Another title' })
    sandbox.ledger.clear()
    const second = await readHistory(sandbox, first.stateFile())
    expect(requestedDeals(sandbox)).toEqual([1])
    expect(second.records(stream)).toMatchObject([
      { deal_id: 1, sequence: 2, stage_id: 2, left_time: time(), seconds: (2 * HOUR) / 1000 },
      { deal_id: 1, sequence: 3, stage_id: 3, entered_time: time(), left_time: null },
    ])
  })

  test('is worked out from the change logs that another stream reads, which are read once', async () => {
    const sandbox = fourDeals()
    const both = [stream, 'deal_changelog']
    const first = await inVirtualTime(() => read(sandbox, { streams: both }))
    expect(requestedDeals(sandbox).sort()).toEqual([1, 2, 3, 4])
    const alone = await readHistory(sandbox)
    expect(first.records(stream)).toEqual(expect.arrayContaining(alone.records(stream)))
    expect(first.records('deal_changelog').length).toBeGreaterThan(3)
    travel(HOUR)
    move(sandbox, 1, 3)
    sandbox.ledger.clear()
    const second = await inVirtualTime(() => read(sandbox, { streams: both, state: first.stateFile() }))
    expect(requestedDeals(sandbox)).toEqual([1])
    expect(second.records(stream)).toMatchObject([
      { deal_id: 1, sequence: 2 },
      { deal_id: 1, sequence: 3 },
    ])
    expect(second.records('deal_changelog')).toMatchObject([
      { deal_id: 1, field_key: 'stage_id', new_value: '3' },
      { deal_id: 1, field_key: 'stage_change_time' },
    ])
  })

  test('has a deal that is imported with an earlier date', async () => {
    const sandbox = fourDeals()
    const first = await readHistory(sandbox)
    travel(HOUR)
    const add_time = '2020-01-01T00:00:00Z'
    const { id } = sandbox.create('deals', { title: 'Imported', stage_id: 5, add_time })
    const second = await readHistory(sandbox, first.stateFile())
    expect(second.records(stream)).toMatchObject([{ deal_id: id, stage_id: 5, entered_time: add_time }])
  })

  test('emits nothing and sends no request while no deal changes', async () => {
    const sandbox = fourDeals()
    const first = await readHistory(sandbox)
    travel(HOUR)
    sandbox.ledger.clear()
    const second = await readHistory(sandbox, first.stateFile())
    expect([second.exitCode, second.recordCounts(), requestedDeals(sandbox)]).toEqual([0, {}, []])
  })
})
