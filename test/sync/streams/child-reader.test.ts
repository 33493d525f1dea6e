import { describe, expect, test } from '@jest/globals'
import type { Emission } from '../../../src/airbyte/messages.js'
import type { ChildStrategy } from '../../../src/manifest/child-strategy.js'
import { rowBuilder, type Row } from '../../../src/pipedrive/lists/row.js'
import type { Checkpoint } from '../../../src/sync/state/checkpoint.js'
import { ChildReader } from '../../../src/sync/streams/child-reader.js'
import type { ChildSource } from '../../../src/sync/streams/children.js'
import { ParentSubscription } from '../../../src/sync/streams/parent-subscription.js'
import {
  cursorOf,
  drained,
  emitterOf,
  LOOKBACK,
  MINUTE,
  minutesAgo,
  NOW,
  specOf,
} from '../../support/scans.js'

const strategy: ChildStrategy = {
  kind: 'children',
  of: ['deals', 'deals_archived'],
  parentKey: 'deal_id',
  read: { kind: 'batch', param: 'deal_ids', size: 3 },
  countedBy: 'products_count',
  bumpsParent: 'unknown',
}
const toParent = rowBuilder({ name: 'deals', primaryKey: ['id'], timeFields: ['update_time'] })
const toChild = rowBuilder({ name: 'deal_products', primaryKey: ['id'], timeFields: [] })
const parent = (id: number, minutes: number | null, more: object = {}): Row =>
  toParent({ id, update_time: minutes === null ? null : minutesAgo(minutes), ...more })
const covered = (minutes: number): Checkpoint => ({ kind: 'covered', from: 0, until: NOW - minutes * MINUTE })

interface Given {
  /** Parents whose children are missing. */
  missing?: readonly number[]
  /** Title of the children of each parent. */
  titles?: Readonly<Record<number, string>>
  fails?: Error
  lists?: number
}

/** A child stream over so many lists of parents; each parent has one child of ten times its id. */
function childStream({ missing = [], titles = {}, fails, lists = 1 }: Given = {}) {
  const emitter = emitterOf(specOf({ name: 'deal_products' }))
  const batches: number[][] = []
  const source: ChildSource = {
    most: 3,
    least: 3,
    async *children(refs) {
      const ids = refs.map(({ id }) => id)
      batches.push(ids.map(Number))
      await Promise.resolve()
      if (fails) throw fails
      const gone = ids.filter((id) => missing.includes(Number(id)))
      for (const id of gone) yield { missing: id }
      const rows = ids
        .filter((id) => !gone.includes(id))
        .map((id) => toChild({ id: Number(id) * 10, deal_id: Number(id), title: titles[Number(id)] ?? '' }))
      yield { rows }
    },
  }
  const settledBefore = NOW - LOOKBACK
  const children = new ChildReader(emitter, {
    ...{ strategy, source, lists, settledBefore },
    knownUntil: undefined,
  })
  const parents = Array.from({ length: lists }, (_, at) => {
    const cursor = cursorOf()
    const subscription = new ParentSubscription(
      emitter,
      at === 0 ? 'deals' : 'deals_archived',
      cursor,
      children,
      { of: 'none' },
    )
    emitter.addPart(subscription)
    return { cursor, subscription }
  })
  /** Hands a page of parents to one of the lists. */
  const page = async (rows: readonly Row[], checkpoint: Checkpoint, list = 0) =>
    drained(parents[list]?.subscription.consume({ rows, checkpoint }) ?? nothing())
  const end = () => {
    for (const { subscription } of parents) subscription.end()
  }
  return { emitter, children, batches, page, end, cursor: (list = 0) => parents[list]?.cursor }
}

// eslint-disable-next-line require-yield -- a generator by contract
async function* nothing(): AsyncGenerator<Emission> {
  await Promise.resolve()
}

const idsIn = (messages: readonly Emission[]) =>
  messages.flatMap((message) =>
    message.type === 'RECORDS'
      ? message.records.map(({ text }) => (JSON.parse(text.toString()) as { id: number }).id)
      : [],
  )

describe('children', () => {
  test('of all pages of parents are read in full batches, and the rest at the end', async () => {
    const stream = childStream()
    await stream.page([parent(1, 90), parent(2, 80)], covered(75))
    await stream.page([parent(3, 70), parent(4, 60)], covered(55))
    stream.end()
    expect(idsIn(await drained(stream.children.read()))).toEqual([10, 20, 30, 40])
    expect(stream.batches).toEqual([[1, 2, 3], [4]])
    expect(stream.cursor()?.oldest).toBe(NOW - 55 * MINUTE)
  })

  test('of a page are emitted before the page counts as covered', async () => {
    const stream = childStream()
    await stream.page([parent(1, 90), parent(2, 80), parent(3, 70)], covered(65))
    stream.end()
    const before: unknown[] = []
    for await (const { type } of stream.children.read())
      if (type === 'RECORDS') before.push(stream.cursor()?.oldest)
    expect([before, stream.cursor()?.oldest]).toEqual([[0], NOW - 65 * MINUTE])
  })

  test('that fail leave the page of their parents pending', async () => {
    const stream = childStream({ fails: new Error('refused') })
    await stream.page([parent(1, 90)], covered(65))
    stream.end()
    await expect(drained(stream.children.read())).rejects.toThrow('refused')
    expect(stream.cursor()?.oldest).toBe(0)
  })

  test('of a parent that is missing are skipped and logged, and the others are emitted', async () => {
    const stream = childStream({ missing: [2] })
    await stream.page([parent(1, 90), parent(2, 80), parent(3, 70)], covered(65))
    stream.end()
    const messages = await drained(stream.children.read())
    expect(idsIn(messages)).toEqual([10, 30])
    expect(JSON.stringify(messages)).toContain('parent 2 is gone')
  })

  test('of a parent that stands in both lists are read and emitted once', async () => {
    const stream = childStream({ lists: 2 })
    await stream.page([parent(1, 90)], covered(65), 0)
    await stream.page([parent(1, 90), parent(2, 80)], covered(65), 1)
    stream.end()
    expect(idsIn(await drained(stream.children.read()))).toEqual([10, 20])
    expect(stream.batches).toEqual([[1, 2]])
  })

  test('that were emitted are not emitted again while their parent is pending and they stay the same', async () => {
    const stream = childStream()
    await stream.page([parent(1, 5)], covered(10))
    stream.end()
    await drained(stream.children.read())
    expect(stream.cursor()?.fingerprints.size).toBe(1)
    const seen = toChild({ id: 10, deal_id: 1, title: '' })
    expect(stream.cursor()?.hasEmitted(seen)).toBe(true)
    expect(stream.cursor()?.hasEmitted(toChild({ id: 10, deal_id: 1, title: 'Edited' }))).toBe(false)
  })

  test('whose parent is covered leave no fingerprint behind', async () => {
    const stream = childStream()
    await stream.page([parent(1, 90)], NOTHING_PROVED)
    await stream.page([], covered(65))
    stream.end()
    await drained(stream.children.read())
    expect(stream.cursor()?.fingerprints.size).toBe(0)
  })
})

const NOTHING_PROVED: Checkpoint = { kind: 'none' }

describe('the children of a parent', () => {
  test.each<{ name: string; row: Row; read: boolean }>([
    { name: 'are read', row: parent(1, 90), read: true },
    {
      name: 'are not read where it has long counted none',
      row: parent(1, 90, { products_count: 0 }),
      read: false,
    },
    {
      name: 'are read where it counted none within the lookback',
      row: parent(1, 5, { products_count: 0 }),
      read: true,
    },
    {
      name: 'are read where it counts none and has no time',
      row: parent(1, null, { products_count: 0 }),
      read: true,
    },
    { name: 'are read where it counts some', row: parent(1, 90, { products_count: 2 }), read: true },
    { name: 'are not read where it is deleted', row: parent(1, 5, { is_deleted: true }), read: false },
  ])('$name', async ({ row, read }) => {
    const stream = childStream()
    await stream.page([row], covered(65))
    stream.end()
    await drained(stream.children.read())
    expect(stream.batches).toEqual(read ? [[1]] : [])
    expect(stream.cursor()?.oldest).toBe(NOW - 65 * MINUTE)
  })
})
