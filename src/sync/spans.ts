import type { Time } from '../common/time.js'

/** A stretch of time, half-open: from inclusive, until exclusive; null: no end. */
export type Span = readonly [from: Time, until: Time | null]

/** Everything, whatever its time. */
export const BEGINNING: Time = 0

export function contains(spans: readonly Span[], time: Time): boolean {
  return spans.some(([from, until]) => time >= from && time < (until ?? Infinity))
}

/** What is left of the spans when `[from, until)` has been read. */
export function subtract(spans: readonly Span[], from: Time, until: Time): Span[] {
  if (until <= from) return [...spans]
  return spans.flatMap(([start, end]): Span[] => {
    const left: Span = [start, Math.min(end ?? Infinity, from)]
    const right: Span = [Math.max(start, until), end]
    return [left, right].filter((span) => span[0] < (span[1] ?? Infinity))
  })
}

/** The same time covered by as few spans as possible, in order. */
export function union(spans: readonly Span[]): Span[] {
  const merged: [Time, Time | null][] = []
  for (const [from, until] of [...spans].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last && from <= (last[1] ?? Infinity)) last[1] = latest(last[1], until)
    else merged.push([from, until])
  }
  return merged
}

function latest(a: Time | null, b: Time | null): Time | null {
  return a === null || b === null ? null : Math.max(a, b)
}
