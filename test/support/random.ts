/** Draws the same numbers for the same seed (mulberry32). */
export function drawing(seed: number) {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (n: number) => Math.floor(random() * n)
  return { random, below, pick: <T>(values: readonly T[]): T => values[below(values.length)] as T }
}
export type Draw = ReturnType<typeof drawing>
