import { describe, expect, test } from '@jest/globals'
import type { Coverage } from '../../../src/sync/state/coverage.js'
import { descend, secondAfter } from '../../../src/sync/streams/newest-first.js'

const SECOND = 1_000
const at = (second: number | null, ms = 0) => ({ time: second === null ? null : second * SECOND + ms })

/** In seconds; null: no end. */
const inSeconds = (slices: Coverage) =>
  slices.map(([from, until]) => [from / SECOND, until === null ? null : until / SECOND])

describe('a descent from the newest item', () => {
  const ranges: Coverage = [[10 * SECOND, 100 * SECOND]]

  test.each<{ when: string; items: { time: number | null }[]; ranges?: Coverage; steps: unknown[] }>([
    { when: 'without items covers everything at once', items: [], steps: [[undefined, [[10, 100]]]] },
    {
      when: 'covers a second when its item is done, and what lies above the first item before it',
      items: [at(20), at(50)],
      steps: [
        [undefined, [[51, 100]]],
        [50, [[21, 51]]],
        [20, [[10, 21]]],
      ],
    },
    {
      when: 'covers a second that several items share after the last of them',
      items: [at(50, 100), at(50, 900), at(30)],
      steps: [
        [undefined, [[51, 100]]],
        [50.9, []],
        [50.1, [[31, 51]]],
        [30, [[10, 31]]],
      ],
    },
    {
      when: 'starts with items without a time, which cover nothing',
      items: [at(50), at(null)],
      steps: [
        [undefined, []],
        [null, [[51, 100]]],
        [50, [[10, 51]]],
      ],
    },
    {
      when: 'covers nothing outside the ranges',
      items: [at(200), at(50), at(5)],
      ranges: [
        [10 * SECOND, 40 * SECOND],
        [60 * SECOND, 100 * SECOND],
      ],
      steps: [
        [undefined, []],
        [200, [[60, 100]]],
        [50, [[10, 40]]],
        [5, []],
      ],
    },
  ])('$when', ({ items, ranges: given = ranges, steps }) => {
    const found = descend(items, given).map(({ item, covers }) => {
      const second = item === undefined ? undefined : item.time === null ? null : item.time / SECOND
      return [second, inSeconds(covers)]
    })
    expect(found).toEqual(steps)
  })

  test('ends a second behind its last millisecond', () => {
    expect([secondAfter(5_000), secondAfter(5_999)]).toEqual([6_000, 6_000])
  })
})
