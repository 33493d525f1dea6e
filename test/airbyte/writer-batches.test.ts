import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { configError, ConnectorError, errorTrace } from '../../src/airbyte/errors.js'
import { log, record, state, streamStatus, type JsonObject } from '../../src/airbyte/messages.js'
import { Redactor } from '../../src/airbyte/redaction.js'
import { Writer } from '../../src/airbyte/writer.js'
import { Reader, ids, tick, written, batch, range } from '../support/writer.js'

describe('a batch of records', () => {
  test('leaves as one chunk of RECORD lines', async () => {
    const reader = await written(batch('deals', { id: 1, title: 'two\nlines' }, { id: 2 }))
    expect(reader.chunks).toEqual([
      '{"type":"RECORD","record":{"stream":"deals","data":{"id":1,"title":"two\\nlines"},"emitted_at":1700000000000}}\n' +
        '{"type":"RECORD","record":{"stream":"deals","data":{"id":2},"emitted_at":1700000000000}}\n',
    ])
  })

  test('leaves in order with the messages around it', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    writer.post(record('deals', { id: 1 }))
    writer.post(batch('deals', { id: 2 }, { id: 3 }))
    await writer.write(record('deals', { id: 4 }))
    expect(ids(reader)).toEqual([1, 2, 3, 4])
  })

  test('stays as it is until it has left the process, though others are written behind it', async () => {
    const taken: string[] = []
    const slow = new Writable({
      highWaterMark: 1_000_000,
      write: (chunk: Buffer, _encoding, callback) => {
        setImmediate(() => {
          taken.push(chunk.toString('utf8'))
          callback()
        })
      },
    })
    const writer = new Writer(slow)
    for (const id of range(20)) await writer.write(batch('deals', { id }))
    await writer.flush()
    expect(taken.filter((text) => text !== '')).toEqual(
      range(20).map((id) => expect.stringContaining(`"data":{"id":${id}}`)),
    )
  })

  const changes = [{ field: 'b', change: 'NULLED', reason: 'SOURCE_SERIALIZATION_ERROR' }] as const

  test.each([
    {
      name: 'behind its own',
      text: '{"id":1}',
      members: ',"a":"ö","b":null',
      data: '{"id":1,"a":"ö","b":null}',
    },
    { name: 'alone where it has none', text: '{}', members: ',"a":1', data: '{"a":1}' },
    {
      name: 'without secrets',
      text: '{"id":1}',
      members: ',"a":"a secret-word"',
      data: '{"id":1,"a":"a ****"}',
    },
    {
      name: 'without half characters',
      text: '{"id":1}',
      members: ',"a":{"b":1},"c":"\\ud800"',
      data: '{"id":1,"a":{"b":1},"c":"\uFFFD"}',
    },
  ])('has the further members of a record $name', async ({ text, members, data }) => {
    const reader = new Reader()
    const writer = new Writer(reader)
    writer.hide(['secret-word'])
    const records = [
      { text: '{"id":0}', changes: [] },
      { text, members, changes },
      { text: '{"id":2}', changes: [] },
    ]
    await writer.write({ type: 'RECORDS', stream: 'deals', emittedAt: 1, records })
    expect(reader.lines.map((line) => /"data":(.*),"emitted_at":1/.exec(line)?.[1])).toEqual([
      '{"id":0}',
      data,
      '{"id":2}',
    ])
    expect(reader.messages[1]).toMatchObject({
      record: { meta: { changes: expect.arrayContaining([...changes]) } },
    })
  })

  test('counts every record in the next state', async () => {
    const reader = await written(
      batch('deals', { id: 1 }, { id: 2 }),
      batch('persons', { id: 1 }),
      record('deals', { id: 3 }),
      state('deals', { a: 1 }),
    )
    expect(reader.messages.at(-1)).toMatchObject({ state: { sourceStats: { recordCount: 3 } } })
  })

  test('without records writes nothing, and keeps no record that was written', async () => {
    const records = batch('deals', { id: 1 })
    await written(records)
    expect((await written(records)).chunks).toEqual([])
  })

  test('waits while the reader is slow', async () => {
    const reader = new Reader(false)
    const writer = new Writer(reader)
    let done = 0
    const writing = (async () => {
      for (const id of range(3)) {
        await writer.write(batch('deals', { id }, { id: -id }))
        done = id
      }
    })()
    await tick()
    expect(done).toBe(0)
    for (const id of range(3)) {
      expect(reader.take()).toBe(true)
      await tick()
      expect(done).toBe(id)
    }
    await writing
    expect(reader.chunks).toHaveLength(3)
  })

  test('replaces invalid Unicode in the records that have some, and reports it there only', async () => {
    const [first, second, third] = (
      await written(
        batch('deals', { id: 1 }, { id: 2, title: 'a\0', note: '\ud83d' }, { id: 3, title: '\\u0000' }),
      )
    ).messages as { record: object }[]
    const change = (field: string) => ({ field, change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' })
    expect(first?.record).toEqual({ stream: 'deals', data: { id: 1 }, emitted_at: 1_700_000_000_000 })
    expect(second?.record).toMatchObject({
      data: { id: 2, title: 'a\ufffd', note: '\ufffd' },
      meta: { changes: [change('title'), change('note')] },
    })
    expect(third?.record).toEqual({
      stream: 'deals',
      data: { id: 3, title: '\\u0000' },
      emitted_at: 1_700_000_000_000,
    })
  })

  const cyclic: JsonObject = { id: 3 }
  cyclic.self = cyclic
  let deep: JsonObject = {}
  for (let depth = 0; depth < 100_000; depth++) deep = { deep }

  test.each([
    { name: 'refers to itself', bad: cyclic, why: 'because it is nested too deeply or is too long' },
    { name: 'is nested too deeply', bad: deep, why: 'because it is nested too deeply or is too long' },
    { name: 'is not a JSON value', bad: undefined as unknown as JsonObject, why: 'as JSON' },
  ])(
    'cannot hold a record that $name: it fails with its stream before anything is written',
    ({ bad, why }) => {
      const serialize = () => batch('deals', { id: 2 }, bad, { id: 4 })
      expect(serialize).toThrow(ConnectorError)
      expect(serialize).toThrow(
        expect.objectContaining({
          failureType: 'system_error',
          stream: 'deals',
          message: `A record of the stream "deals" cannot be written ${why}. Please report it with this log.`,
        }),
      )
    },
  )
})

describe('secrets that are words of the protocol', () => {
  const words = [
    'status',
    'stream',
    'record',
    'message',
    'RECORD',
    'STREAM',
    'COMPLETE',
    'config_error',
    'SUCCEEDED',
  ]

  async function masked(...messages: Parameters<Writer['write']>[0][]) {
    const reader = new Reader()
    const writer = new Writer(reader)
    writer.hide([...words, 'emitted_at', 'secret-word'])
    for (const message of messages) await writer.write(message)
    return reader.messages as Record<string, never>[]
  }

  test('damage no record, and are masked in its values', async () => {
    const [first, second] = await masked(
      batch('stream', { status: 'status', nested: [{ stream: 'my stream' }], 'secret-word': 1 }, { id: 2 }),
    )
    expect(first).toEqual({
      type: 'RECORD',
      record: {
        stream: 'stream',
        data: { status: '****', nested: [{ stream: 'my ****' }], 'secret-word': 1 },
        emitted_at: 1_700_000_000_000,
      },
    })
    expect(second).toMatchObject({ record: { stream: 'stream', data: { id: 2 } } })
  })

  test('damage no state, and are masked in its values', async () => {
    const [message] = await masked(state('stream', { status: { record: 'secret-word' } }))
    expect(message).toEqual({
      type: 'STATE',
      state: {
        type: 'STREAM',
        stream: {
          stream_descriptor: { name: 'stream' },
          stream_state: { status: { record: '****' } },
        },
        sourceStats: { recordCount: 0 },
      },
    })
  })

  test('damage no status of a stream', async () => {
    const complete = streamStatus('stream', 'COMPLETE')
    expect(await masked(complete)).toEqual([complete])
  })

  test('damage no log, error or connection status, and are masked in their texts', async () => {
    const error = configError('The status is secret-word.', { stream: 'stream', internalMessage: 'record' })
    const [line, trace, status] = await masked(log('INFO', 'The stream of secret-word'), errorTrace(error), {
      type: 'CONNECTION_STATUS',
      connectionStatus: { status: 'SUCCEEDED', message: 'message' },
    })
    expect(line).toEqual({ type: 'LOG', log: { level: 'INFO', message: 'The **** of ****' } })
    expect(trace).toMatchObject({
      type: 'TRACE',
      trace: {
        type: 'ERROR',
        error: {
          message: 'The **** is ****.',
          internal_message: '****',
          failure_type: 'config_error',
          stream_descriptor: { name: 'stream' },
        },
      },
    })
    expect(status).toEqual({
      type: 'CONNECTION_STATUS',
      connectionStatus: { status: 'SUCCEEDED', message: '****' },
    })
  })

  test('damage no printed JSON, and are masked in its values', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    writer.hide(words)
    await writer.printJson({ streams: [{ stream: 'a stream' }] })
    expect(JSON.parse(reader.text)).toEqual({ streams: [{ stream: 'a ****' }] })
  })
})

test('writers that share a redactor mask the same secrets', async () => {
  const redactor = new Redactor()
  const [reader, other] = [new Reader(), new Reader()]
  new Writer(other, { redactor }).hide(['secret-word'])
  await new Writer(reader, { redactor }).print('a secret-word')
  expect(reader.text).toBe('a ****\n')
})
