import { describe, expect, test } from '@jest/globals'
import type { Row, Sandbox } from '../../sandbox/sandbox.js'
import { findStream } from '../../src/manifest/manifest.js'
import { incrementalIn } from '../support/airbyte-streams.js'
import { configOf, file, read, run } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

/*
 * Catalogs and states as Airbyte's own source wrote them, in versions 2.x (lists by v1, times with a space), 3.x and
 * 4.x (v2, RFC 3339): a sync goes on from them. Nothing is lost, and nothing comes twice but the second that they end
 * in, and rows that have no time. Seen to fail with, in src/airbyte/state-file.ts: no GLOBAL, no state without nulls;
 * in src/sync/time.ts: no time with a space.
 */
const pipedrive = pipedriveServer()
const HOUR = 3_600_000

type State = Record<string, unknown>

const streamState = (name: string, state: unknown, more: object = {}) => ({
  stream_descriptor: { name, ...more },
  stream_state: state,
})
const saved = (stream: string, state: unknown) => [{ type: 'STREAM', stream: streamState(stream, state) }]

const cursorOf = (stream: string) => findStream(stream)?.cursorField ?? ''
const timesOf = (stream: string) =>
  stream.endsWith('_archived') ? ['update_time', 'archive_time'] : [cursorOf(stream)]

/**
 * When a row last changed, as the later of its times; v1 writes UTC without saying so. A row without a time is always
 * owed.
 */
function changedAt(stream: string, row: Row): number {
  const times = timesOf(stream).map((field) => String(row[field]))
  const moments = times.map((time) => Date.parse(`${time.replace(' ', 'T').replace('Z', '')}Z`))
  const known = moments.filter((moment) => !Number.isNaN(moment))
  return known.length > 0 ? Math.max(...known) : Infinity
}

/** What Pipedrive lists: of deals, the deleted ones too. */
const rowsOf = (sandbox: Sandbox, list: string) => sandbox.rows(list, { deleted: list.startsWith('deals') })

/** A second in which a row of the stream changed, with about half of the rows before it. */
function middleOf(sandbox: Sandbox, stream: string): number {
  const times = rowsOf(sandbox, stream).map((row) => changedAt(stream, row))
  const dated = times.filter(Number.isFinite).sort((a, b) => a - b)
  return Math.floor((dated[Math.floor(dated.length / 2)] ?? NaN) / 1000) * 1000
}

/** The lists that a stream is told of: a deal may have been archived since. */
const listsOf = (stream: string) => (stream === 'deals' ? ['deals', 'deals_archived'] : [stream])

function owedSince(sandbox: Sandbox, stream: string, since: number): unknown[] {
  return listsOf(stream).flatMap((list) =>
    rowsOf(sandbox, list)
      .filter((row) => changedAt(list, row) >= since)
      .map(({ id }) => id),
  )
}

const sorted = (ids: unknown[]) => ids.map(String).sort()
const idsIn = (output: Output, stream: string) => sorted(output.records(stream).map(({ id }) => id))

const seconds = (time: number) => new Date(time).toISOString().slice(0, 19)
const FORMS = {
  '2.x': (time: number) => seconds(time).replace('T', ' '),
  '3.x': (time: number) => `${seconds(time)}Z`,
  '4.x': (time: number) => `${seconds(time)}.000000Z`,
}
type Version = keyof typeof FORMS

const versions = Object.keys(FORMS) as Version[]
/** Streams of children have states of their own kind. */
const isListed = (name: string) => (findStream(name)?.strategy.kind ?? 'children') !== 'children'
/** The streams that had a cursor in each version's states and that the manifest has. */
const KEPT = Object.fromEntries(
  versions.map((version) => [version, incrementalIn(version).filter(isListed)]),
) as Record<Version, string[]>
const kept = versions.flatMap((version) => KEPT[version].map((stream) => ({ version, stream })))

/** Each stream once, by the oldest version that kept it. */
const first = kept.filter(({ stream }, at) => kept.findIndex((other) => other.stream === stream) === at)

describe('a state of Airbyte’s own source', () => {
  test.each(kept)('of $version, $stream: the sync goes on from there', async ({ version, stream }) => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 40 })
    const since = middleOf(sandbox, stream)
    const state = saved(stream, { [cursorOf(stream)]: FORMS[version](since) })
    const output = await read(sandbox, { streams: [stream], state })
    const owed = owedSince(sandbox, stream, since)
    expect(output.exitCode).toBe(0)
    expect(owed.length).toBeGreaterThan(0)
    expect(idsIn(output, stream)).toEqual(sorted(owed))
  })

  test.each(first)('of $version, $stream: from then on our own state counts', async ({ version, stream }) => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 20 })
    const since = middleOf(sandbox, stream)
    const swap = await read(sandbox, {
      streams: [stream],
      state: saved(stream, { [cursorOf(stream)]: FORMS[version](since) }),
    })
    travel(HOUR)
    const id = sandbox.rows(stream)[0]?.id as number
    sandbox.edit(stream, id, { name: 'edited', title: 'edited' })
    const second = await read(sandbox, { streams: [stream], state: swap.stateFile() })
    expect(idsIn(second, stream)).toEqual([String(id)])
    const third = await read(sandbox, { streams: [stream], state: second.stateFile() })
    expect(third.records()).toEqual([])
  })

  test.each<{ name: string; more: State }>([
    { name: 'of a lookback', more: { lookback_window: 0 } },
    { name: 'of partitions', more: { use_global_cursor: true, states: [], state: {}, parent_state: {} } },
    { name: 'full of nulls', more: { state: null, parent_state: null } },
  ])('may have further keys, $name', async ({ more }) => {
    const sandbox = pipedrive.open()
    const since = middleOf(sandbox, 'notes')
    const state = saved('notes', { update_time: FORMS['3.x'](since), ...more })
    const output = await read(sandbox, { streams: ['notes'], state })
    expect(idsIn(output, 'notes')).toEqual(sorted(owedSince(sandbox, 'notes', since)))
  })

  test.each<{ name: string; state: unknown }>([
    { name: 'null', state: null },
    { name: 'empty', state: {} },
    { name: 'a cursor that is null', state: { update_time: null } },
    { name: 'the end of a full refresh', state: { __ab_full_refresh_sync_complete: true } },
    { name: 'the end of a stream without a cursor', state: { __ab_no_cursor_state_message: true } },
  ])('that holds nothing starts from the beginning: $name', async ({ state }) => {
    const sandbox = pipedrive.open()
    const streams = ['organizations', 'pipelines', 'activities']
    const states = streams.flatMap((stream) => saved(stream, state))
    const output = await read(sandbox, { streams, state: states })
    expect(output.exitCode).toBe(0)
    for (const stream of streams) {
      expect(idsIn(output, stream)).toEqual(sorted(sandbox.rows(stream).map(({ id }) => id)))
    }
  })

  test('per parent continues from the cursors of the lists of parents, and emits what has changed since', async () => {
    const deal_flow = 'deal_flow'
    const sandbox = pipedrive.open({ deals: 40 })
    const since = middleOf(sandbox, 'deals')
    const cursor = { update_time: FORMS['4.x'](since) }
    const states = [
      { partition: { deal_id: 1, parent_slice: {} }, cursor: { log_time: FORMS['2.x'](since) } },
    ]
    const state = saved(deal_flow, {
      ...{ use_global_cursor: false, states, state: { log_time: FORMS['2.x'](since) } },
      parent_state: { deals: cursor, deals_archived: cursor },
    })
    const output = await inVirtualTime(() => read(sandbox, { streams: [deal_flow], state }))
    const changed = new Set(owedSince(sandbox, 'deals', since))
    const deleted = sandbox.rows('deals', { deleted: true }).filter(({ is_deleted }) => is_deleted)
    for (const { id } of deleted) changed.delete(id)
    const owed = sandbox
      .rows(deal_flow)
      .filter((row) => changed.has(row.item_id) && changedAt(deal_flow, row) >= since)
    expect(output.exitCode).toBe(0)
    expect(owed.length).toBeGreaterThan(0)
    expect(idsIn(output, deal_flow)).toEqual(sorted(owed.map(({ id }) => id)))
    expect(sandbox.ledger.byStream()[deal_flow]?.requests).toBe(changed.size)
    expect(changed.size).toBeLessThan(sandbox.rows('deals').length)
  })

  // Kept by Airbyte's source while it read children parent by parent; nothing in it says where to go on.
  test('that holds the ends of partitions’ full refreshes starts from the beginning', async () => {
    const sandbox = pipedrive.open()
    const partition = { parent_slice: {}, deal_id: 1 }
    const states = [{ partition, cursor: { __ab_full_refresh_sync_complete: true } }]
    const output = await read(sandbox, {
      streams: ['deal_products'],
      state: saved('deal_products', { states }),
    })
    expect(output.exitCode).toBe(0)
  })
})

describe('a whole connection of Airbyte’s own source', () => {
  const ours = KEPT['4.x']
  const theirs = ['deal_events']

  /** A catalog as the platform configured it for version 4.x. */
  const entry = (name: string, incremental: boolean) => {
    const cursor = cursorOf(name)
    return {
      stream: {
        name,
        json_schema: { type: 'object', properties: { id: { type: ['null', 'integer'] } } },
        supported_sync_modes: incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
        source_defined_cursor: incremental ? true : null,
        default_cursor_field: incremental ? [cursor] : null,
        source_defined_primary_key: [['id']],
        namespace: null,
      },
      sync_mode: incremental ? 'incremental' : 'full_refresh',
      cursor_field: incremental ? [cursor] : null,
      destination_sync_mode: incremental ? 'append_dedup' : 'overwrite',
      primary_key: [['id']],
      generation_id: 3,
      minimum_generation_id: 0,
      sync_id: 17,
    }
  }
  const refreshed = ['pipelines', 'stages', 'users', 'currencies', 'deal_products', 'deal_fields']
  const catalogOf = (...gone: string[]) => ({
    streams: [
      ...ours.map((name) => entry(name, true)),
      ...refreshed.map((name) => entry(name, false)),
      ...gone.map((name) => entry(name, false)),
    ],
  })

  const states = (cursor: string) => [
    ...ours.map((name) => streamState(name, { update_time: cursor }, { namespace: null })),
    ...refreshed.map((name) => streamState(name, { __ab_no_cursor_state_message: true })),
    streamState('deal_events', { last: cursor }),
    streamState('goals', null),
  ]
  const wrappings = {
    'a list of STREAM messages': (list: object[]) => list.map((stream) => ({ type: 'STREAM', stream })),
    'a GLOBAL message': (list: object[]) => [
      { type: 'GLOBAL', global: { shared_state: {}, stream_states: list } },
    ],
    'a GLOBAL message of PyAirbyte': (list: object[]) => [
      { type: 'GLOBAL', stream: null, global: null, global_: { shared_state: null, stream_states: list } },
    ],
    'an object of streams and states': (list: object[]) =>
      Object.fromEntries(
        (list as ReturnType<typeof streamState>[]).map((state) => [
          state.stream_descriptor.name,
          state.stream_state,
        ]),
      ),
  }

  const readAll = (sandbox: Sandbox, catalog: object, state: unknown) =>
    run([
      ...['read', '--config', file(configOf(sandbox, { num_workers: 3 }))],
      ...['--catalog', file(catalog), '--state', file(state)],
    ])

  test.each(Object.entries(wrappings).map(([name, wrap]) => ({ name, wrap })))(
    'is read on from $name',
    async ({ wrap }) => {
      stopClock()
      const sandbox = pipedrive.open({ deals: 40 })
      const since = middleOf(sandbox, 'deals')
      const output = await readAll(sandbox, catalogOf(), wrap(states(FORMS['4.x'](since))))
      expect(output.exitCode).toBe(0)
      for (const stream of ours) {
        const owed = owedSince(sandbox, stream, since)
        // Leads are told of their archive only where that is selected as well, and here it is not.
        expect([stream, idsIn(output, stream)]).toEqual([stream, sorted(owed)])
      }
      for (const stream of ['pipelines', 'stages', 'users']) {
        expect(output.records(stream)).toHaveLength(sandbox.rows(stream).length)
      }
      expect(output.logs('WARN').join()).toContain('does not have: deal_events.')
    },
  )

  test('fails for the streams that there are no more, and reads the others', async () => {
    stopClock()
    const sandbox = pipedrive.open({ deals: 30 })
    const since = middleOf(sandbox, 'deals')
    const state = wrappings['a list of STREAM messages'](states(FORMS['4.x'](since)))
    const output = await readAll(sandbox, catalogOf(...theirs), state)
    expect(output.exitCode).toBe(1)
    for (const stream of theirs) expect(output.statuses(stream).at(-1)).toBe('INCOMPLETE')
    for (const stream of [...ours, ...refreshed]) expect(output.statuses(stream).at(-1)).toBe('COMPLETE')
    expect(output.errors()).toMatchObject(theirs.map(() => ({ failure_type: 'config_error' })))
    expect(idsIn(output, 'deals')).toEqual(sorted(owedSince(sandbox, 'deals', since)))
  })

  test('goes on although a catalog asks for a cursor of its own', async () => {
    const sandbox = pipedrive.open()
    const since = middleOf(sandbox, 'persons')
    const catalog = { streams: [{ ...entry('persons', true), cursor_field: ['add_time'] }] }
    const output = await readAll(sandbox, catalog, saved('persons', { update_time: FORMS['3.x'](since) }))
    expect(idsIn(output, 'persons')).toEqual(sorted(owedSince(sandbox, 'persons', since)))
  })

  test('comes whole where the catalog asks for a full refresh, whatever was saved', async () => {
    const sandbox = pipedrive.open()
    const catalog = { streams: [{ ...entry('persons', true), sync_mode: 'full_refresh' }] }
    const since = FORMS['3.x'](middleOf(sandbox, 'persons'))
    const output = await readAll(sandbox, catalog, saved('persons', { update_time: since }))
    expect(idsIn(output, 'persons')).toEqual(sorted(sandbox.rows('persons').map(({ id }) => id)))
  })
})
