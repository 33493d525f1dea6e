import { beforeEach, describe, expect, test } from '@jest/globals'
import { everyFeature } from '../../sandbox/features.js'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { manifest } from '../../src/manifest/manifest.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { listStreams } from '../support/streams.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const MINUTE = 60_000
const streams = ['users', 'stages', 'activity_types', 'lead_labels', 'deals', 'activities', 'leads', 'notes']
const settings = manifest.filter((stream) => stream.settings).map(({ name }) => name)
const daily = { settings_every_hours: 24 }

beforeEach(stopClock)

function open(options = {}): Sandbox {
  return pipedrive.open({ deals: 60, epoch: Date.now() - 24 * HOUR, ...options })
}

/** A sync some time later. */
async function next(sandbox: Sandbox, before: Output, config: object = daily): Promise<Output> {
  travel(5 * MINUTE)
  sandbox.ledger.clear()
  return read(sandbox, { streams, state: before.stateFile(), config })
}

const requested = (sandbox: Sandbox) =>
  settings.filter((name) => (sandbox.ledger.byStream()[name]?.requests ?? 0) > 0).sort()

function firstDeal(sandbox: Sandbox): number {
  return sandbox.rows('deals').find(({ is_deleted }) => is_deleted !== true)?.id as number
}

describe('lists of settings', () => {
  test('are read once a day if the config says so, and their streams complete all the same', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual([])
    expect(second.exitCode).toBe(0)
    for (const name of streams) expect(second.statuses(name).at(-1)).toBe('COMPLETE')
    sandbox.edit('stages', sandbox.rows('stages')[0]?.id as number, { name: 'Renamed' })
    const third = await next(sandbox, second)
    expect(third.recordCounts()).toEqual({})
    travel(24 * HOUR)
    const fourth = await next(sandbox, third)
    expect(requested(sandbox)).toEqual(['activity_types', 'lead_labels', 'stages', 'users'])
    expect(fourth.records('stages')).toMatchObject([{ name: 'Renamed' }])
  })

  test('are read in every sync by default', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams })
    await next(sandbox, first, {})
    expect(requested(sandbox)).toEqual(['activity_types', 'lead_labels', 'stages', 'users'])
  })

  test('are read at once when the config starts to leave them out, as what they had is not known', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual(['activity_types', 'lead_labels', 'stages', 'users'])
    await next(sandbox, second)
    expect(requested(sandbox)).toEqual([])
  })

  test('are read in full by a full refresh, however short ago they were read', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    travel(5 * MINUTE)
    const state = first.stateFile()
    const second = await read(sandbox, { streams: ['users'], mode: 'full_refresh', config: daily, state })
    expect(second.records('users').length).toBe(sandbox.rows('users').length)
  })
})

describe('a row that refers to', () => {
  test('a user who is not known yet gets the users read in the same sync, and no other settings', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    const user = sandbox.create('users', { name: 'New', email: 'new@example.com' })
    sandbox.edit('deals', firstDeal(sandbox), { owner_id: user.id })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual(['users'])
    expect(second.records('users').map(({ id }) => id)).toEqual([user.id])
    await next(sandbox, second)
    expect(requested(sandbox)).toEqual([])
  })

  test('a type of activity by its key gets the types read', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    const type = sandbox.create('activity_types', { name: 'Audit', key_string: 'audit' })
    sandbox.edit('activities', sandbox.rows('activities')[0]?.id as number, { type: 'audit' })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual(['activity_types'])
    expect(second.records('activity_types').map(({ id }) => id)).toEqual([type.id])
  })

  test('a label in a list of labels gets the labels read', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    const label = sandbox.create('lead_labels', { name: 'New', color: 'green' })
    sandbox.edit('leads', sandbox.rows('leads')[0]?.id as string, { label_ids: [label.id] })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual(['lead_labels'])
    expect(second.records('lead_labels').map(({ id }) => id)).toEqual([label.id])
  })

  test('a stage that was deleted gets the stages read once, not in every sync', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    const deal = firstDeal(sandbox)
    sandbox.edit('deals', deal, { stage_id: 4711 })
    const second = await next(sandbox, first)
    expect(requested(sandbox)).toEqual(['stages'])
    sandbox.edit('deals', deal, { title: 'Again' })
    const third = await next(sandbox, second)
    expect(third.records('deals').map(({ id }) => id)).toEqual([deal])
    expect(requested(sandbox)).toEqual([])
  })

  test('a user who was created after the users were read gets them read in the next sync', async () => {
    const sandbox = open()
    const first = await read(sandbox, { streams, config: daily })
    travel(25 * HOUR)
    let created: unknown
    sandbox.onRequest(({ path }) => {
      if (created !== undefined || !path.endsWith('/deals')) return
      created = sandbox.create('users', { name: 'Late', email: 'late@example.com' }).id
      sandbox.edit('deals', firstDeal(sandbox), { owner_id: created })
    })
    const early = (body: { data: { id: unknown }[] }) => ({
      ...body,
      data: body.data.filter(({ id }) => id !== created),
    })
    sandbox.faults.inject({ path: '/users', times: 1, fault: { kind: 'rewrite', rewrite: early } })
    const second = await next(sandbox, first)
    expect(second.records('users')).toEqual([])
    const third = await next(sandbox, second)
    expect(requested(sandbox)).toEqual(['users'])
    expect(third.records('users').map(({ id }) => id)).toEqual([created])
  })
})

test('a day of syncs every five minutes costs a third less with settings that are read once a day', async () => {
  const sandbox = open({ switches: everyFeature })
  const state = (await read(sandbox, { streams: listStreams, config: daily })).stateFile()
  const tokensOf = async (config: object) => {
    travel(HOUR)
    sandbox.ledger.clear()
    await read(sandbox, { streams: listStreams, state, config })
    return Object.values(sandbox.ledger.byStream()).reduce((sum, { tokens }) => sum + tokens, 0)
  }
  const syncs = 24 * 12
  const [whole, short] = [await tokensOf({}), await tokensOf(daily)]
  const lists = manifest.filter((stream) => stream.settings)
  expect(whole - short).toBe(lists.reduce((sum, { cost, parts = [{}] }) => sum + cost * parts.length, 0))
  const [without, withSettings] = [syncs * whole, (syncs - 1) * short + whole]
  // 724 and 492 tokens per sync, 208,512 and 141,928 per day: see "Daily budget" in README.md.
  expect(withSettings / without).toBeLessThan(0.7)
})
