import { describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../../sandbox/features.js'
import type { Sandbox } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import { addField, fieldId } from '../../support/fields.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { schemaProblems } from '../../support/schemas.js'
import { inVirtualTime } from '../../support/time.js'

const pipedrive = pipedriveServer()
const tiers = [
  { id: 1, label: 'Gold' },
  { id: 2, label: 'Silver' },
]
const changes = (sandbox: Sandbox, state?: object[]) =>
  read(sandbox, { streams: ['field_changes'], ...(state && { state }) })

/** A company with a field Tier, whose first sync has been made. */
async function synced(switches = {}) {
  const sandbox = pipedrive.open({ deals: 3, switches })
  const tier = addField(sandbox, 'deal', { name: 'Tier', type: 'enum', options: tiers })
  const first = await changes(sandbox)
  return {
    sandbox,
    tier,
    first,
    edit: (row: object) => sandbox.edit('deal_fields', fieldId(sandbox, 'deal', tier), { ...row }),
  }
}

describe('field_changes', () => {
  test('has all fields in the first sync, as seen for the first time', async () => {
    const { first, tier } = await synced(everyFeature)
    expect([first.exitCode, schemaProblems(first)]).toEqual([0, []])
    const records = first.records('field_changes')
    expect(new Set(records.map(({ change }) => change))).toEqual(new Set(['first_seen']))
    expect(new Set(records.map(({ entity }) => entity))).toEqual(
      new Set(['deal', 'person', 'organization', 'product', 'activity', 'project']),
    )
    expect(records.find(({ field_key: key }) => key === tier)).toMatchObject({
      entity: 'deal',
      field_name: 'Tier',
      before: null,
      after: {
        name: 'Tier',
        type: 'enum',
        options: [
          { id: '1', label: 'Gold' },
          { id: '2', label: 'Silver' },
        ],
      },
    })
  })

  test('has nothing where nothing changed', async () => {
    const { sandbox, first } = await synced()
    const second = await changes(sandbox, first.stateFile())
    expect([second.exitCode, second.records()]).toEqual([0, []])
  })

  test('has a row for each change, with the field before and after it', async () => {
    const { sandbox, tier, first, edit } = await synced()
    const created = addField(sandbox, 'person', { name: 'Region', type: 'varchar' })
    const doomed = sandbox.rows('product_fields').find(({ id }) => id !== null)
    sandbox.remove('product_fields', Number(doomed?.id))
    edit({ name: 'Level', field_type: 'set', options: [{ id: 1, label: 'Platinum' }] })
    const second = await changes(sandbox, first.stateFile())
    const after = { name: 'Level', type: 'set', options: [{ id: '1', label: 'Platinum' }] }
    const before = { name: 'Tier', type: 'enum' }
    const found = second.records('field_changes')
    expect(found).toHaveLength(5)
    for (const change of ['renamed', 'retyped', 'options_changed'])
      expect(found).toContainEqual(
        expect.objectContaining({
          entity: 'deal',
          field_key: tier,
          change,
          after,
          before: expect.objectContaining(before),
        }),
      )
    expect(found).toContainEqual(
      expect.objectContaining({ entity: 'person', field_key: created, change: 'created', before: null }),
    )
    expect(found).toContainEqual(
      expect.objectContaining({ entity: 'product', field_key: doomed?.key, change: 'deleted', after: null }),
    )
    expect(schemaProblems(second)).toEqual([])
    const third = await changes(sandbox, second.stateFile())
    expect(third.records()).toEqual([])
  })

  test('costs nothing beyond the streams of definitions that are read anyway', async () => {
    const sandbox = pipedrive.open({ deals: 3 })
    await read(sandbox, { streams: ['deal_fields', 'field_changes'] })
    expect(sandbox.ledger.entries.filter(({ path }) => path.endsWith('/dealFields'))).toHaveLength(1)
  })

  test('loses no change where a list could not be read for a while', async () => {
    const { sandbox, tier, first, edit } = await synced()
    edit({ name: 'Level' })
    sandbox.faults.inject({ path: '/dealFields', times: Infinity, fault: { kind: 'status', status: 500 } })
    const second = await inVirtualTime(() => changes(sandbox, first.stateFile()))
    expect(second.statuses('field_changes').at(-1)).toBe('INCOMPLETE')
    expect(second.records()).toEqual([])
    sandbox.faults.clear()
    const state = second.stateFile().length > 0 ? second.stateFile() : first.stateFile()
    const third = await inVirtualTime(() => changes(sandbox, state))
    expect(third.records()).toMatchObject([{ field_key: tier, change: 'renamed' }])
  })

  test('sees no change where Pipedrive has removed v1, but for what v2 does not have', async () => {
    const { sandbox, first } = await synced()
    sandbox.faults.inject({
      path: /\/v1\/\w+Fields$/,
      times: Infinity,
      fault: { kind: 'status', status: 410 },
    })
    const second = await changes(sandbox, first.stateFile())
    expect([second.exitCode, second.records()]).toEqual([0, []])
  })
})
