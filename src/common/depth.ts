type Nested = Readonly<Record<string, unknown>>

/** Whether a value from JSON has more levels of lists and objects than this. Without recursion. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let level = isNested(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > levels) return true
    level = nestedIn(level)
  }
  return false
}

/** Loops, as most rows have nothing nested: Object.values would copy each of them. */
function nestedIn(level: readonly Nested[]): Nested[] {
  const nested: Nested[] = []
  for (const value of level) {
    for (const key in value) {
      const inner = value[key]
      if (isNested(inner)) nested.push(inner)
    }
  }
  return nested
}

function isNested(value: unknown): value is Nested {
  return typeof value === 'object' && value !== null
}
