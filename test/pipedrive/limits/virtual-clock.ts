import { afterEach, beforeEach, jest } from '@jest/globals'

/** All timers of the file's tests are virtual. Time passes only in `pass`. */
export function useVirtualClock(): void {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] })
  })
  afterEach(() => {
    jest.useRealTimers()
  })
}

/** Lets this much time pass, timer by timer. All that is due by the end has happened then. */
export async function pass(ms: number, afterEachTimer: () => void = () => undefined): Promise<void> {
  const run = { isOver: false }
  setTimeout(() => {
    run.isOver = true
  }, ms)
  await settle()
  // The promises that a timer resolves run before the next timer.
  while (!run.isOver) {
    jest.advanceTimersToNextTimer()
    await runPromises()
    afterEachTimer()
  }
  await settle()
}

/** Runs promises, and the timers that are due now, until nothing happens any more. */
export async function settle(): Promise<void> {
  for (let idle = 0; idle < 5; idle++) {
    await runPromises()
    const timers = jest.getTimerCount()
    jest.advanceTimersByTime(0)
    if (jest.getTimerCount() < timers) idle = 0
  }
}

/** The result of work that needs no time. */
export async function settled<T>(work: Promise<T>): Promise<T> {
  await settle()
  return work
}

export const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** A turn of the event loop comes after all promises that are ready. */
function runPromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
