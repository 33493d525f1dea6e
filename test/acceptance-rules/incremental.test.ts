import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Output } from '../support/output.js'
import { acceptanceAccount, catalogOf, entryOf, incrementalOnly, jsonAt } from './acceptance.js'

/*
 * Seen to fail with, in src/sync/stream-state.ts, a cursor that is ahead of the rows that were sent; with states of the
 * past instead of the future.
 */
const entry = entryOf('incremental')
const catalog = incrementalOnly(catalogOf(entry))
const names = catalog.streams.map(({ stream }) => stream.name)
const cursors = new Map(
  catalog.streams.map(({ stream }) => [stream.name, stream.default_cursor_field?.[0] ?? '']),
)
const format = new RegExp(entry.future_state?.cursor_format.format ?? '$^')

// Small pages, and archives whose rows are named in a state before they are emitted: there are states in mid-stream.
const { sandbox, run } = acceptanceAccount({ switches: { pageCap: 15 } })
const read = (state?: unknown) => run('read', { config: entry.config_path, catalog, state })

const statesOf = ({ messages }: Output, name: string) =>
  messages.flatMap(({ state }) => (state?.stream.stream_descriptor.name === name ? [state] : []))
const lastCursor = (output: Output, name: string) =>
  output.states(name).at(-1)?.[cursors.get(name) ?? ''] as string

describe('an incremental read', () => {
  let first: Output
  beforeAll(async () => {
    first = await read()
  })

  test('the cursor of every stream has the promised format', () => {
    expect(first.exitCode).toBe(0)
    for (const name of names) {
      expect([name, first.states(name).length > 0]).toEqual([name, true])
      for (const state of first.states(name)) expect(state[cursors.get(name) ?? '']).toMatch(format)
    }
  })

  test('a read after no change emits no records and moves no cursor back', async () => {
    const second = await read(first.stateFile())
    expect([second.exitCode, second.recordCounts()]).toEqual([0, {}])
    for (const name of names) {
      expect([name, second.states(name).length]).toEqual([name, 1])
      expect(lastCursor(second, name) >= lastCursor(first, name)).toBe(true)
    }
  })

  test('a read from each intermediate state emits at least the records that came after it', async () => {
    const states = new Map(names.map((name) => [name, statesOf(first, name)]))
    const most = Math.max(...[...states.values()].map(({ length }) => length))
    expect(most).toBeGreaterThan(1)
    // Streams go on each from a state of its own: one read tries a state of every stream.
    for (let at = 0; at < most - 1; at += 1) {
      const from = [...states].flatMap(([, all]) => all.slice(0, at + 1).slice(-1))
      const rest = await read(from.map(({ stream }) => ({ type: 'STREAM', stream })))
      expect(rest.exitCode).toBe(0)
      const sent = rest.recordCounts()
      for (const [name, all] of states) {
        const later = all.slice(at + 1).map(({ sourceStats }) => sourceStats.recordCount)
        const owed = later.reduce((sum, count) => sum + count, 0)
        expect([name, at, (sent[name] ?? 0) >= owed]).toEqual([name, at, true])
      }
    }
  })
})

test('a read from states in the future emits no records, and each stream emits its state', async () => {
  const output = await read(jsonAt(entry.future_state?.future_state_path ?? ''))
  expect([output.exitCode, output.recordCounts()]).toEqual([0, {}])
  for (const name of names) {
    expect([name, output.states(name).length]).toEqual([name, 1])
    expect(lastCursor(output, name)).toMatch(format)
  }
})

test('a read after a change emits the changed row and another state', async () => {
  const first = await read()
  const [deal] = sandbox.rows('deals')
  sandbox.edit('deals', Number(deal?.id), { title: 'Renamed' })
  const second = await read(first.stateFile())
  expect(second.records('deals')).toMatchObject([{ id: deal?.id, title: 'Renamed' }])
  expect(second.stateFile()).not.toEqual(first.stateFile())
})
