import type { Time } from '../../common/time.js'
import { intersect, type Coverage } from '../state/coverage.js'

const SECOND_MS = 1_000

/** A step of a descent: an item, and what is covered once it and all before it are done. */
export interface Descent<Item> {
  readonly item: Item | undefined
  readonly covers: Coverage
}

/**
 * Items newest first, those without a time before all others, and the parts of the ranges that each of them completes.
 * Times are whole seconds to Pipedrive: a second is covered when its last item is done.
 */
export function descend<Item extends { readonly time: Time | null }>(
  items: readonly Item[],
  ranges: Coverage,
): Descent<Item>[] {
  const sorted = [...items].sort((a, b) => (b.time ?? Infinity) - (a.time ?? Infinity))
  let above: Time = Infinity
  const descendTo = (bottom: Time): Coverage => {
    if (bottom >= above) return []
    const covers = intersect(ranges, [[bottom, above === Infinity ? null : above]])
    above = bottom
    return covers
  }
  const [first] = sorted
  const before: Descent<Item> = { item: undefined, covers: first ? descendTo(bottomAbove(first)) : [] }
  const steps = sorted.map((item, at): Descent<Item> => {
    const next = sorted[at + 1]
    return { item, covers: descendTo(next ? bottomAbove(next) : -Infinity) }
  })
  if (sorted.length === 0) return [{ item: undefined, covers: descendTo(-Infinity) }]
  return [before, ...steps]
}

/** The end of the item's second: everything from there on is newer. */
export function secondAfter(time: Time): Time {
  return (Math.floor(time / SECOND_MS) + 1) * SECOND_MS
}

function bottomAbove({ time }: { readonly time: Time | null }): Time {
  return time === null ? Infinity : secondAfter(time)
}
