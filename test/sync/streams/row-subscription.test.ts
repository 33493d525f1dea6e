import { describe, expect, test } from '@jest/globals'
import type { Row } from '../../../src/pipedrive/lists/row.js'
import { rowBuilder } from '../../../src/pipedrive/lists/row.js'
import { NOTHING, type Checkpoint } from '../../../src/sync/state/checkpoint.js'
import { Fingerprints } from '../../../src/sync/state/fingerprints.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Roster } from '../../../src/sync/state/roster.js'
import type { ListPosition } from '../../../src/sync/state/list-position.js'
import type { Role } from '../../../src/sync/streams/list-part.js'
import { RowMoves } from '../../../src/sync/streams/row-moves.js'
import { RowSubscription } from '../../../src/sync/streams/row-subscription.js'
import { cursorOf, drained, emitterOf, MINUTE, minutesAgo, NOW, specOf } from '../../support/scans.js'

const archiveOf = { stream: 'deals', includeWithLive: true, timeField: 'archive_time' }
const live = specOf()
const archive = specOf({ name: 'deals_archived', archiveOf })
const toRow = rowBuilder({ name: 'deals', primaryKey: ['id'], timeFields: ['update_time'] })
/** A row that changed so many minutes ago; null: it has no time. */
const row = (id: number, minutes: number | null, more: object = {}): Row =>
  toRow({ id, update_time: minutes === null ? null : minutesAgo(minutes), ...more })

function rosterOf(ids: readonly number[], isComplete = false): Roster {
  const roster = Roster.unknown()
  for (const id of ids) roster.add(String(id))
  if (isComplete) roster.markComplete()
  return roster
}

interface Part {
  list?: typeof live
  role?: Role
  position?: Partial<ListPosition>
  remembering?: 'all rows' | 'rows in pending slices'
}

/** One stream with its parts. */
function streamWith(parts: readonly Part[], moving: readonly number[] = []) {
  const keys = new KeySet()
  for (const id of moving) keys.add(String(id))
  const emitter = emitterOf(live)
  const moves = new RowMoves(() => subscriptions, keys)
  const subscriptions: RowSubscription[] = parts.map(
    ({ list = live, role = 'own', position, remembering }) =>
      new RowSubscription(emitter, list, role, cursorOf(position, remembering), moves),
  )
  for (const subscription of subscriptions) emitter.addPart(subscription)
  const consume = (rows: readonly Row[], checkpoint: Checkpoint = NOTHING, part = 0) => {
    const subscription = subscriptions[part]
    if (!subscription) throw new Error('There is no such part.')
    return subscription.consume({ rows, checkpoint })
  }
  const read = async (rows: readonly Row[], checkpoint: Checkpoint = NOTHING, part = 0) => {
    const messages = await drained(consume(rows, checkpoint, part))
    const ids = messages.flatMap((message) =>
      message.type === 'RECORDS'
        ? message.records.map(({ text }) => (JSON.parse(text.toString()) as { id: number }).id)
        : [],
    )
    return { ids, kinds: messages.map(({ type }) => type) }
  }
  return {
    subscriptions,
    consume,
    read,
    emitter,
    moving: keys,
    cursor: (part = 0) => subscriptions[part]?.cursor,
  }
}

const since = (minutes: number): Partial<ListPosition> => ({
  isNew: false,
  pending: [[NOW - minutes * MINUTE, null]],
})

describe('a row is emitted', () => {
  test.each<{ name: string; part: Part; row: Row; emitted: boolean }>([
    { name: 'when its time is pending', part: { position: since(60) }, row: row(1, 30), emitted: true },
    { name: 'not when its time is covered', part: { position: since(60) }, row: row(1, 90), emitted: false },
    { name: 'when it has no time', part: { position: since(60) }, row: row(1, null), emitted: true },
    {
      name: 'not without a time, where the list is only followed',
      part: { role: 'twin', position: since(60) },
      row: row(1, null),
      emitted: false,
    },
    {
      name: 'whatever its time, where rows are compared',
      part: { position: { ...since(60), fingerprints: cursorOf().fingerprints }, remembering: 'all rows' },
      row: row(1, 90),
      emitted: true,
    },
    {
      name: 'not when it is covered, in a compared list of another connector’s state',
      part: { position: since(60), remembering: 'all rows' },
      row: row(1, 90),
      emitted: false,
    },
    {
      name: 'when a complete roster does not have it',
      part: { position: { ...since(60), roster: rosterOf([2], true) } },
      row: row(1, 90),
      emitted: true,
    },
    {
      name: 'not when a complete roster has it',
      part: { position: { ...since(60), roster: rosterOf([1], true) } },
      row: row(1, 90),
      emitted: false,
    },
    {
      name: 'not because an incomplete roster lacks it',
      part: { position: { ...since(60), roster: rosterOf([2]) } },
      row: row(1, 90),
      emitted: false,
    },
    {
      name: 'from an archive that is not known whole, by its archive time',
      part: { list: archive, role: 'twin', position: { ...since(60), roster: rosterOf([]) } },
      row: row(1, 90, { archive_time: minutesAgo(30) }),
      emitted: true,
    },
    {
      name: 'not by its archive time once the archive is known',
      part: { list: archive, role: 'twin', position: { ...since(60), roster: rosterOf([1], true) } },
      row: row(1, 90, { archive_time: minutesAgo(30) }),
      emitted: false,
    },
  ])('$name', async ({ part, row: one, emitted }) => {
    const { read } = streamWith([part])
    expect((await read([one])).ids).toEqual(emitted ? [1] : [])
  })

  test('once per run, however often it is read and whatever has changed', async () => {
    const { read } = streamWith([{ position: since(60) }])
    expect((await read([row(1, 30), row(1, 20), row(2, 10)])).ids).toEqual([1, 2])
    expect((await read([row(1, 5, { title: 'Later' }), row(3, 5)])).ids).toEqual([3])
  })

  test('once per run, from whichever of the lists it is read first', async () => {
    const { read } = streamWith([
      { position: since(60) },
      { list: archive, role: 'twin', position: since(60) },
    ])
    expect((await read([row(1, 30)], NOTHING, 1)).ids).toEqual([1])
    expect((await read([row(1, 30)], NOTHING, 0)).ids).toEqual([])
  })

  test('not again by the next run while its content stays the same, and again when that differs', async () => {
    const first = streamWith([{ position: since(60) }])
    await first.read([row(1, 30), row(2, 20)])
    const position = first.cursor()?.position()
    const { read } = streamWith([{ ...(position && { position }) }])
    expect((await read([row(1, 30), row(2, 20, { title: 'Edited' })])).ids).toEqual([2])
  })
})

describe('a row that moves between lists', () => {
  const parts = (archived: readonly number[], own: readonly number[] = []): Part[] => [
    { position: { ...since(60), roster: rosterOf(own) } },
    { list: archive, role: 'twin', position: { ...since(60), roster: rosterOf(archived, true) } },
  ]

  test('is emitted from the archive, and then counts as a row of it', async () => {
    const { read, cursor } = streamWith(parts([], [1]))
    expect((await read([row(1, 90)], NOTHING, 1)).ids).toEqual([1])
    expect([cursor(0)?.roster?.has('1'), cursor(1)?.roster?.has('1')]).toEqual([false, true])
  })

  test('is emitted when it is restored, and then counts as a row of the live list', async () => {
    const { read, cursor } = streamWith(parts([1]))
    expect((await read([row(1, 90)], NOTHING, 0)).ids).toEqual([1])
    expect([cursor(0)?.roster?.has('1'), cursor(1)?.roster?.has('1')]).toEqual([true, false])
  })

  test('is emitted again when the last run may have died behind its record', async () => {
    const { read, moving } = streamWith(parts([], [1]), [1])
    expect((await read([row(1, 90)], NOTHING, 0)).ids).toEqual([1])
    expect(moving.has('1')).toBe(false)
  })

  test('is named in a state before its record, and not after it', async () => {
    const { consume, moving } = streamWith(parts([], [1]))
    const named: [string, boolean][] = []
    for await (const { type } of consume([row(1, 90)], NOTHING, 1)) named.push([type, moving.has('1')])
    expect(named.filter(([type]) => type === 'STATE' || type === 'RECORDS')).toEqual([
      ['STATE', true],
      ['RECORDS', true],
    ])
    expect(moving.has('1')).toBe(false)
  })
})

describe('the checkpoint of a page', () => {
  test('is applied only behind its records', async () => {
    const { consume, cursor } = streamWith([{ position: since(60) }])
    const before: unknown[] = []
    for await (const { type } of consume([row(1, 30)], {
      kind: 'covered',
      from: 0,
      until: NOW - 20 * MINUTE,
    }))
      if (type === 'RECORDS') before.push(cursor()?.oldest)
    expect([before, cursor()?.oldest]).toEqual([[NOW - 60 * MINUTE], NOW - 20 * MINUTE])
  })

  test('keeps the fingerprints of rows that are still pending behind it, and no others', async () => {
    const { read, cursor } = streamWith([{ position: since(60) }])
    await read([row(1, 30), row(2, 10), row(3, null)], { kind: 'covered', from: 0, until: NOW - 20 * MINUTE })
    expect(['1', '2', '3'].map((key) => cursor()?.fingerprints.get(key) !== undefined)).toEqual([
      false,
      true,
      true,
    ])
  })
})

describe('the end of a list', () => {
  /** The position behind a run that has emitted rows 1 and 2, as a state keeps it. */
  async function savedPosition(): Promise<Partial<ListPosition>> {
    const first = streamWith([{ position: since(60) }])
    await first.read([row(1, 30), row(2, 20)])
    const text = first.cursor()?.fingerprints.encode() ?? ''
    return { ...since(60), fingerprints: Fingerprints.decode(text, 1_000) }
  }
  const kept = (fingerprints: Fingerprints | undefined) =>
    ['1', '2'].filter((key) => fingerprints?.get(key) !== undefined)

  test('drops fingerprints of rows that the run has not seen any more', async () => {
    const { read, subscriptions, cursor } = streamWith([{ position: await savedPosition() }])
    await read([row(1, 30)])
    subscriptions[0]?.end()
    expect(kept(cursor()?.fingerprints)).toEqual(['1'])
  })

  test.each([
    { name: 'the stream has failed', fails: true, more: {} },
    {
      name: 'the run went on in the middle of a walk',
      fails: false,
      more: { resume: { startedAt: NOW, position: { kind: 'cursor', cursor: 'a' } } } as const,
    },
  ])('keeps all fingerprints when $name', async ({ fails, more }) => {
    const { subscriptions, cursor, emitter } = streamWith([
      { position: { ...(await savedPosition()), ...more } },
    ])
    if (fails) emitter.fail(new Error('no'))
    subscriptions[0]?.end()
    expect(kept(cursor()?.fingerprints)).toEqual(['1', '2'])
  })
})

test('a row that cannot be a record fails the stream before anything is applied', async () => {
  const { consume, cursor } = streamWith([{ position: since(60) }])
  const cyclic: Record<string, unknown> = {}
  cyclic.itself = cyclic
  const broken = { ...row(1, 30), key: '1', time: NOW - 30 * MINUTE, data: cyclic, fingerprint: 1 }
  const reading = drained(consume([broken], { kind: 'covered', from: 0, until: NOW }))
  await expect(reading).rejects.toThrow()
  expect(cursor()?.oldest).toBe(NOW - 60 * MINUTE)
})
