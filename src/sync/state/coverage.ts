import { BEGINNING, type Time } from '../../common/time.js'

/** A range of update time, half-open: from inclusive, until exclusive; null: it has no end. */
export type Slice = readonly [from: Time, until: Time | null]

/** What is still to be read: slices in ascending order that neither overlap nor touch. */
export type Coverage = readonly Slice[]

/** So many slices find room in a state. */
const MOST_SLICES = 64

/** What a list that was never read has still to read. */
export function initialCoverage(startDate: Time = BEGINNING): Coverage {
  return [[startDate, null]]
}

/** Everything before this has been read; Infinity where nothing is left to read. */
export function cursorOf(slices: Coverage): Time {
  return slices[0]?.[0] ?? Infinity
}

/** The start of the slice without an end; Infinity where there is none. */
export function openFrom(slices: Coverage): Time {
  const last = slices.at(-1)
  return last?.[1] === null ? last[0] : Infinity
}

export function sameSlices(a: Coverage, b: Coverage): boolean {
  return a.length === b.length && a.every(([from, until], at) => from === b[at]?.[0] && until === b[at][1])
}

/** A slice from the beginning on contains all older times. */
export function contains(slices: Coverage, time: Time): boolean {
  let [low, high] = [0, slices.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endOf(slices[middle]?.[1] ?? null) <= time) low = middle + 1
    else high = middle
  }
  // The first slice that does not end before.
  const from = slices[low]?.[0] ?? Infinity
  return time >= from || from <= BEGINNING
}

/** Whether the slices have times of `[from, until)`. */
export function overlaps(slices: Coverage, from: Time, until: Time | null): boolean {
  return slices.some(([start, end]) => Math.max(from, start) < Math.min(endOf(until), endOf(end)))
}

/** What is left when `[from, until)` has been read. */
export function subtract(slices: Coverage, from: Time, until: Time | null): Coverage {
  return from < endOf(until) ? difference(slices, [[from, until]]) : slices
}

/** The same times as all of these together, in order and joined. The slices given may overlap and have any order. */
export function union(...coverages: readonly (readonly Slice[])[]): Coverage {
  const merged: Slice[] = []
  const sorted = coverages.flat().filter(isNotEmpty)
  for (const [from, until] of sorted.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (!last || from > endOf(last[1])) merged.push(slice(from, endOf(until)))
    else merged[merged.length - 1] = slice(last[0], Math.max(endOf(last[1]), endOf(until)))
  }
  return merged
}

/** The times that lie in both. */
export function intersect(a: Coverage, b: Coverage): Coverage {
  const common = a.flatMap(([from, until]) =>
    b.map(([start, end]) => slice(Math.max(from, start), Math.min(endOf(until), endOf(end)))),
  )
  return common.filter(isNotEmpty)
}

/** The times that lie in the first but not in the second. */
export function difference(a: Coverage, b: Coverage): Coverage {
  return b.reduce(
    (left: Coverage, [from, until]) =>
      left
        .flatMap(([start, end]) => [
          slice(start, Math.min(endOf(end), from)),
          slice(Math.max(start, endOf(until)), endOf(end)),
        ])
        .filter(isNotEmpty),
    a,
  )
}

/** At most so many slices: the closest neighbours are joined. A little is read twice; nothing is left out. */
export function capped(slices: Coverage, most: number = MOST_SLICES): Coverage {
  if (slices.length <= most) return slices
  const starts = slices
    .slice(1)
    .map(([from], index) => ({ from, gap: from - endOf(slices[index]?.[1] ?? null) }))
  const joined = starts.sort((a, b) => a.gap - b.gap).slice(0, slices.length - Math.max(1, most))
  const gone = new Set(joined.map(({ from }) => from))
  const kept: Slice[] = []
  for (const [from, until] of slices) {
    const last = kept.at(-1)
    if (last && gone.has(from)) kept[kept.length - 1] = [last[0], until]
    else kept.push([from, until])
  }
  return kept
}

function slice(from: Time, end: Time): Slice {
  return [from, end === Infinity ? null : end]
}

function endOf(until: Time | null): Time {
  return until ?? Infinity
}

function isNotEmpty([from, until]: Slice): boolean {
  return from < endOf(until)
}
