import { serializeRecord } from '../../src/airbyte/serialize.js'
import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { configError, ConnectorError, errorTrace } from '../../src/airbyte/errors.js'
import {
  connectorConfig,
  log,
  record,
  state,
  streamStatus,
  type JsonObject,
  type RecordBatch,
} from '../../src/airbyte/messages.js'
import { Redactor } from '../../src/airbyte/redaction.js'
import { Writer } from '../../src/airbyte/writer.js'

/** A reader that accepts a chunk only on request, or at once if `eager`. */
class Reader extends Writable {
  text = ''
  readonly chunks: string[] = []
  private taken: (() => void) | undefined

  constructor(private readonly eager = true) {
    super({ highWaterMark: 1 })
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    this.text += chunk.toString('utf8')
    this.chunks.push(chunk.toString('utf8'))
    if (this.eager) taken()
    else this.taken = taken
  }

  /** Accepts the next chunk; false if there is none. */
  take(): boolean {
    const { taken } = this
    this.taken = undefined
    taken?.()
    return taken !== undefined
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1)
  }

  get messages(): unknown[] {
    return this.lines.map((line) => JSON.parse(line) as unknown)
  }
}

const ids = (reader: Reader) =>
  (reader.messages as { record?: { data: { id: number } } }[]).flatMap(({ record }) => record?.data.id ?? [])
const tick = () => new Promise((resolve) => setImmediate(resolve))

async function written(...messages: Parameters<Writer['write']>[0][]): Promise<Reader> {
  const reader = new Reader()
  const writer = new Writer(reader)
  for (const message of messages) await writer.write(message)
  return reader
}

describe('the writer', () => {
  test('puts each message on a line of its own, in the order given', async () => {
    const reader = await written(
      streamStatus('deals', 'STARTED'),
      record('deals', { id: 1, title: 'two\nlines' }),
      state('deals', { update_time: '2026-01-01T00:00:00Z' }),
    )
    expect(reader.text.endsWith('\n')).toBe(true)
    expect(reader.messages).toMatchObject([{ type: 'TRACE' }, { type: 'RECORD' }, { type: 'STATE' }])
  })

  test('keeps the order of messages that are posted', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    for (let id = 1; id <= 50; id++) writer.post(record('deals', { id }))
    await writer.write(record('deals', { id: 51 }))
    expect(ids(reader)).toEqual(Array.from({ length: 51 }, (_, index) => index + 1))
  })

  test('adds to a state the number of records since the last one of its stream, as a decimal', async () => {
    const reader = await written(
      record('deals', { id: 1 }),
      record('persons', { id: 1 }),
      record('deals', { id: 2 }),
      state('deals', { a: 1 }),
      record('deals', { id: 3 }),
      state('deals', { a: 2 }),
      state('deals', { a: 3 }),
      state('persons', { a: 1 }),
      state('notes', { a: 1 }),
    )
    const stamps = reader.lines
      .filter((line) => line.includes('"STATE"'))
      .map((line) => /"sourceStats":(.*)\}\}$/.exec(line)?.[1])
    expect(stamps).toEqual(['2', '1', '0', '1', '0'].map((count) => `{"recordCount":${count}.0}`))
  })

  test('leaves a recordCount inside the saved state alone', async () => {
    const [line = ''] = (await written(state('deals', { stats: { sourceStats: { recordCount: 7 } } }))).lines
    expect(line).toContain('"stream_state":{"stats":{"sourceStats":{"recordCount":7}}}')
    expect(line).toContain('"recordCount":0.0}}}')
  })

  test.each([
    { name: 'are omitted by default', options: {}, shown: ['INFO'] },
    { name: 'are omitted if debug is off', options: { debug: false }, shown: ['INFO'] },
    { name: 'are written if debug is on', options: { debug: true }, shown: ['DEBUG', 'INFO'] },
  ])('debug logs $name', async ({ options, shown }) => {
    const reader = new Reader()
    const writer = new Writer(reader, options)
    await writer.write(log('DEBUG', 'detail'))
    await writer.write(log('INFO', 'news'))
    expect(reader.messages).toMatchObject(shown.map((level) => ({ type: 'LOG', log: { level } })))
  })

  test('masks the secrets that it knows in every kind of line', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    await writer.print('topsecret before')
    writer.hide(['topsecret'])
    writer.showDebugLogs()
    await writer.write(log('DEBUG', 'with topsecret'))
    await writer.write(record('notes', { content: 'my topsecret' }))
    await writer.print('topsecret after')
    expect(reader.lines[0]).toBe('topsecret before')
    expect(reader.lines.slice(1).join()).not.toContain('topsecret')
    expect(reader.lines.at(-1)).toBe('**** after')
  })

  test('masks a secret that it learns later together with those known before', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    writer.hide(['first-token'])
    writer.hide(['first-token-renewed', 'second-token'])
    await writer.print('first-token first-token-renewed second-token')
    expect(reader.lines).toEqual(['**** **** ****'])
  })

  test('writes a config to be stored unchanged, and masks its secrets in the lines around it', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    const config = { credentials: { auth_type: 'api_token', api_token: 'topsecret' } }
    writer.hide(['topsecret'])
    await writer.write(log('INFO', 'topsecret'))
    await writer.write(connectorConfig(config))
    await writer.write(log('INFO', 'topsecret'))
    expect(reader.messages).toMatchObject([
      { log: { message: '****' } },
      { type: 'CONTROL', control: { type: 'CONNECTOR_CONFIG', connectorConfig: { config } } },
      { log: { message: '****' } },
    ])
  })

  test.each([
    { name: 'a NUL character', data: { id: 1, title: 'a\0b' }, replaced: { id: 1, title: 'a\uFFFDb' } },
    { name: 'a lone surrogate', data: { id: 1, title: '\uD83D!' }, replaced: { id: 1, title: '\uFFFD!' } },
  ])('replaces $name and reports the change', async ({ data, replaced }) => {
    const reader = await written(record('deals', data), state('deals', { a: 1 }))
    const change = { field: 'title', change: 'TRUNCATED', reason: 'SOURCE_SERIALIZATION_ERROR' }
    expect(reader.messages).toMatchObject([
      { record: { stream: 'deals', data: replaced, meta: { changes: [change] } } },
      { state: { sourceStats: { recordCount: 1 } } },
    ])
  })

  test.each([
    { name: 'an emoji', title: '😀' },
    { name: 'a backslash that only looks like an escape', title: 'C:\\u0000 \\ud83d' },
  ])('sends $name as it is, without meta', async ({ title }) => {
    const [message] = (await written(record('deals', { title }))).messages as [{ record: object }]
    expect(message.record).toMatchObject({ data: { title } })
    expect(message.record).not.toHaveProperty('meta')
  })

  test('does not let its caller run ahead of a reader that is slow', async () => {
    const reader = new Reader(false)
    const writer = new Writer(reader)
    let done = 0
    const writing = (async () => {
      for (let id = 1; id <= 20; id++) {
        await writer.write(record('deals', { id }))
        done = id
      }
    })()
    await tick()
    expect(done).toBe(0)
    for (let taken = 1; taken <= 20; taken++) {
      expect(reader.take()).toBe(true)
      await tick()
      expect(done).toBe(taken)
    }
    await writing
    expect(ids(reader)).toHaveLength(20)
  })

  test('loses nothing if a reader is slow and messages are posted', async () => {
    const reader = new Reader(false)
    const writer = new Writer(reader)
    for (let id = 1; id <= 20; id++) writer.post(record('deals', { id }))
    const flushed = writer.flush().then(() => 'flushed')
    for (let turn = 0; turn < 60; turn++) {
      reader.take()
      await tick()
    }
    expect(await flushed).toBe('flushed')
    expect(ids(reader)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  test('flushes only when the reader has accepted the last line', async () => {
    const reader = new Reader(false)
    const writer = new Writer(reader)
    let flushed = false
    const [line, flush] = [writer.print('last'), writer.flush().then(() => (flushed = true))]
    await tick()
    expect(flushed).toBe(false)
    for (let turn = 0; turn < 3; turn++) {
      reader.take()
      await tick()
    }
    await Promise.all([line, flush])
    expect(reader.lines).toEqual(['last'])
  })

  test('rejects the next write when the reader has closed the stream', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    await writer.write(log('INFO', 'one'))
    reader.destroy(new Error('write EPIPE'))
    await tick()
    await expect(writer.write(log('INFO', 'two'))).rejects.toThrow('write EPIPE')
    await expect(writer.write(log('INFO', 'three'))).rejects.toThrow('write EPIPE')
    await expect(writer.flush()).rejects.toThrow()
    expect(reader.lines).toHaveLength(1)
  })

  test('rejects a write that waits for a reader which then closes the stream', async () => {
    const reader = new Reader(false)
    const waiting = new Writer(reader).write(log('INFO', 'one'))
    await tick()
    reader.destroy(new Error('write EPIPE'))
    await expect(waiting).rejects.toThrow('write EPIPE')
  })

  test('shows the failure of a post at the next write', async () => {
    const reader = new Reader()
    const writer = new Writer(reader)
    reader.destroy(new Error('write EPIPE'))
    await tick()
    writer.post(log('INFO', 'one'))
    await tick()
    await expect(writer.write(log('INFO', 'two'))).rejects.toThrow('write EPIPE')
  })
})

const batch = (stream: string, ...records: JsonObject[]): RecordBatch => ({
  type: 'RECORDS',
  stream,
  emittedAt: 1_700_000_000_000,
  texts: records.map((record) => serializeRecord(stream, record)),
})
const range = (length: number) => Array.from({ length }, (_, index) => index + 1)

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

  test('counts every record in the next state', async () => {
    const reader = await written(
      batch('deals', { id: 1 }, { id: 2 }),
      batch('persons', { id: 1 }),
      record('deals', { id: 3 }),
      state('deals', { a: 1 }),
    )
    expect(reader.messages.at(-1)).toMatchObject({ state: { sourceStats: { recordCount: 3 } } })
  })

  test('without records writes nothing', async () => {
    expect((await written(batch('deals'))).chunks).toEqual([])
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
    { name: 'refers to itself', bad: cyclic },
    { name: 'is nested too deeply', bad: deep },
    { name: 'has a value that JSON does not know', bad: { id: 3n } as unknown as JsonObject },
    { name: 'is not a JSON value', bad: undefined as unknown as JsonObject },
  ])('cannot hold a record that $name: it fails with its stream before anything is written', ({ bad }) => {
    const serialize = () => batch('deals', { id: 2 }, bad, { id: 4 })
    expect(serialize).toThrow(ConnectorError)
    expect(serialize).toThrow(
      expect.objectContaining({
        failureType: 'system_error',
        stream: 'deals',
        message: 'A record of the stream "deals" cannot be written as JSON. Please report it with this log.',
      }),
    )
  })
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
