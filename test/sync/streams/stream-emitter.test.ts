import { describe, expect, test } from '@jest/globals'
import type { AirbyteMessage, Emission } from '../../../src/airbyte/messages.js'
import type { Row } from '../../../src/pipedrive/lists/row.js'
import { Fingerprints } from '../../../src/sync/state/fingerprints.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { StreamEmitter } from '../../../src/sync/streams/stream-emitter.js'
import { cursorOf, plainMapper, specOf } from '../../support/scans.js'

const rowsOf = (...ids: number[]): Row[] =>
  ids.map((id) => ({ key: String(id), time: 0, data: { id }, fingerprint: id }))

interface Given {
  mode?: 'incremental' | 'full_refresh'
  hasCursor?: boolean
  toRecord?: (row: Readonly<Record<string, unknown>>) => unknown
}

function emitterWith({ mode = 'incremental', hasCursor = true, toRecord = (row) => row }: Given = {}) {
  const { cursorField, ...stream } = specOf()
  const other = { changes: 0 }
  let states = 0
  const emitter = new StreamEmitter(hasCursor ? { ...stream, cursorField: cursorField ?? '' } : stream, {
    mode,
    mapper: plainMapper(toRecord),
    toState: () => ({ number: (states += 1) }),
    otherChanges: () => other.changes,
  })
  return { emitter, other }
}

/** Message types; of statuses and states, what they say. */
const said = (messages: Iterable<Emission>) =>
  [...messages].map((message) => {
    if (message.type === 'RECORDS') return message.records.map(({ text }) => text).join()
    const { trace, state, log } = message as AirbyteMessage & {
      trace?: { stream_status?: { status: string } }
      state?: { stream: { stream_state: unknown } }
      log?: { level: string }
    }
    return trace?.stream_status?.status ?? state?.stream.stream_state ?? log?.level
  })

describe('the statuses of a stream', () => {
  test('say that it runs with its first records, and only once', async () => {
    const { emitter } = emitterWith()
    expect(said([emitter.started()])).toEqual(['STARTED'])
    expect(said(emitter.emit(await emitter.toRecords(rowsOf(1, 2))))).toEqual([
      'RUNNING',
      '{"id":1},{"id":2}',
    ])
    expect(said(emitter.emit(await emitter.toRecords(rowsOf(3))))).toEqual(['{"id":3}'])
    expect(said(emitter.emit(await emitter.toRecords([])))).toEqual([])
    expect(emitter.recordCount).toBe(3)
  })

  test('say only once that it runs when two of its lists emit at the same time', async () => {
    const { emitter } = emitterWith()
    const first = emitter.emit(await emitter.toRecords(rowsOf(1)))
    const second = emitter.emit(await emitter.toRecords(rowsOf(2)))
    const began = first.next().value as Emission
    expect([...said([began]), ...said(second), ...said(first)]).toEqual(['RUNNING', '{"id":2}', '{"id":1}'])
  })

  test('say that it ran and is complete without records too, and its last state comes before that', () => {
    expect(said(emitterWith().emitter.completed())).toEqual(['RUNNING', { number: 1 }, 'COMPLETE'])
  })

  test('say at the end of a full refresh that there is nothing to go on from', () => {
    const { emitter } = emitterWith({ mode: 'full_refresh' })
    expect(said(emitter.completed())).toEqual([
      'RUNNING',
      { __ab_full_refresh_sync_complete: true },
      'COMPLETE',
    ])
  })
})

describe('a stream that is cut off', () => {
  test('writes a state for records that no state covers', async () => {
    const { emitter } = emitterWith()
    said(emitter.emit(await emitter.toRecords(rowsOf(1))))
    expect(said(emitter.cutOff())).toEqual([{ number: 1 }, 'INCOMPLETE'])
  })

  test('writes a state for progress without records', () => {
    const { emitter } = emitterWith()
    const cursor = cursorOf()
    emitter.addPart({ list: 'deals', role: 'own', cursor, moving: new KeySet() })
    cursor.apply({ kind: 'covered', from: 0, until: 5 })
    expect(said(emitter.cutOff())).toEqual([{ number: 1 }, 'INCOMPLETE'])
  })

  test('writes a state for facts that were learned', () => {
    const { emitter, other } = emitterWith()
    other.changes += 1
    expect(said(emitter.cutOff())).toEqual([{ number: 1 }, 'INCOMPLETE'])
  })

  test('writes none where nothing has changed', () => {
    expect(said(emitterWith().emitter.cutOff())).toEqual(['INCOMPLETE'])
  })

  test('writes none without a cursor, whatever it has emitted', async () => {
    const { emitter } = emitterWith({ hasCursor: false })
    said(emitter.emit(await emitter.toRecords(rowsOf(1))))
    expect(said(emitter.checkpoint())).toEqual([])
    expect(said(emitter.keep(1_000_000))).toEqual([])
    expect(said(emitter.cutOff())).toEqual(['INCOMPLETE'])
  })
})

test('the first reason for which a stream fails is the one that counts', () => {
  const { emitter } = emitterWith()
  emitter.fail('first')
  emitter.fail('second')
  expect(emitter.failure).toBe('first')
})

test('rows that cannot be records throw before anything is emitted', async () => {
  const { emitter } = emitterWith({
    toRecord: () => {
      throw new TypeError('malformed')
    },
  })
  await expect(emitter.toRecords(rowsOf(1))).rejects.toThrow('malformed')
  expect(emitter.recordCount).toBe(0)
})

test('a stream whose fingerprints had no room says so when it is complete', () => {
  const { emitter } = emitterWith()
  const fingerprints = new Fingerprints(50)
  for (let id = 1; id <= 100; id += 1) fingerprints.set(String(id), id, null)
  emitter.addPart({ list: 'deals', role: 'own', cursor: cursorOf({ fingerprints }), moving: new KeySet() })
  expect(said(emitter.completed())).toEqual(['RUNNING', 'WARN', { number: 1 }, 'COMPLETE'])
})
