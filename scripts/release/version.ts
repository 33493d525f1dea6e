const VERSION = /^(\d+)\.(\d+)\.(\d+)$/

/** Throws unless `next` is a version (X.Y.Z) that is higher than `current`. */
export function assertHigher(next: string, current: string): void {
  const [before, after] = [current, next].map(numbersOf)
  if (!before || !after) throw new Error(`"${next}" is not a version. Use three numbers, for example 0.2.0.`)
  const at = after.findIndex((number, index) => number !== before[index])
  if (at < 0 || (after[at] ?? 0) < (before[at] ?? 0)) {
    throw new Error(`The version ${next} is not higher than ${current}.`)
  }
}

function numbersOf(version: string): number[] | undefined {
  return VERSION.exec(version)?.slice(1).map(Number)
}
