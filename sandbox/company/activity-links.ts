import type { Row } from '../row.js'
import type { RowsOf } from '../stream.js'

export interface ActivityLinks {
  readonly next_activity_id: unknown
  readonly last_activity_id: unknown
}

/** Of the activities of each parent, the open one that is due first and the done one that was due last. */
export function activityLinks(rowsOf: RowsOf, link: string): (id: unknown) => ActivityLinks {
  const byDueDate = [...rowsOf('activities')].sort((a, b) => compare(a.due_date, b.due_date))
  const done = byDueDate.filter((activity) => activity.done === true)
  const open = byDueDate.filter((activity) => activity.done !== true).reverse()
  const [next, last] = [lastOfEach(open, link), lastOfEach(done, link)]
  return (id) => ({ next_activity_id: next.get(id) ?? null, last_activity_id: last.get(id) ?? null })
}

function lastOfEach(activities: readonly Row[], link: string): Map<unknown, unknown> {
  return new Map(activities.map((activity) => [activity[link], activity.id]))
}

function compare(a: unknown, b: unknown): number {
  const [first, second] = [String(a), String(b)]
  return first < second ? -1 : first > second ? 1 : 0
}
