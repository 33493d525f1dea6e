export interface Clock {
  now(): number
  advance(ms: number): void
}

export function createClock(source: () => number): Clock {
  let offset = 0
  return {
    now: () => source() + offset,
    advance: (ms) => {
      offset += ms
    },
  }
}
