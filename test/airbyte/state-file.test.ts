import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readState } from '../../src/airbyte/state-file.js'

const folder = mkdtempSync(join(tmpdir(), 'state-'))
const KNOWN = ['deals', 'persons']
const deals = { update_time: '2026-05-01T00:00:00Z' }
const persons = { update_time: '2026-06-01T00:00:00Z', recent: { 1: 'abc' } }
const both = { deals, persons }

const streamState = (name: string, stream_state: unknown, descriptor: object = {}) => ({
  stream_descriptor: { name, ...descriptor },
  stream_state,
})
const message = (name: string, state: unknown) => ({ type: 'STREAM', stream: streamState(name, state) })
const line = (name: string, state: unknown) => ({
  type: 'STATE',
  state: { ...message(name, state), sourceStats: { recordCount: 5 } },
})

function file(content: unknown): string {
  const path = join(folder, 'state.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const stateOf = async (content: unknown) => Object.fromEntries(await readState(file(content), KNOWN))

describe('there is no state', () => {
  test('without a flag', async () => {
    expect(await readState(undefined, KNOWN)).toEqual(new Map())
  })

  test('in a file that does not exist', async () => {
    expect(await readState(join(folder, 'none.json'), KNOWN)).toEqual(new Map())
  })

  test.each([
    { name: 'in an empty file', content: '' },
    { name: 'in a file of blank lines', content: '\uFEFF \n\n' },
    { name: 'in null', content: 'null' },
    { name: 'in {}', content: {} },
    { name: 'in []', content: [] },
    { name: 'in a list of null', content: [null] },
    { name: 'in a list of {}', content: [{}] },
    {
      name: 'in messages full of nulls',
      content: [{ type: 'STREAM', stream: null, global: null, data: null }],
    },
    { name: 'in a message without a type', content: [{ type: null, stream: null }] },
    { name: 'in a stream whose state is null', content: [message('deals', null)] },
    { name: 'in a stream whose state is {}', content: [message('deals', {})] },
    { name: 'in a stream whose state is full of nulls', content: [message('deals', { update_time: null })] },
    {
      name: 'in a stream without one',
      content: [{ type: 'STREAM', stream: { stream_descriptor: { name: 'deals' } } }],
    },
    { name: 'in a legacy message without data', content: [{ type: 'LEGACY', data: null }] },
    { name: 'in a legacy object with nothing in it', content: { deals: {}, persons: null } },
    {
      name: 'in a global message with no streams',
      content: [{ type: 'GLOBAL', global: { stream_states: [] } }],
    },
    { name: 'in an output line without one', content: [{ type: 'STATE', state: null }] },
  ])('$name', async ({ content }) => {
    expect(await stateOf(content)).toEqual({})
  })
})

describe('a state is read from', () => {
  const globalOf = (...states: object[]) => ({ shared_state: null, stream_states: states })

  test.each<{ name: string; content: unknown; states?: object }>([
    { name: 'a list of STREAM messages', content: [message('deals', deals), message('persons', persons)] },
    { name: 'one STREAM message', content: message('deals', deals), states: { deals } },
    {
      name: 'STREAM messages without a type',
      content: [{ stream: streamState('deals', deals) }],
      states: { deals },
    },
    {
      name: 'what PyAirbyte stores, with its nulls and its global_',
      content: [
        {
          type: 'STREAM',
          stream: streamState('deals', { ...deals, pending: null }, { namespace: null }),
          global_: null,
          data: null,
          sourceStats: { recordCount: 3, rejectedRecordCount: null },
          destinationStats: null,
        },
      ],
      states: { deals },
    },
    {
      name: 'a GLOBAL message',
      content: [
        { type: 'GLOBAL', global: globalOf(streamState('deals', deals), streamState('persons', persons)) },
      ],
    },
    {
      name: 'a GLOBAL message that is not in a list',
      content: { type: 'GLOBAL', global: globalOf(streamState('deals', deals)) },
      states: { deals },
    },
    {
      name: 'a GLOBAL message under PyAirbyte’s name',
      content: [{ type: 'GLOBAL', global: null, global_: globalOf(streamState('deals', deals)) }],
      states: { deals },
    },
    { name: 'the old object of stream name to state', content: both },
    { name: 'the old object with a type', content: { type: 'LEGACY', data: both } },
    { name: 'the old object under data only', content: { type: null, data: both } },
    { name: 'the old object with nulls', content: { deals, persons: null }, states: { deals } },
    { name: 'an output line', content: line('deals', deals), states: { deals } },
    { name: 'a list of output lines', content: [line('deals', deals), line('persons', persons)] },
    {
      name: 'the last of several states of a stream',
      content: [message('deals', { update_time: 'old' }), message('deals', deals)],
      states: { deals },
    },
    {
      name: 'a list that has only states of streams which are gone',
      content: [message('gone', deals)],
      states: { gone: deals },
    },
    {
      name: 'an object with some keys that are no streams',
      content: { ...both, gone: deals },
      states: { ...both, gone: deals },
    },
  ])('$name', async ({ content, states = both }) => {
    expect(await stateOf(content)).toEqual(states)
  })

  test('a file as it is otherwise: nulls inside stay', async () => {
    const pending = [['2026-01-01T00:00:00Z', null]]
    expect(await stateOf([message('deals', { pending })])).toEqual({ deals: { pending } })
  })
})

describe('a state is refused rather than taken for none', () => {
  test.each([
    { name: 'when it is no JSON', content: '[{"type":', says: 'is not valid JSON' },
    { name: 'when it is lines of output instead of one value', content: '{}\n{}', says: 'is not valid JSON' },
    { name: 'when it is Singer’s', content: { bookmarks: { deals } } },
    {
      name: 'when it is Singer’s with a stream in progress',
      content: { currently_syncing: 'deals', bookmarks: {} },
    },
    { name: 'when it names only streams of others', content: { Opportunity: deals } },
    { name: 'when it is a bare cursor', content: deals },
    { name: 'when it is a number', content: '5' },
    { name: 'when it is a text', content: '"deals"' },
    { name: 'when an entry is a text', content: ['deals'] },
    { name: 'when an entry is a list', content: [[message('deals', deals)]] },
    {
      name: 'when a stream has no descriptor',
      content: [{ type: 'STREAM', stream: { stream_state: deals } }],
    },
    { name: 'when a stream has no name', content: [{ type: 'STREAM', stream: { stream_descriptor: {} } }] },
    { name: 'when a stream is a text', content: [{ type: 'STREAM', stream: 'deals' }] },
    { name: 'when a stream’s state is a text', content: [message('deals', '2026-05-01T00:00:00Z')] },
    { name: 'when a stream’s state is a list', content: [message('deals', [deals])] },
    { name: 'when a global has no streams', content: [{ type: 'GLOBAL', global: { shared_state: {} } }] },
    {
      name: 'when a global has an entry that is none',
      content: [{ type: 'GLOBAL', global: { stream_states: [{}] } }],
    },
    { name: 'when the old object’s state is a text', content: { deals: '2026-05-01' } },
    { name: 'when the old object is a list', content: { type: 'LEGACY', data: [deals] } },
  ])('$name', async ({ content, says = 'has a form this connector does not know' }) => {
    const path = file(content)
    await expect(readState(path, KNOWN)).rejects.toMatchObject({
      failureType: 'config_error',
      message: expect.stringContaining(says) as unknown,
    })
  })

  // The first is read as the state of a stream "bookmarks", the second as none; the sync then starts from nothing.
  test.each([
    { name: 'when it is Singer’s, in a list', content: [{ bookmarks: { deals } }] },
    { name: 'when it is a Singer message', content: { type: 'STATE', value: { bookmarks: { deals } } } },
  ])('$name', async ({ content }) => {
    await expect(stateOf(content)).rejects.toMatchObject({ failureType: 'config_error' })
  })

  test('when it cannot be read', async () => {
    await expect(readState(folder, KNOWN)).rejects.toThrow('is a folder')
  })
})
