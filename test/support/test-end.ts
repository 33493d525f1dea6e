import { afterEach } from '@jest/globals'
import { untilIdle } from './event-loop.js'

const running = new Set<AbortController>()

/**
 * Runs the work with a signal that aborts when the test ends. A test that times out thereby stops its runs, its clock
 * and its requests before the next test begins.
 */
export async function untilTestEnds<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController()
  running.add(end)
  try {
    return await work(end.signal)
  } finally {
    running.delete(end)
  }
}

afterEach(async () => {
  if (running.size === 0) return
  for (const end of running) end.abort(new Error('The test ended before this run did.'))
  await untilIdle()
})
