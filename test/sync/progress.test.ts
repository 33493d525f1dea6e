import { describe, expect, test } from '@jest/globals'
import { Progress, type MemoryPolicy } from '../../src/sync/progress.js'
import type { Row } from '../../src/sync/row.js'
import { initialState, parseState, type StreamState } from '../../src/sync/stream-state.js'

const hour = (hours: number) => Date.UTC(2026, 4, 1) + hours * 3_600_000
const row = (key: string | number, time: number | null, version = 'v1'): Row => ({
  key: String(key),
  time: time === null ? null : hour(time),
  version,
  data: {},
})
const open = (from: number): StreamState => ({ pending: [[hour(from), null]], recent: new Map() })

function progressOf(
  from: StreamState,
  memory: MemoryPolicy = 'recent',
  mode: 'incremental' | 'full_refresh' = 'incremental',
) {
  return new Progress(from, { cursorField: 'update_time', mode, memory })
}

/** The next run, from what this one saved. */
function next(progress: Progress, memory: MemoryPolicy = 'recent'): Progress {
  const saved = JSON.parse(JSON.stringify(progress.state())) as Record<string, unknown>
  const state = parseState(saved, { name: 'deals', cursorField: 'update_time' }, 'incremental')
  return progressOf(state ?? initialState(), memory)
}

/** Takes rows as a consumer does; says which of them it owed. */
function take(
  progress: Progress,
  rows: readonly Row[],
  move: (progress: Progress) => void = () => undefined,
): string[] {
  const owed = rows.filter((candidate) => progress.owes(candidate))
  move(progress)
  progress.wrote(owed)
  progress.passedOver(rows.filter((candidate) => !owed.includes(candidate)))
  return owed.map(({ key }) => key)
}

const remembered = (progress: Progress) => Object.keys(progress.state().recent ?? {})

describe('a row is owed', () => {
  const state: StreamState = {
    pending: [
      [hour(10), hour(20)],
      [hour(30), null],
    ],
    recent: new Map([['sent', 'v1']]),
    undated: new Map([['undated', 'v1']]),
  }

  test.each([
    { name: 'when its time is in a pending span', row: row(1, 10), owed: true },
    { name: 'when its time is in the open span', row: row(1, 99), owed: true },
    { name: 'not when its time is before', row: row(1, 9), owed: false },
    { name: 'not when its time is between', row: row(1, 20), owed: false },
    { name: 'when it has no time', row: row(1, null), owed: true },
    { name: 'not in the version that was sent', row: row('sent', 40), owed: false },
    { name: 'in another version than was sent', row: row('sent', 40, 'v2'), owed: true },
    { name: 'not without a time in the version that was sent', row: row('undated', null), owed: false },
    { name: 'without a time in another version', row: row('undated', null, 'v2'), owed: true },
  ])('$name', ({ row: candidate, owed }) => {
    expect(progressOf(state).owes(candidate)).toBe(owed)
  })

  test('by what was pending when the run began, also if that is covered by now', () => {
    const progress = progressOf(open(10))
    progress.covered(hour(10), hour(30))
    expect(progress.owes(row(1, 15))).toBe(true)
  })

  test('in each run when it is edited back and forth', () => {
    let progress = progressOf(open(0), 'all')
    for (const version of ['v1', 'v2', 'v1', 'v2']) {
      expect(take(progress, [row(1, 5, version)])).toEqual(['1'])
      progress = next(progress, 'all')
      expect(take(progress, [row(1, 5, version)])).toEqual([])
    }
  })
})

describe('what was written is remembered', () => {
  test('as long as it may be met again', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, 5), row(2, 15)], (moved) => {
      moved.covered(hour(0), hour(10))
    })
    expect(remembered(progress)).toEqual(['2'])
    expect(take(next(progress), [row(1, 5), row(2, 15)])).toEqual([])
  })

  test('until what it lies in is covered', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, 5), row(2, 15)])
    expect(remembered(progress)).toEqual(['1', '2'])
    progress.covered(hour(0), hour(10))
    expect(remembered(progress)).toEqual(['2'])
  })

  test('from an earlier run once it was met and covered, and not before', () => {
    const progress = progressOf({
      ...open(0),
      recent: new Map([
        ['met', 'v1'],
        ['unmet', 'v1'],
      ]),
    })
    take(progress, [row('met', 5)], (moved) => {
      moved.covered(hour(0), hour(10))
    })
    expect(remembered(progress)).toEqual(['unmet'])
  })

  test('by its latest version', () => {
    const progress = progressOf({ ...open(0), recent: new Map([['1', 'v1']]) })
    take(progress, [row(1, 5, 'v2')])
    expect(progress.state().recent).toEqual({ 1: 'v2' })
  })

  test('without a time apart from the rest', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, null), row(2, 5)])
    expect(progress.state()).toMatchObject({ undated: { 1: 'v1' }, recent: { 2: 'v1' } })
    expect(take(next(progress), [row(1, null)])).toEqual([])
  })

  test('whatever its time, where a list is read whole', () => {
    const progress = progressOf(open(0), 'all')
    take(progress, [row(1, 5), row(2, null)], (moved) => {
      moved.finished(hour(10), true)
    })
    expect(remembered(progress)).toEqual(['1', '2'])
    expect(take(next(progress, 'all'), [row(1, 5), row(2, null), row(3, 5)])).toEqual(['3'])
  })

  test('not when it was met and not owed', () => {
    const progress = progressOf(open(10))
    take(progress, [row(1, 5)])
    expect(remembered(progress)).toEqual([])
  })
})

describe('what is covered', () => {
  test('moves the cursor, and never beyond', () => {
    const progress = progressOf(open(0))
    progress.covered(hour(0), hour(10))
    expect(progress.cursor).toBe(hour(10))
    expect(progress.state().update_time).toBe('2026-05-01T10:00:00Z')
  })

  test('never moves the cursor back', () => {
    const progress = progressOf(open(10))
    progress.covered(hour(10), hour(5))
    progress.covered(hour(0), hour(5))
    progress.finished(hour(5), true)
    expect(progress.spans).toEqual([[hour(10), null]])
  })

  test('leaves a gap unread when something later is done first', () => {
    const progress = progressOf(open(0))
    progress.covered(hour(10), hour(20))
    expect(progress.spans).toEqual([
      [hour(0), hour(10)],
      [hour(20), null],
    ])
    expect(take(next(progress), [row(1, 5), row(2, 15), row(3, 25)])).toEqual(['1', '3'])
  })
})

describe('a walk', () => {
  const pass = { began: hour(100), at: { start: 499, anchor: '5:v1' } }

  test('covers nothing until it is over', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, 5)], (moved) => {
      moved.passing(pass, hour(98))
    })
    expect(progress.cursor).toBe(hour(0))
    expect(next(progress).unfinishedPass).toEqual(pass)
    progress.finished(hour(98), true)
    expect(progress.cursor).toBe(hour(98))
    expect(progress.unfinishedPass).toBeUndefined()
    expect(progress.state()).not.toHaveProperty('pass')
  })

  test('remembers only rows that it will not have covered at its end', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, 97), row(2, 98), row(3, 99)], (moved) => {
      moved.passing(pass, hour(98))
    })
    expect(remembered(progress)).toEqual(['2', '3'])
  })

  test('from end to end forgets rows that are gone', () => {
    const progress = progressOf(
      {
        ...open(0),
        recent: new Map([
          ['there', 'v1'],
          ['gone', 'v1'],
        ]),
      },
      'all',
    )
    take(progress, [row('there', 5)])
    progress.finished(hour(10), true)
    expect(remembered(progress)).toEqual(['there'])
  })

  test('that was resumed has not met all and forgets none', () => {
    const progress = progressOf(
      {
        ...open(0),
        recent: new Map([
          ['there', 'v1'],
          ['earlier', 'v1'],
        ]),
      },
      'all',
    )
    take(progress, [row('there', 5)])
    progress.finished(hour(10), false)
    expect(remembered(progress).sort()).toEqual(['earlier', 'there'])
  })
})

describe('rows without a time', () => {
  test('were looked for in vain only when none are known', () => {
    const progress = progressOf(open(0))
    expect(progress.lastVainProbe).toBeUndefined()
    progress.probedAt(hour(10))
    expect([progress.lastVainProbe, next(progress).lastVainProbe]).toEqual([hour(10), hour(10)])
    take(progress, [row(1, null)])
    expect(progress.lastVainProbe).toBeUndefined()
  })

  test('are forgotten when the search no longer meets them', () => {
    const progress = progressOf({
      ...open(0),
      undated: new Map([
        ['there', 'v1'],
        ['gone', 'v1'],
      ]),
    })
    take(progress, [row('there', null), row('new', null)])
    progress.probedAt(hour(10))
    expect(progress.state().undated).toEqual({ there: 'v1', new: 'v1' })
  })

  test('stay when the cursor moves', () => {
    const progress = progressOf(open(0))
    take(progress, [row(1, null)])
    progress.finished(hour(50), true)
    expect(progress.state().undated).toEqual({ 1: 'v1' })
  })
})

describe('another connector’s state of a list that is read whole', () => {
  const foreign: StreamState = { pending: [[hour(10), null]] }
  const list = [row('old', 5), row('new', 15), row('timeless', null)]

  test('goes by time once', () => {
    expect(take(progressOf(foreign, 'all'), list)).toEqual(['new', 'timeless'])
  })

  test('and then by fingerprint, also for what it passed over', () => {
    const first = progressOf(foreign, 'all')
    take(first, list, (moved) => {
      moved.finished(hour(20), true)
    })
    const later = [row('old', 5), row('new', 15, 'v2'), row('timeless', null), row('late', 3)]
    expect(take(next(first, 'all'), later)).toEqual(['new', 'late'])
  })

  test('differs from a first sync, which owes all', () => {
    expect(take(progressOf(initialState(hour(10)), 'all'), list)).toEqual(['old', 'new', 'timeless'])
  })
})

describe('a memory that grows too large', () => {
  const many = (count: number, time: number | null) =>
    Array.from({ length: count }, (_, index) => row(String(index).padStart(11, '0'), time, 'abcdefgh'))

  test.each([
    { name: 'of recent rows', count: 7_200, fits: true, time: 5, field: 'recent', room: 180_000 },
    { name: 'of recent rows', count: 7_201, fits: false, time: 5, field: 'recent', room: 180_000 },
    { name: 'of rows without a time', count: 2_400, fits: true, time: null, field: 'undated', room: 60_000 },
    { name: 'of rows without a time', count: 2_401, fits: false, time: null, field: 'undated', room: 60_000 },
  ])('$name: $count fit: $fits', ({ count, fits, time, field, room }) => {
    const progress = progressOf(open(0))
    const rows = many(count, time)
    take(progress, rows)
    expect(progress.overflows).toBe(!fits)
    const kept = Object.keys(progress.state()[field] ?? {})
    expect(kept).toHaveLength(fits ? count : count - 1)
    expect(kept.at(-1)).toBe(rows.at(-1)?.key)
    expect(JSON.stringify(progress.state()[field]).length).toBeLessThanOrEqual(room + 2)
  })

  test('gives up the oldest, which are sent again rather than lost', () => {
    const progress = progressOf(open(0))
    const rows = many(7_203, 5)
    take(progress, rows)
    expect(take(next(progress), rows)).toEqual(rows.slice(0, 3).map(({ key }) => key))
  })

  test('loses nothing while the run lasts', () => {
    const progress = progressOf(open(0))
    const rows = many(7_203, 5)
    take(progress, rows)
    progress.state()
    expect(take(progress, rows)).toEqual([])
  })
})

describe('the state', () => {
  test('says whose data it is, and of a full refresh that it is one', () => {
    const options = { cursorField: 'update_time', memory: 'recent', company: 42 } as const
    const incremental = new Progress(open(10), { ...options, mode: 'incremental' })
    expect(incremental.state()).toEqual({ update_time: '2026-05-01T10:00:00Z', recent: {}, company: 42 })
    const full = new Progress(open(10), { ...options, mode: 'full_refresh' })
    expect(full.state()).toMatchObject({ full_refresh: true })
  })
})
