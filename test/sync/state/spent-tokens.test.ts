import { describe, expect, test } from '@jest/globals'
import { addSpent, parseSpent, spentWithinDay } from '../../../src/sync/state/spent-tokens.js'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 21, 20, 30)

describe('tokens that were spent', () => {
  test.each([
    { when: 'in this hour', hour: '2026-11-21T20', counts: true },
    { when: 'in an hour of the same day', hour: '2026-11-21T03', counts: true },
    {
      when: 'in an hour that began more than 24 hours ago and ended later',
      hour: '2026-11-20T20',
      counts: true,
    },
    { when: 'more than 24 hours ago', hour: '2026-11-20T19', counts: false },
    { when: 'in the future, by a wrong clock', hour: '2026-11-21T21', counts: false },
  ])('$when count: $counts', ({ hour, counts }) => {
    expect(spentWithinDay({ [hour]: 7 }, NOW)).toBe(counts ? 7 : 0)
  })

  test('are added up by the hour, and forgotten after a day', () => {
    const first = addSpent({}, NOW, 10)
    const second = addSpent(addSpent(first, NOW, 5), NOW + 2 * HOUR, 1)
    expect(second).toEqual({ '2026-11-21T20': 15, '2026-11-21T22': 1 })
    expect(addSpent(second, NOW + 25 * HOUR, 3)).toEqual({ '2026-11-21T22': 1, '2026-11-22T21': 3 })
  })

  test.each([
    { value: undefined, spent: {} },
    { value: 'text', spent: {} },
    {
      value: { '2026-11-21T20': 15, yesterday: 3, '2026-11-21T21': '3', '2026-11-21T22': -1 },
      spent: { '2026-11-21T20': 15 },
    },
  ])('are read from $value', ({ value, spent }) => {
    expect(parseSpent(value)).toEqual(spent)
  })
})
