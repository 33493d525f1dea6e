import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import type { Output } from '../support/output.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000
const streams = ['mailThreads', 'mail']

beforeEach(stopClock)

const iso = (time: number) => new Date(time).toISOString()

/** A sync an hour later, without errors. */
async function next(sandbox: Sandbox, before: Output, hours = 1, selected = streams): Promise<Output> {
  travel(hours * HOUR)
  sandbox.ledger.clear()
  const output = await read(sandbox, { streams: selected, state: before.stateFile() })
  expect(output.errors()).toEqual([])
  return output
}

/** So many threads in the inbox, the first one with the last message. */
function inbox(count: number): Sandbox {
  const now = Date.now() - 2 * HOUR
  const records = Array.from({ length: count }, (_, at) => {
    const last_message_timestamp = iso(now - at * 60_000)
    return {
      stream: 'mailThreads',
      data: {
        id: at + 1,
        folders: ['inbox'],
        message_count: 0,
        last_message_timestamp,
        update_time: iso(now),
      },
    }
  })
  return pipedrive.open({ records })
}

const idsOf = (output: Output, stream: string) =>
  output
    .records(stream)
    .map(({ id }) => Number(id))
    .sort((a, b) => a - b)

/** A message comes in: its thread moves to the front. */
function receive(sandbox: Sandbox, thread: number): number {
  const last_message_timestamp = iso(sandbox.clock.now())
  sandbox.edit('mailThreads', thread, { last_message_timestamp, message_count: 9, read_flag: 0 })
  return sandbox.create('mail', { mail_thread_id: thread, message_time: last_message_timestamp }).id as number
}

describe('mail', () => {
  test('comes with each thread once, though it is in several folders, and with all messages', async () => {
    const sandbox = pipedrive.open({ deals: 80 })
    const output = await read(sandbox, { streams })
    expect(output.errors()).toEqual([])
    const threads = sandbox.rows('mailThreads')
    expect(threads.some(({ folders }) => (folders as string[]).length > 1)).toBe(true)
    expect(idsOf(output, 'mailThreads')).toEqual(threads.map(({ id }) => Number(id)))
    expect(idsOf(output, 'mail')).toEqual(sandbox.rows('mail').map(({ id }) => Number(id)))
  })

  test('brings the thread of a new message, and the messages of no other thread', async () => {
    const sandbox = pipedrive.open({ deals: 80 })
    const first = await read(sandbox, { streams })
    const message = receive(sandbox, 3)
    const second = await next(sandbox, first)
    expect(idsOf(second, 'mailThreads')).toEqual([3])
    expect(idsOf(second, 'mail')).toContain(message)
    expect(new Set(second.records('mail').map(({ mail_thread_id }) => mail_thread_id))).toEqual(new Set([3]))
    expect(sandbox.ledger.byStream().mail).toEqual({ requests: 1, tokens: 20 })
  })

  test('without changes costs a request per folder, and none for messages', async () => {
    const sandbox = pipedrive.open({ deals: 80 })
    const first = await read(sandbox, { streams })
    const second = await next(sandbox, first)
    expect(second.recordCounts()).toEqual({})
    expect(sandbox.ledger.byStream().mailThreads?.requests).toBe(4)
    expect(sandbox.ledger.byStream().mail).toBeUndefined()
  })

  test('is read until the threads that are known, not to its end', async () => {
    const sandbox = inbox(1_300)
    const selected = ['mailThreads']
    const first = await read(sandbox, { streams: selected })
    expect(idsOf(first, 'mailThreads').length).toBe(1_300)
    receive(sandbox, 1_200)
    const second = await next(sandbox, first, 1, selected)
    expect(idsOf(second, 'mailThreads')).toEqual([1_200])
    const ofInbox = sandbox.ledger.entries.filter(({ params }) => params.folder === 'inbox')
    expect(ofInbox.length).toBe(1)
  })

  test('brings changes that move no thread to the front, such as flags, within a day', async () => {
    const sandbox = inbox(600)
    const selected = ['mailThreads']
    const first = await read(sandbox, { streams: selected })
    sandbox.edit('mailThreads', 590, { read_flag: 0 }, { touch: false })
    const second = await next(sandbox, first, 20, selected)
    expect(second.recordCounts()).toEqual({})
    const third = await next(sandbox, second, 5, selected)
    expect(idsOf(third, 'mailThreads')).toEqual([590])
    const fourth = await next(sandbox, third, 1, selected)
    expect(fourth.recordCounts()).toEqual({})
    expect(sandbox.ledger.byStream().mailThreads?.requests).toBeLessThanOrEqual(5)
  })

  test('goes on with a whole reading that was cut off, and brings every thread', async () => {
    const sandbox = inbox(1_300)
    const selected = ['mailThreads']
    const fault = { kind: 'status', status: 400, body: { success: false, error: 'No.' } } as const
    sandbox.faults.inject({ path: '/mailbox/mailThreads', skip: 2, times: 1, fault })
    const first = await read(sandbox, { streams: selected })
    expect(first.statuses('mailThreads').at(-1)).toBe('INCOMPLETE')
    const second = await next(sandbox, first, 1, selected)
    const all = new Set([...idsOf(first, 'mailThreads'), ...idsOf(second, 'mailThreads')])
    expect(all.size).toBe(1_300)
  })

  test('of which the messages exceed the allowance goes on with them, newest threads first', async () => {
    const sandbox = pipedrive.open({ deals: 80, dailyTokens: 2_000 })
    const config = { per_parent_daily_share: 0.1 }
    const first = await read(sandbox, { streams, config })
    const byTime = sandbox
      .rows('mailThreads')
      .toSorted((a, b) => String(b.last_message_timestamp).localeCompare(String(a.last_message_timestamp)))
    const threadsOf = (output: Output) => [
      ...new Set(output.records('mail').map((row) => row.mail_thread_id)),
    ]
    const ids = byTime.map(({ id }) => id)
    expect(threadsOf(first)).toEqual(ids.slice(0, 10))
    travel(26 * HOUR)
    const second = await read(sandbox, { streams, config, state: first.stateFile() })
    travel(26 * HOUR)
    const third = await read(sandbox, { streams, config, state: second.stateFile() })
    expect([...threadsOf(second), ...threadsOf(third)].sort()).toEqual(ids.slice(10).sort())
  })
})
