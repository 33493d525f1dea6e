import type { Row } from '../row.js'

type Count = readonly [field: string, children: readonly Row[]]

/** Parents with the counts of their children filled in. */
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
