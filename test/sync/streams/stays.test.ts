import { describe, expect, test } from '@jest/globals'
import type { RawRow } from '../../../src/pipedrive/lists/row.js'
import { staysOf } from '../../../src/sync/streams/stays.js'

const traits = {
  field: 'stage_id',
  along: ['pipeline_id'],
  since: 'add_time',
  movedAt: 'stage_change_time',
}
const at = (hour: number, second = 0) =>
  `2026-06-01 ${String(hour).padStart(2, '0')}:00:${String(second).padStart(2, '0')}`
const utc = (time: string) => `${time.replace(' ', 'T')}Z`
const change = (field_key: string, time: string, old_value: string | null, new_value: string | null) => ({
  field_key,
  old_value,
  new_value,
  time,
})
const moved = (hour: number, from: number, to: number) =>
  change('stage_id', at(hour), String(from), String(to))
const deal = (stage_id: number, movedAt: string | null, more: RawRow = {}): RawRow => ({
  stage_id,
  pipeline_id: 1,
  add_time: utc(at(8)),
  stage_change_time: movedAt && utc(movedAt),
  ...more,
})

/** Stage, pipeline, hour of entering, hour of leaving, seconds. */
type Stay = [number | null, number, string | null | undefined, string | null | undefined, number | null]
const stay = (row: RawRow) => [row.stage_id, row.pipeline_id, row.entered_time, row.left_time, row.seconds]
const [h8, h9, h10] = [8, 9, 10].map((hour) => utc(at(hour)))

describe('the stays of a deal in its stages', () => {
  test.each<{ name: string; parent: RawRow; log: RawRow[]; stays: Stay[] }>([
    { name: 'are one where it never moved', parent: deal(3, null), log: [], stays: [[3, 1, h8, null, null]] },
    {
      name: 'begin with the stage in which it was added',
      parent: deal(4, at(9)),
      log: [moved(9, 3, 4)],
      stays: [
        [3, 1, h8, h9, 3600],
        [4, 1, h9, null, null],
      ],
    },
    {
      name: 'are several in one stage when it comes back there',
      parent: deal(3, at(10)),
      log: [moved(9, 3, 4), change('title', at(9), 'Old', 'New'), moved(10, 4, 3)],
      stays: [
        [3, 1, h8, h9, 3600],
        [4, 1, h9, h10, 3600],
        [3, 1, h10, null, null],
      ],
    },
    {
      name: 'have the pipeline of their time, changed in the same second',
      parent: deal(7, at(10), { pipeline_id: 2 }),
      log: [moved(9, 3, 4), moved(10, 4, 7), change('pipeline_id', at(10), '1', '2')],
      stays: [
        [3, 1, h8, h9, 3600],
        [4, 1, h9, h10, 3600],
        [7, 2, h10, null, null],
      ],
    },
    {
      name: 'end with the current stage where the log lacks the last change',
      parent: deal(5, at(10)),
      log: [moved(9, 3, 4)],
      stays: [
        [3, 1, h8, h9, 3600],
        [4, 1, h9, h10, 3600],
        [5, 1, h10, null, null],
      ],
    },
    {
      name: 'follow a log that is newer than the deal',
      parent: deal(3, at(9)),
      log: [moved(9, 4, 3), moved(10, 3, 5)],
      stays: [
        [4, 1, h8, h9, 3600],
        [3, 1, h9, h10, 3600],
        [5, 1, h10, null, null],
      ],
    },
    {
      name: 'are the current one alone where it moved and the log is empty',
      parent: deal(4, at(9)),
      log: [],
      stays: [[4, 1, h9, null, null]],
    },
    {
      name: 'have no length where the deal has no time of its addition',
      parent: deal(4, at(9), { add_time: null }),
      log: [moved(9, 3, 4)],
      stays: [
        [3, 1, null, h9, null],
        [4, 1, h9, null, null],
      ],
    },
  ])('$name', ({ parent, log, stays }) => {
    const rows = staysOf(parent, log, traits)
    expect(rows.map(stay)).toEqual(stays)
    expect(rows.map(({ sequence }) => sequence)).toEqual(stays.map((_, index) => index + 1))
  })
})
