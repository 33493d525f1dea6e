import { readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { untilTestEnds } from '../support/test-end.js'
import { inVirtualTime, travel } from '../support/time.js'

const MINUTE = 60_000

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Which of the two was first. */
const first = (work: Promise<unknown>, ms: number) =>
  Promise.race([work.then(() => 'work'), wait(ms).then(() => 'timer')])

describe('inVirtualTime', () => {
  test('lets a day of waiting pass, and the date with it', async () => {
    const passed = await inVirtualTime(async () => {
      const began = Date.now()
      for (let minute = 0; minute < 24 * 60; minute += 1) await wait(MINUTE)
      return Date.now() - began
    })
    expect(passed).toBe(24 * 60 * MINUTE)
  })

  test('lets no timer fire while work goes from turn to turn', async () => {
    const work = async () => {
      for (let turns = 0; turns < 500; turns += 1) await turn()
    }
    expect(await inVirtualTime(() => first(work(), 1))).toBe('work')
  })

  test('lets no timer fire while a file is read', async () => {
    const work = async () => {
      for (let reads = 0; reads < 50; reads += 1) await readFile(new URL(import.meta.url))
    }
    expect(await inVirtualTime(() => first(work(), 1))).toBe('work')
  })

  test('goes on after work that waits for real time, such as a child process', async () => {
    const { setTimeout: realTimeout } = await import('node:timers')
    expect(await inVirtualTime(() => new Promise((resolve) => realTimeout(resolve, 20, 'done')))).toBe('done')
  })

  test('passes on what the work throws', async () => {
    await expect(
      inVirtualTime(() => wait(MINUTE).then(() => Promise.reject(new Error('no')))),
    ).rejects.toThrow('no')
  })

  test('keeps the date that the test travelled to', async () => {
    const before = Date.now()
    await inVirtualTime(() => wait(0))
    travel(60 * MINUTE)
    const started = await inVirtualTime(() => Promise.resolve(Date.now()))
    expect(started).toBeGreaterThanOrEqual(before + 60 * MINUTE)
  })
})

describe('a test that ends before its runs do', () => {
  const seen = { ticks: 0, reason: undefined as unknown, clock: undefined as unknown }

  test('(leaves a run and a clock behind)', () => {
    const run = untilTestEnds(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(signal.reason as Error)
          })
        }),
    )
    run.catch((reason: unknown) => (seen.reason = reason))
    inVirtualTime(async () => {
      for (;;) {
        await wait(MINUTE)
        seen.ticks += 1
      }
    }).catch((reason: unknown) => (seen.clock = reason))
    expect(seen.reason).toBeUndefined()
  })

  test('aborts their signals and stops their clocks before the next test begins', async () => {
    expect(seen.reason).toMatchObject({ message: 'The test ended before this run did.' })
    expect(seen.clock).toMatchObject({ message: 'The test ended before this run did.' })
    const { ticks } = seen
    for (let turns = 0; turns < 100; turns += 1) await turn()
    expect(seen.ticks).toBe(ticks)
    expect(jestIsFaking()).toBe(false)
  })
})

const jestIsFaking = () => Object.hasOwn(setTimeout, 'clock')
