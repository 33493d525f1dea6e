import type { Row } from '../row.js'
import type { RowsOf } from '../stream.js'

/** A counter of a parent, and the children that it counts. */
export type Count = readonly [field: string, children: readonly Row[]]

export function workCounts(rowsOf: RowsOf): readonly Count[] {
  const activities = rowsOf('activities')
  return [
    ['activities_count', activities],
    ['done_activities_count', activities.filter(({ done }) => done === true)],
    ['undone_activities_count', activities.filter(({ done }) => done !== true)],
    ['notes_count', rowsOf('notes')],
    ['files_count', rowsOf('files')],
  ]
}

export function tradeCounts(rowsOf: RowsOf): readonly Count[] {
  const deals = (...states: readonly string[]) =>
    rowsOf('deals').filter(({ status }) => states.includes(String(status)))
  return [
    ['open_deals_count', deals('open')],
    ['won_deals_count', deals('won')],
    ['lost_deals_count', deals('lost')],
    ['closed_deals_count', deals('won', 'lost')],
  ]
}

/** Parents with the counts of their children filled in; `link` is the children's field with the parent's id. */
export function withCounts(parents: readonly Row[], link: string, counts: readonly Count[]): Row[] {
  const tallies = counts.map(([field, children]) => [field, tally(children, link)] as const)
  return parents.map((parent) => ({
    ...parent,
    ...Object.fromEntries(tallies.map(([field, found]) => [field, found.get(parent.id) ?? 0])),
  }))
}

function tally(children: readonly Row[], link: string): Map<unknown, number> {
  const found = new Map<unknown, number>()
  for (const child of children) found.set(child[link], (found.get(child[link]) ?? 0) + 1)
  return found
}
