import { describe, expect, test } from '@jest/globals'
import { CheckpointSchedule } from '../../../src/sync/streams/checkpoint-schedule.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND

function scheduleAt(start = 0) {
  const clock = { now: start }
  return { clock, schedule: new CheckpointSchedule(() => clock.now) }
}

describe('a state is due', () => {
  test.each([
    { name: 'not when nothing has changed', changes: 0, records: 0, bytes: 0, afterMs: MINUTE, due: false },
    {
      name: 'not right after a few records',
      changes: 1,
      records: 10,
      bytes: 10_000,
      afterMs: 100,
      due: false,
    },
    {
      name: 'after five seconds with records',
      changes: 1,
      records: 10,
      bytes: 10_000,
      afterMs: 5 * SECOND,
      due: true,
    },
    { name: 'after 2,000 records', changes: 1, records: 2_000, bytes: 2e6, afterMs: 100, due: true },
    {
      name: 'for a change without records after two minutes',
      changes: 1,
      records: 0,
      bytes: 0,
      afterMs: 2 * MINUTE,
      due: true,
    },
    {
      name: 'as a heartbeat after ten minutes without any change',
      changes: 0,
      records: 0,
      bytes: 0,
      afterMs: 10 * MINUTE,
      due: true,
    },
  ])('$name', ({ changes, records, bytes, afterMs, due }) => {
    const { clock, schedule } = scheduleAt()
    if (records > 0) schedule.wrote(records, bytes)
    clock.now = afterMs
    expect(schedule.isDue(changes)).toBe(due)
  })

  test('only when the records since the last state are twenty times as large as that state', () => {
    const { clock, schedule } = scheduleAt()
    schedule.stated(1, 10_000)
    schedule.wrote(6_000, 199_000)
    expect(schedule.isDue(2)).toBe(false)
    schedule.wrote(1, 1_000)
    expect(schedule.isDue(2)).toBe(true)
    clock.now = 1
    schedule.stated(2, 10_000)
    expect(schedule.isDue(2)).toBe(false)
  })
})

test('records that no state covers are pending until the next state', () => {
  const { schedule } = scheduleAt()
  expect(schedule.isPending).toBe(false)
  schedule.wrote(1, 100)
  expect(schedule.isPending).toBe(true)
  schedule.stated(1, 100)
  expect(schedule.isPending).toBe(false)
})
