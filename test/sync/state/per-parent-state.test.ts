import { describe, expect, test } from '@jest/globals'
import { fromPerParentState, isPerParentState } from '../../../src/sync/state/per-parent-state.js'

const lists = ['deals', 'deals_archived']
const [earlier, later] = ['2026-05-01T10:00:00Z', '2026-05-02T10:00:00Z']
const partitions = {
  use_global_cursor: false,
  states: [{ partition: { deal_id: 1, parent_slice: {} }, cursor: { log_time: '2026-04-01 10:00:00' } }],
  state: { log_time: '2026-04-01 10:00:00' },
}
const withParents = (parent_state: unknown) => ({ ...partitions, parent_state })

describe('a state per parent', () => {
  test.each<{ name: string; saved: Record<string, unknown>; is: boolean }>([
    { name: 'has the cursors of the lists of parents', saved: withParents({}), is: true },
    { name: 'has no cursor of its own', saved: { ...withParents({}), log_time: earlier }, is: false },
    { name: 'is not one of ours', saved: { pending: [[earlier, null]] }, is: false },
    { name: 'is more than the partitions alone', saved: partitions, is: false },
  ])('$name', ({ saved, is }) => {
    expect(isPerParentState(saved, 'log_time')).toBe(is)
  })

  test('continues each list from its cursor, and knows children up to the earliest one', () => {
    const saved = withParents({ deals: { update_time: later }, deals_archived: { update_time: earlier } })
    expect(fromPerParentState(saved, lists)).toEqual({
      pending: [[later, null]],
      lists: { deals_archived: { pending: [[earlier, null]] } },
      children_until: earlier,
    })
  })

  test('reads a list without a cursor from its beginning, and then knows no children', () => {
    const saved = withParents({ deals: { update_time: later }, deals_archived: {} })
    expect(fromPerParentState(saved, lists)).toEqual({
      pending: [[later, null]],
      lists: { deals_archived: { pending: [['1970-01-01T00:00:00Z', null]] } },
    })
  })

  test.each([{}, { deals: null }, { deals: {} }])('without any cursor starts over: %j', (parents) => {
    expect(fromPerParentState(withParents(parents), lists)).toBeUndefined()
  })
})
