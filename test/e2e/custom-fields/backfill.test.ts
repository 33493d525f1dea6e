import { describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { read, type ReadOptions } from '../../support/connector.js'
import { addField, fieldId, offeredBy } from '../../support/fields.js'
import { pipedriveServer } from '../../support/sandbox.js'

const pipedrive = pipedriveServer()
const tiers = [
  { id: 1, label: 'Gold' },
  { id: 2, label: 'Silver' },
]
const renamedTiers = [
  { id: 1, label: 'Platinum' },
  { id: 2, label: 'Silver' },
]
const backfill = { custom_fields_backfill: true }
const tiersOf = (records: Record<string, unknown>[]) =>
  records.map(({ id, tier }) => [id, tier]).sort(([a], [b]) => Number(a) - Number(b))

/** Deals with a field Tier, of which the first sync has been made, long enough ago that nothing is read twice. */
async function synced() {
  const sandbox = pipedrive.open({ records: [] })
  const tier = addField(sandbox, 'deal', { name: 'Tier', type: 'enum', options: tiers })
  const deal = (option: number) => sandbox.create('deals', { title: 'D', custom_fields: { [tier]: option } })
  deal(1)
  deal(2)
  const offered = await offeredBy(sandbox)
  const first = await sync(sandbox, { offered })
  expect(tiersOf(first.records('deals'))).toEqual([
    [1, 'Gold'],
    [2, 'Silver'],
  ])
  expect(first.logs('WARN')).toEqual([])
  const rename = () => {
    sandbox.edit('deal_fields', fieldId(sandbox, 'deal', tier), { options: renamedTiers })
  }
  return { sandbox, deal, rename, offered, state: first.stateFile() }
}

const sync = (sandbox: Sandbox, options: Partial<ReadOptions>) =>
  read(sandbox, { streams: ['deals'], ...options })

describe('an option that was renamed', () => {
  test('is named in the log of the sync that meets it, once, and moves no other row', async () => {
    const { sandbox, deal, rename, offered, state } = await synced()
    rename()
    deal(1)
    const second = await sync(sandbox, { offered, state })
    expect(tiersOf(second.records('deals'))).toEqual([[3, 'Platinum']])
    expect(second.logs('WARN')).toEqual([
      expect.stringMatching(/^deals: Options of tier were renamed.*custom_fields_backfill/),
    ])
    deal(2)
    const third = await sync(sandbox, { offered, state: second.stateFile() })
    expect(tiersOf(third.records('deals'))).toEqual([[4, 'Silver']])
    expect(third.logs('WARN')).toEqual([])
  })

  test('brings all rows again with custom_fields_backfill, in the next sync, and only there', async () => {
    const { sandbox, deal, rename, offered, state } = await synced()
    rename()
    deal(1)
    const second = await sync(sandbox, { offered, state, config: backfill })
    expect(tiersOf(second.records('deals'))).toEqual([[3, 'Platinum']])
    const third = await sync(sandbox, { offered, state: second.stateFile(), config: backfill })
    expect(tiersOf(third.records('deals'))).toEqual([
      [1, 'Platinum'],
      [2, 'Silver'],
      [3, 'Platinum'],
    ])
    expect(third.logs('INFO')).toContainEqual(expect.stringMatching(/^deals: columns .* have changed/))
    const fourth = await sync(sandbox, { offered, state: third.stateFile(), config: backfill })
    expect(fourth.records('deals')).toEqual([])
  })

  test('is still there to be backfilled when the config asks for it later', async () => {
    const { sandbox, deal, rename, offered, state } = await synced()
    rename()
    deal(1)
    const second = await sync(sandbox, { offered, state })
    const third = await sync(sandbox, { offered, state: second.stateFile() })
    expect(third.records('deals')).toEqual([])
    const fourth = await sync(sandbox, { offered, state: third.stateFile(), config: backfill })
    expect(fourth.records('deals')).toHaveLength(3)
  })
})

describe('an option that was created', () => {
  test('is no reason to read rows again', async () => {
    const { sandbox, deal, offered, state } = await synced()
    const field = sandbox.rows('deal_fields').find(({ name }) => name === 'Tier')
    sandbox.edit('deal_fields', Number(field?.id), { options: [...tiers, { id: 3, label: 'Bronze' }] })
    deal(3)
    const second = await sync(sandbox, { offered, state, config: backfill })
    expect(tiersOf(second.records('deals'))).toEqual([[3, 'Bronze']])
    expect(second.logs('WARN')).toEqual([])
    const third = await sync(sandbox, { offered, state: second.stateFile(), config: backfill })
    expect(third.records('deals')).toEqual([])
  })
})

describe('a column that the last catalog did not have', () => {
  test('is named in the log, although no row changed, and nothing is read again', async () => {
    const { sandbox, state } = await synced()
    addField(sandbox, 'deal', { name: 'Region', type: 'varchar' })
    const second = await sync(sandbox, { offered: await offeredBy(sandbox), state })
    expect(second.records('deals')).toEqual([])
    expect(second.logs('WARN')).toEqual([
      expect.stringMatching(/^deals: The columns region were not in the catalog.*custom_fields_backfill/),
    ])
  })

  test('is filled in all rows with custom_fields_backfill, in the same sync', async () => {
    const { sandbox, state } = await synced()
    const region = addField(sandbox, 'deal', { name: 'Region', type: 'varchar' })
    for (const { id, custom_fields: fields } of sandbox.rows('deals')) {
      const custom_fields = { ...(fields as object), [region]: 'North' }
      sandbox.edit('deals', Number(id), { custom_fields }, { touch: false })
    }
    const offered = await offeredBy(sandbox)
    const second = await sync(sandbox, { offered, state, config: backfill })
    expect(second.records('deals').map((record) => record.region)).toEqual(['North', 'North'])
    expect(second.logs('WARN')).toEqual([])
    const third = await sync(sandbox, { offered, state: second.stateFile(), config: backfill })
    expect(third.records('deals')).toEqual([])
  })

  test('is named after another connector’s syncs too, whose states know no columns', async () => {
    const { sandbox, offered } = await synced()
    const state = [
      {
        type: 'STREAM',
        stream: {
          stream_descriptor: { name: 'deals' },
          stream_state: { update_time: '2026-01-01T00:00:00Z' },
        },
      },
    ]
    const output = await sync(sandbox, { offered, state })
    expect(output.logs('WARN')).toContainEqual(
      expect.stringMatching(/columns .*tier.* were not in the catalog/),
    )
  })
})
