import { afterEach, jest } from '@jest/globals'
import { pause, untilIdle } from './event-loop.js'
import { untilTestEnds } from './test-end.js'

/** What carries work from one turn of the event loop to the next; never faked. */
const TURNS = ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance'] as const

/** Everything that jest could fake, except the date. */
const TIMERS = [...TURNS, 'hrtime', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const

/** Stops the date, for the connector and the sandbox alike, until the test calls `travel`. */
export function stopClock(now = Date.now()): void {
  jest.useFakeTimers({ doNotFake: [...TIMERS], now })
}

export function travel(ms: number): void {
  jest.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  jest.useRealTimers()
})

/**
 * Runs the work with all timers faked: minutes of waiting take milliseconds, and the date moves along. The clock steps
 * to the next timer whenever nothing is left to do before it, so that no deadline passes while an answer is on its way,
 * however busy the machine is. Rejects when the test ends first.
 */
export function inVirtualTime<T>(work: () => Promise<T>): Promise<T> {
  return untilTestEnds(async (signal) => {
    jest.useFakeTimers({ doNotFake: [...TURNS], now: Date.now() })
    const run = { over: false }
    const result = work().finally(() => {
      run.over = true
    })
    result.catch(() => undefined)
    for (;;) {
      await untilIdle()
      if (run.over) return result
      signal.throwIfAborted()
      if (jest.getTimerCount() > 0) jest.advanceTimersToNextTimer()
      else await pause()
    }
  })
}
