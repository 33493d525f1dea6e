import { describe, expect, test } from '@jest/globals'
import { ParentQueue, type QueuedParent } from '../../../src/sync/streams/parent-queue.js'
import { Fingerprints } from '../../../src/sync/state/fingerprints.js'
import { StreamCursor } from '../../../src/sync/state/stream-cursor.js'

const room = 1_000
const cursor = new StreamCursor(
  { isNew: true, pending: [[0, null]], fingerprints: undefined },
  'all rows',
  () => new Fingerprints(room),
)
const parents = (from: number, count: number): QueuedParent[] =>
  Array.from({ length: count }, (_, at) => ({
    id: String(from + at),
    value: from + at,
    isKnown: true,
    time: 0,
    cursor,
  }))
const marker = (until: number) => ({ checkpoint: { kind: 'covered' as const, from: 0, until }, cursor })
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

async function taken(queue: ParentQueue, size: number) {
  const batch = await queue.take(size)
  return batch && { ids: batch.parents.map(({ id }) => Number(id)), markers: untils(batch.markers) }
}

function untils(markers: readonly { checkpoint: { kind: string; until?: number } }[]) {
  return markers.map(({ checkpoint }) => checkpoint.until)
}

describe('a batch of parents', () => {
  test('is filled across pages', async () => {
    const queue = new ParentQueue(1)
    await queue.push(parents(1, 3), marker(10))
    await queue.push(parents(4, 3), marker(20))
    expect(await taken(queue, 5)).toEqual({ ids: [1, 2, 3, 4, 5], markers: [10] })
  })

  test('may be taken when it has the least number of parents, and has no more than the most', async () => {
    const queue = new ParentQueue(1)
    await queue.push(parents(1, 3), marker(10))
    const batch = await queue.take(2, 1)
    expect(batch?.parents.map(({ id }) => id)).toEqual(['1', '2'])
    expect((await queue.take(2, 1))?.parents.map(({ id }) => id)).toEqual(['3'])
  })

  test('waits until it is full or all lists are read', async () => {
    const queue = new ParentQueue(2)
    let batch: unknown
    const taking = taken(queue, 5).then((result) => (batch = result))
    await queue.push(parents(1, 3), marker(10))
    queue.close()
    await settle()
    expect(batch).toBeUndefined()
    queue.close()
    await taking
    expect(batch).toEqual({ ids: [1, 2, 3], markers: [10] })
    expect(await queue.take(5)).toBeUndefined()
  })

  test('carries the checkpoint of a page only with the last parent of that page', async () => {
    const queue = new ParentQueue(1)
    await queue.push(parents(1, 4), marker(10))
    await queue.push(parents(5, 2), marker(20))
    queue.close()
    expect(await taken(queue, 3)).toEqual({ ids: [1, 2, 3], markers: [] })
    expect(await taken(queue, 3)).toEqual({ ids: [4, 5, 6], markers: [10, 20] })
  })

  test('of a page without parents brings its checkpoint at once', async () => {
    const queue = new ParentQueue(1)
    await queue.push([], marker(10))
    expect(await taken(queue, 3)).toEqual({ ids: [], markers: [10] })
  })

  test('is taken unfilled when twenty pages have not filled it', async () => {
    const queue = new ParentQueue(1)
    await queue.push(parents(1, 1), marker(0))
    for (let page = 1; page < 19; page += 1) await queue.push([], marker(page))
    let batch: unknown
    const taking = taken(queue, 5).then((result) => (batch = result))
    await settle()
    expect(batch).toBeUndefined()
    await queue.push([], marker(19))
    await taking
    expect(batch).toEqual({ ids: [1], markers: Array.from({ length: 20 }, (_, page) => page) })
  })

  test('leaves parents in the queue that do not fill a batch behind a leading checkpoint', async () => {
    const queue = new ParentQueue(1)
    await queue.push([], marker(10))
    await queue.push(parents(1, 2), marker(20))
    expect(await taken(queue, 3)).toEqual({ ids: [], markers: [10] })
    queue.close()
    expect(await taken(queue, 3)).toEqual({ ids: [1, 2], markers: [20] })
  })
})

describe('reading parents', () => {
  test('waits while the queue is full, and goes on when a batch is taken', async () => {
    const queue = new ParentQueue(1)
    let pushed = false
    const pushing = queue.push(parents(1, 20_000), marker(10)).then(() => (pushed = true))
    await settle()
    expect(pushed).toBe(false)
    await queue.take(100)
    await pushing
    expect(pushed).toBe(true)
  })

  test('goes on when nothing is read from the queue any more', async () => {
    const queue = new ParentQueue(1)
    const pushing = queue.push(parents(1, 20_000), marker(10))
    queue.abandon()
    await pushing
    await queue.push(parents(1, 20_000), marker(20))
  })
})
