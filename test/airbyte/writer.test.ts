import { describe, expect, test } from '@jest/globals'
import { connectorConfig, log, record, state, streamStatus } from '../../src/airbyte/messages.js'
import { Writer } from '../../src/airbyte/writer.js'
import { Reader, ids, tick, written } from '../support/writer.js'

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
