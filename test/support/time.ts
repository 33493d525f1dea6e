import { afterEach, jest } from '@jest/globals'

/** Everything that jest could fake, but the date. */
const TIMERS = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const

/** From here on the date stands still, for the connector and the sandbox alike, until somebody travels. */
export function stopClock(): void {
  jest.useFakeTimers({ doNotFake: [...TIMERS], now: Date.now() })
}

export function travel(ms: number): void {
  jest.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  jest.useRealTimers()
})

/** Small enough that no deadline passes while an answer is on its way, large enough that minutes take no time. */
const STEP_MS = 50
const TURNS_PER_STEP = 12

/** Runs the work with all timers faked: what waits for minutes takes milliseconds, and the date moves along. */
export async function inVirtualTime<T>(work: () => Promise<T>, stepMs = STEP_MS): Promise<T> {
  jest.useFakeTimers({
    doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'],
    now: Date.now(),
  })
  const run = { over: false }
  const result = work().finally(() => {
    run.over = true
  })
  result.catch(() => undefined)
  while (!run.over) {
    for (let turn = 0; turn < TURNS_PER_STEP; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    await jest.advanceTimersByTimeAsync(stepMs)
  }
  return result
}
