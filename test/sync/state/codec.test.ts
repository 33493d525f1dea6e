import { describe, expect, test } from '@jest/globals'
import { ConnectorError } from '../../../src/airbyte/errors.js'
import { decodeState, encodeState, type StateMode } from '../../../src/sync/state/codec.js'
import { FULL_REFRESH_COMPLETE } from '../../../src/sync/state/saved-parts.js'

import { Fingerprints } from '../../../src/sync/state/fingerprints.js'
import { KeySet } from '../../../src/sync/state/key-set.js'
import { Roster } from '../../../src/sync/state/roster.js'
import type { ListPosition } from '../../../src/sync/state/list-position.js'

const at = (day: number) => Date.UTC(2026, 4, day)
const ROOM = 80_000
const shape = {
  stream: 'deals',
  cursorField: 'update_time',
  disappearancesRoom: 4_000,
  childRosterRoom: 0,
  lists: [
    { name: 'deals', fingerprintRoom: ROOM, rosterRoom: ROOM, isArchive: false, keys: 'integers' as const },
    {
      name: 'deals_archived',
      fingerprintRoom: ROOM,
      rosterRoom: ROOM,
      isArchive: true,
      keys: 'integers' as const,
    },
  ],
}
const decode = (saved: Record<string, unknown> | undefined, mode: StateMode = 'incremental') =>
  decodeState(saved, shape, mode)

function keySet(...keys: string[]): KeySet {
  const set = new KeySet()
  for (const key of keys) set.add(key)
  return set
}

function roster(complete: boolean, ...keys: string[]): Roster {
  const made = Roster.unknown()
  for (const key of keys) made.add(key)
  if (complete) made.markComplete()
  return made
}

function fingerprints(entries: Record<string, number>): Fingerprints {
  const made = new Fingerprints(ROOM)
  for (const [key, fingerprint] of Object.entries(entries)) made.set(key, fingerprint, null)
  return made
}

/** A state as another run finds it: encoded, written as JSON, read and decoded. */
function throughJson(
  lists: Record<string, ListPosition>,
  mode: StateMode = 'incremental',
  more: object = {},
) {
  const state = {
    lists: new Map(Object.entries(lists)),
    facts: {},
    moving: new KeySet(),

    tokenOwner: undefined,
    company: undefined,
    ...more,
  }
  const saved = JSON.parse(JSON.stringify(encodeState(state, shape, mode))) as Record<string, unknown>
  return { saved, decoded: decode(saved, mode) }
}

const position = (more: Partial<ListPosition> = {}): ListPosition => ({
  isNew: false,
  pending: [[at(1), null]],
  fingerprints: new Fingerprints(ROOM),
  ...more,
})

describe('a state comes back as it was saved', () => {
  test.each([
    { name: 'with one open slice', pending: [[at(1), null]] as const },
    {
      name: 'with several slices',
      pending: [
        [at(1), at(2)],
        [at(4), at(5)],
        [at(9) + 5, null],
      ] as const,
    },
  ])('$name', ({ pending }) => {
    for (const mode of ['incremental', 'full_refresh'] as const) {
      const { decoded } = throughJson({ deals: position({ pending }) }, mode)
      expect(decoded?.lists.get('deals')?.pending).toEqual(pending)
    }
  })

  test('with fingerprints', () => {
    const { decoded } = throughJson({
      deals: position({ fingerprints: fingerprints({ 7: 123, abc: 4_294_967_295 }) }),
    })
    const kept = decoded?.lists.get('deals')?.fingerprints
    expect([kept?.get('7'), kept?.get('abc'), kept?.get('8')]).toEqual([123, 4_294_967_295, undefined])
  })

  test('with the position of a walk that was cut off', () => {
    const resume = { startedAt: at(3), position: { kind: 'cursor' as const, cursor: 'abc' } }
    const { decoded } = throughJson({ deals: position({ resume }) })
    expect(decoded?.lists.get('deals')?.resume).toEqual(resume)
  })

  test('with the time of the last whole reading, and the reading of all parents that is under way', () => {
    const reread = { startedAt: at(3), position: { kind: 'cursor' as const, cursor: 'abc' }, after: '17' }
    const { decoded } = throughJson({ deals: position({ readAt: at(1), rereadAt: at(2), reread }) })
    expect(decoded?.lists.get('deals')).toMatchObject({ readAt: at(1), rereadAt: at(2), reread })
  })

  test('with a walk that is not to read the whole list', () => {
    const resume = {
      startedAt: at(3),
      position: { kind: 'cursor' as const, cursor: 'abc' },
      isWhole: false,
    }
    const { decoded } = throughJson({ deals: position({ resume }) })
    expect(decoded?.lists.get('deals')?.resume).toEqual(resume)
  })

  test('with a roster, its last verification and the one that is under way', () => {
    const verification = {
      startedAt: at(4),
      position: { kind: 'cursor' as const, cursor: 'x' },
      seen: keySet('1', '3'),
      pages: 2,
    }
    const { decoded } = throughJson({
      deals: position(),
      deals_archived: position({ roster: roster(true, '1', '2'), verifiedAt: at(2), verification }),
    })
    const archive = decoded?.lists.get('deals_archived')
    expect([archive?.roster?.complete, archive?.roster?.has('2'), archive?.roster?.has('3')]).toEqual([
      true,
      true,
      false,
    ])
    expect(archive?.verifiedAt).toBe(at(2))
    expect([archive?.verification?.position, archive?.verification?.seen.has('3')]).toEqual([
      verification.position,
      true,
    ])
  })

  test('with a list that is not read for its own sake', () => {
    const { decoded } = throughJson({ deals: position(), deals_archived: position({ pending: [] }) })
    expect(decoded?.lists.get('deals_archived')?.pending).toEqual([])
  })

  test('with keys on the move, the token owner and the company', () => {
    const more = { moving: keySet('5'), tokenOwner: { user: 7, admin: true }, company: 42 }
    const { decoded } = throughJson({ deals: position() }, 'incremental', more)
    expect(decoded?.moving.has('5')).toBe(true)
    expect(decoded).toMatchObject({ tokenOwner: { user: 7, admin: true }, company: 42 })
  })
})

describe('the platform sees', () => {
  test('the start of the first pending slice as the cursor, and no more slices than needed', () => {
    const { saved } = throughJson({ deals: position({ fingerprints: undefined }) })
    expect(saved).toStrictEqual({ update_time: '2026-05-01T00:00:00Z' })
  })

  test('whether a full refresh wrote the state', () => {
    expect(throughJson({ deals: position() }, 'full_refresh').saved).toHaveProperty('full_refresh', true)
    expect(throughJson({ deals: position() }).saved).not.toHaveProperty('full_refresh')
  })

  test('at most 64 slices', () => {
    const pending = Array.from(
      { length: 100 },
      (_, index) => [index * 10, index === 99 ? null : index * 10 + 5] as const,
    )
    const { saved, decoded } = throughJson({ deals: position({ pending }) })
    expect((saved.pending as unknown[]).length).toBe(64)
    expect(decoded?.lists.get('deals')?.pending.at(-1)).toEqual([990, null])
  })
})

describe('a state of another connector is read', () => {
  test.each([
    { name: 'with a v2 time', cursor: '2026-05-01T00:00:00Z' },
    { name: 'with a v1 time', cursor: '2026-05-01 00:00:00' },
    { name: 'with a fraction', cursor: '2026-05-01T00:00:00.000000Z' },
    { name: 'with an offset', cursor: '2026-05-01T02:00:00+02:00' },
    { name: 'without a zone', cursor: '2026-05-01T00:00:00' },
    { name: 'with a date', cursor: '2026-05-01' },
  ])('$name', ({ cursor }) => {
    const list = decode({ update_time: cursor, lookback_window: 5, parent_state: {} })?.lists.get('deals')
    expect([list?.pending, list?.fingerprints]).toEqual([[[at(1), null]], undefined])
  })
})

describe('a state of the first edition is read', () => {
  const saved = {
    update_time: '2026-05-01T00:00:00Z',
    pending: [
      ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'],
      ['2026-05-03T00:00:00Z', null],
    ],
    recent: { 7: 'AAAAewAA' },
    undated: { 9: 'AAAABwAA' },
    pass: { began: '2026-05-03T00:00:00Z', at: { start: 499, anchor: '12:abc', barren: 0 } },
    lists: { deals_archived: { update_time: '2026-05-04T00:00:00Z', order: 'kept', recent: {} } },
    viewer: { user: 7, admin: true },
    company: 42,
  }

  test('with its spans, fingerprints, further lists, owner and company', () => {
    const state = decode(saved)
    const deals = state?.lists.get('deals')
    expect(deals?.pending).toEqual([
      [at(1), at(2)],
      [at(3), null],
    ])
    expect([deals?.fingerprints?.get('7'), deals?.fingerprints?.get('9')]).toEqual([123, 7])
    expect(state?.lists.get('deals_archived')?.pending).toEqual([[at(4), null]])
    expect(state).toMatchObject({ tokenOwner: { user: 7, admin: true }, company: 42 })
  })

  test('with the position of a walk that was cut off', () => {
    expect(decode(saved)?.lists.get('deals')?.resume).toMatchObject({
      startedAt: at(3),
      position: { start: 499 },
    })
  })
})

describe('there is nothing to continue from', () => {
  const cursor = { update_time: '2026-05-01T00:00:00Z' }

  test.each<{ name: string; saved: Record<string, unknown> | undefined; mode?: StateMode }>([
    { name: 'without a state', saved: undefined },
    { name: 'after a full refresh', saved: FULL_REFRESH_COMPLETE },
    { name: 'after a full refresh, in a full refresh', saved: FULL_REFRESH_COMPLETE, mode: 'full_refresh' },
    {
      name: 'after a full refresh of one of Airbyte’s sources',
      saved: { __ab_full_refresh_sync_complete: true },
    },
    { name: 'after a stream without a cursor', saved: { __ab_no_cursor_state_message: true } },
    {
      name: 'when a marker stands beside a cursor',
      saved: { ...cursor, __ab_no_cursor_state_message: true },
    },
    { name: 'when a full refresh finds an incremental state', saved: cursor, mode: 'full_refresh' },
    {
      name: 'when an incremental sync finds the state of a full refresh',
      saved: { ...cursor, full_refresh: true },
    },
  ])('$name', ({ saved, mode }) => {
    expect(decode(saved, mode)).toBeUndefined()
  })
})

describe('a state is refused rather than started over', () => {
  const cursor = '2026-05-01T00:00:00Z'

  test.each<{ name: string; saved: Record<string, unknown> }>([
    { name: 'with nothing in it', saved: {} },
    { name: 'with the cursor of another field', saved: { add_time: cursor } },
    { name: 'with an empty cursor', saved: { update_time: '' } },
    { name: 'with a cursor that is a number', saved: { update_time: at(1) } },
    { name: 'with a cursor that is not a time', saved: { update_time: 'yesterday' } },
    {
      name: 'with a cursor per partition only',
      saved: { states: [{ partition: {}, cursor: { update_time: cursor } }] },
    },
    { name: 'with slices that are not a list', saved: { update_time: cursor, pending: {} } },
    { name: 'without any slice', saved: { update_time: cursor, pending: [] } },
    { name: 'with slices of null', saved: { update_time: cursor, pending: null } },
    { name: 'with a slice that is a text', saved: { update_time: cursor, pending: [[cursor, null], 'x'] } },
    { name: 'with a slice without a start', saved: { update_time: cursor, pending: [[null, null]] } },
    {
      name: 'with a slice with an unreadable end',
      saved: { update_time: cursor, pending: [[cursor, 'soon']] },
    },
    { name: 'with a slice without an end', saved: { update_time: cursor, pending: [[cursor]] } },
    {
      name: 'with fingerprints that cannot be unpacked',
      saved: { update_time: cursor, fingerprints: 'nonsense' },
    },
    // Without an open slice nothing after the last one would ever be read again, and the sync would stay green.
    {
      name: 'with slices that all end',
      saved: { update_time: cursor, pending: [[cursor, '2026-05-02T00:00:00Z']] },
    },
  ])('$name', ({ saved }) => {
    expect(() => decode(saved)).toThrow(ConnectorError)
    expect(() => decode(saved)).toThrow(
      'The saved state of "deals" is not in a form that this connector knows',
    )
  })
})
