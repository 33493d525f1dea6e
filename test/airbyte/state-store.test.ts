import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { state } from '../../src/airbyte/messages.js'
import { StateStore } from '../../src/airbyte/state-store.js'
import { Writer } from '../../src/airbyte/writer.js'
import { untilIdle } from '../support/event-loop.js'
import { newFolder } from '../support/folder.js'
import { Reader, tick } from '../support/writer.js'

const path = () => join(newFolder(), 'state.json')
const content = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as unknown
const saved = (name: string, stream_state: object) => ({
  type: 'STREAM',
  stream: { stream_descriptor: { name }, stream_state },
})

test('a state is saved only once it has left the process, and never without the states before it', async () => {
  const file = path()
  const reader = new Reader(false)
  const writer = new Writer(reader)
  const store = await StateStore.open(file, new Map([['users', { id: 1 }]]), writer)
  for (const until of [1, 2]) {
    const message = state('deals', { until })
    void writer.write(message)
    store.keep(message)
  }
  await untilIdle()
  expect(content(file)).toEqual([saved('users', { id: 1 })])

  const closed = store.close()
  while (!(await Promise.race([closed.then(() => true), sleep(1, false)]))) reader.take()
  expect(content(file)).toEqual([saved('users', { id: 1 }), saved('deals', { until: 2 })])
  expect(existsSync(`${file}.tmp`)).toBe(false)
})

test('a state that the reader has not accepted is not saved', async () => {
  const file = path()
  const reader = new Reader(false)
  const writer = new Writer(reader)
  const store = await StateStore.open(file, new Map(), writer)
  const message = state('deals', { until: 1 })
  writer.post(message)
  store.keep(message)
  await tick()
  reader.destroy(new Error('EPIPE'))
  await store.close()
  expect(content(file)).toEqual([])
})

test('secrets are masked in the file as in the output', async () => {
  const file = path()
  const writer = new Writer(new Reader())
  writer.hide(['s3cret-token'])
  const store = await StateStore.open(file, new Map(), writer)
  const message = state('deals', { note: 'is s3cret-token' })
  await writer.write(message)
  store.keep(message)
  await store.close()
  expect(content(file)).toEqual([saved('deals', { note: 'is ****' })])
})
