import { describe, expect, test } from '@jest/globals'
import {
  fullRefreshOver,
  initialState,
  parseState,
  serializeState,
  type StreamState,
} from '../../src/sync/stream-state.js'

const stream = { name: 'deals', cursorField: 'update_time' }
const at = (day: number) => Date.UTC(2026, 4, day)
const parse = (saved: Record<string, unknown>, mode: 'incremental' | 'full_refresh' = 'incremental') =>
  parseState(saved, stream, mode)

describe('a state comes back as it was saved', () => {
  test.each<{ name: string; state: StreamState }>([
    { name: 'at the start', state: initialState() },
    { name: 'at a start date', state: initialState(at(3)) },
    { name: 'with one open span', state: { pending: [[at(1), null]], recent: new Map([['7', 'abc']]) } },
    {
      name: 'with several spans',
      state: {
        pending: [
          [at(1), at(2)],
          [at(4), at(5)],
          [at(9) + 5, null],
        ],
        recent: new Map(),
      },
    },
    {
      name: 'with all it can hold',
      state: {
        pending: [[at(1), null]],
        recent: new Map([
          ['7', 'a'],
          ['3', 'b'],
        ]),
        undated: new Map([['9', 'c']]),
        probed: at(8),
        pass: { began: at(7), at: { start: 499, anchor: '12:abc', barren: 0 } },
        company: 42,
      },
    },
    { name: 'without a memory', state: { pending: [[at(1), null]] } },
  ])('$name', ({ state }) => {
    for (const mode of ['incremental', 'full_refresh'] as const) {
      const saved = JSON.parse(JSON.stringify(serializeState(state, 'update_time', mode))) as Record<
        string,
        unknown
      >
      expect(parse(saved, mode)).toEqual(state)
    }
  })

  test('with the newest of its memory still last', () => {
    const recent = new Map([
      ['b', '1'],
      ['a', '2'],
      ['c', '3'],
    ])
    const saved = serializeState({ pending: [[at(1), null]], recent }, 'update_time', 'incremental')
    expect([...(parse(saved)?.recent?.keys() ?? [])]).toEqual(['b', 'a', 'c'])
  })
})

describe('a saved state', () => {
  test('holds the start of the first pending span as its cursor, and no more spans than it needs', () => {
    expect(serializeState({ pending: [[at(1), null]] }, 'modified', 'incremental')).toStrictEqual({
      modified: '2026-05-01T00:00:00Z',
    })
    expect(
      serializeState(
        {
          pending: [
            [at(1), at(2)],
            [at(3), null],
          ],
        },
        'update_time',
        'incremental',
      ),
    ).toStrictEqual({
      update_time: '2026-05-01T00:00:00Z',
      pending: [
        ['2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z'],
        ['2026-05-03T00:00:00Z', null],
      ],
    })
  })

  test('says when it is of a full refresh', () => {
    const state = initialState()
    expect(serializeState(state, 'update_time', 'full_refresh')).toHaveProperty('full_refresh', true)
    expect(serializeState(state, 'update_time', 'incremental')).not.toHaveProperty('full_refresh')
  })

  test('has no empty list of rows without a time', () => {
    const state = { ...initialState(), undated: new Map<string, string>() }
    expect(serializeState(state, 'update_time', 'incremental')).not.toHaveProperty('undated')
  })
})

describe('a state of another connector is read', () => {
  test.each([
    { name: 'with a v2 time', cursor: '2026-05-01T00:00:00Z' },
    { name: 'with a v1 time', cursor: '2026-05-01 00:00:00' },
    { name: 'with a fraction', cursor: '2026-05-01T00:00:00.000000Z' },
    { name: 'with an offset', cursor: '2026-05-01T02:00:00+02:00' },
    { name: 'without a zone', cursor: '2026-05-01T00:00:00' },
  ])('$name', ({ cursor }) => {
    expect(parse({ update_time: cursor })).toStrictEqual({ pending: [[at(1), null]] })
  })

  test('with fields that nobody knows', () => {
    expect(
      parse({ update_time: '2026-05-01T00:00:00Z', lookback_window: 5, parent_state: {} }),
    ).toStrictEqual({
      pending: [[at(1), null]],
    })
  })
})

describe('there is nothing to go on from', () => {
  const cursor = { update_time: '2026-05-01T00:00:00Z' }

  test('without a state', () => {
    expect(parseState(undefined, stream, 'incremental')).toBeUndefined()
  })

  test.each<{ name: string; saved: Record<string, unknown>; mode?: 'incremental' | 'full_refresh' }>([
    { name: 'after our full refresh', saved: fullRefreshOver },
    { name: 'after our full refresh, in a full refresh', saved: fullRefreshOver, mode: 'full_refresh' },
    { name: 'after a full refresh of Airbyte’s sources', saved: { __ab_full_refresh_sync_complete: true } },
    { name: 'after a stream without a cursor', saved: { __ab_no_cursor_state_message: true } },
    {
      name: 'when a marker stands beside a cursor',
      saved: { ...cursor, __ab_no_cursor_state_message: true },
    },
    { name: 'when a full refresh finds an incremental state', saved: cursor, mode: 'full_refresh' },
    { name: 'when an incremental sync finds a full refresh’s', saved: { ...cursor, full_refresh: true } },
  ])('$name', ({ saved, mode }) => {
    expect(parse(saved, mode)).toBeUndefined()
  })
})

describe('a state is refused rather than started over', () => {
  const cursor = '2026-05-01T00:00:00Z'

  test.each<{ name: string; saved: Record<string, unknown> }>([
    { name: 'with nothing in it', saved: {} },
    { name: 'with the cursor of another field', saved: { add_time: cursor } },
    { name: 'with a cursor that is not a time', saved: { update_time: 'yesterday' } },
    { name: 'with a cursor that is empty', saved: { update_time: '' } },
    { name: 'with a cursor that is a number', saved: { update_time: at(1) } },
    {
      name: 'with a cursor per partition only',
      saved: { states: [{ partition: {}, cursor: { update_time: cursor } }] },
    },
    { name: 'with spans that are no list', saved: { update_time: cursor, pending: {} } },
    { name: 'with no spans', saved: { update_time: cursor, pending: [] } },
    { name: 'with spans of null', saved: { update_time: cursor, pending: null } },
    { name: 'with a span that is none', saved: { update_time: cursor, pending: [[cursor, null], 'x'] } },
    { name: 'with a span without a start', saved: { update_time: cursor, pending: [[null, null]] } },
    { name: 'with a span with half an end', saved: { update_time: cursor, pending: [[cursor, 'soon']] } },
    { name: 'with a span without an end at all', saved: { update_time: cursor, pending: [[cursor]] } },
  ])('$name', ({ saved }) => {
    expect(() => parse(saved)).toThrow(
      expect.objectContaining({
        failureType: 'config_error',
        stream: 'deals',
        message: expect.stringContaining('The saved state of "deals" has a form') as unknown,
      }),
    )
  })

  // Without an open span nothing after the last one is ever read again, and the sync stays green.
  test('with spans that all end', () => {
    expect(() => parse({ update_time: cursor, pending: [[cursor, '2026-05-02T00:00:00Z']] })).toThrow(
      'has a form',
    )
  })
})

describe('of a state that is read', () => {
  const cursor = { update_time: '2026-05-01T00:00:00Z' }

  test('spans come in order and joined', () => {
    const day = (number: number) => `2026-05-0${number}T00:00:00Z`
    const pending = [
      [day(6), null],
      [day(1), day(3)],
      [day(2), day(4)],
    ]
    expect(parse({ ...cursor, pending })?.pending).toEqual([
      [at(1), at(4)],
      [at(6), null],
    ])
  })

  test.each<{ name: string; more: Record<string, unknown>; state: object }>([
    {
      name: 'fingerprints that are none are left out',
      more: { recent: { 1: 'a', 2: 3, 4: null } },
      state: { recent: new Map([['1', 'a']]) },
    },
    { name: 'a memory that is a text is none', more: { recent: 'x' }, state: {} },
    { name: 'an empty memory is a memory', more: { recent: {} }, state: { recent: new Map() } },
    { name: 'a pass without a beginning is none', more: { pass: { at: { start: 5 } } }, state: {} },
    { name: 'a pass that began at no time is none', more: { pass: { began: 'x', at: {} } }, state: {} },
    { name: 'a probe at no time is none', more: { probed: 'x' }, state: {} },
    { name: 'a company that is no number is none', more: { company: '42' }, state: {} },
  ])('$name', ({ more, state }) => {
    expect(parse({ ...cursor, ...more })).toStrictEqual({ pending: [[at(1), null]], ...state })
  })
})
