import { expect, test } from '@jest/globals'
import { BurstLimiter } from '../../../src/pipedrive/limits/burst-limiter.js'
import { BurstServer, lite } from './burst-server.js'
import { pass, useVirtualClock } from './virtual-clock.js'

useVirtualClock()

const atOnce = { travelMs: () => 0 }

/** Counts the timers that keep the process alive: without one, and without a socket, Node ends it. */
function watchTimers(): () => number {
  const live = new Set<NodeJS.Timeout>()
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
  globalThis.setTimeout = ((call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const timer = setTimeout(() => {
      live.delete(timer)
      call(...args)
    }, ms)
    live.add(timer)
    return timer
  }) as typeof globalThis.setTimeout
  globalThis.setInterval = (call: () => void, ms?: number) => {
    const timer = setInterval(call, ms)
    live.add(timer)
    return timer
  }
  globalThis.clearTimeout = ((timer: NodeJS.Timeout) => {
    live.delete(timer)
    clearTimeout(timer)
  }) as typeof globalThis.clearTimeout
  globalThis.clearInterval = ((timer: NodeJS.Timeout) => {
    live.delete(timer)
    clearInterval(timer)
  }) as typeof globalThis.clearInterval
  return () => [...live].filter((timer) => timer.hasRef()).length
}

// The timers that return slots are unref'ed, and so are idle sockets: without a further timer, Node 20 exits with 13.
test('the process stays alive while a request waits for a slot and nothing else is going on', async () => {
  const holding = watchTimers()
  const server = new BurstServer(new BurstLimiter(lite()), atOnce)
  server.send(21)
  await pass(100)
  expect(server.sent).toHaveLength(20)
  expect(holding()).toBeGreaterThan(0)
})

test('the process stays alive while a request waits for the reset after a 429', async () => {
  const holding = watchTimers()
  const server = new BurstServer(new BurstLimiter(lite()), atOnce)
  server.limiter.close(60_000)
  server.send(1)
  await pass(10_000)
  expect(server.sent).toHaveLength(0)
  expect(holding()).toBeGreaterThan(0)
})

test('slots that are to be returned do not keep the process alive', async () => {
  const holding = watchTimers()
  const server = new BurstServer(new BurstLimiter(lite()), atOnce)
  server.send(20)
  await pass(100)
  expect(server.finished).toBe(20)
  expect(holding()).toBe(0)
})

test('a reset that no request waits for does not keep the process alive', async () => {
  const holding = watchTimers()
  new BurstLimiter(lite()).close(60_000)
  await pass(100)
  expect(holding()).toBe(0)
})

test('requests that failed by a stop do not keep the process alive', async () => {
  const holding = watchTimers()
  const server = new BurstServer(new BurstLimiter(lite()), atOnce)
  server.send(40)
  await pass(100)
  server.limiter.stop(new Error('over'))
  await pass(100)
  expect(server.finished).toBe(40)
  expect(holding()).toBe(0)
})
