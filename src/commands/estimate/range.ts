/** Bounds of a number that Pipedrive does not report. Without `atMost`, the upper bound is unknown. */
export interface Range {
  atLeast: number
  atMost?: number
}

export function times({ atLeast, atMost }: Range, factor: number): Range {
  return { atLeast: atLeast * factor, ...(atMost !== undefined && { atMost: atMost * factor }) }
}

export function plus({ atLeast, atMost }: Range, count: number): Range {
  return { atLeast: atLeast + count, ...(atMost !== undefined && { atMost: atMost + count }) }
}

export function sum(ranges: readonly Range[]): Range {
  return {
    atLeast: ranges.reduce((total, { atLeast }) => total + atLeast, 0),
    atMost: ranges.reduce((total, range) => total + bound(range), 0),
  }
}

/** Without an upper bound if one of them has none. */
export function together(a: Range | undefined, b: Range): Range {
  if (!a) return b
  const isBounded = a.atMost !== undefined && b.atMost !== undefined
  return { atLeast: a.atLeast + b.atLeast, ...(isBounded && { atMost: bound(a) + bound(b) }) }
}

export function total(ranges: readonly Range[]): Range {
  return ranges.reduce((all, range) => together(all, range), { atLeast: 0, atMost: 0 })
}

export function longer(a: Range, b: Range): Range {
  const isBounded = a.atMost !== undefined && b.atMost !== undefined
  return {
    atLeast: Math.max(a.atLeast, b.atLeast),
    ...(isBounded && { atMost: Math.max(bound(a), bound(b)) }),
  }
}

function bound({ atLeast, atMost = atLeast }: Range): number {
  return atMost
}
