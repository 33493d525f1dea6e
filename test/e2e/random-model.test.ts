import { afterAll, afterEach, describe, expect, jest, test } from '@jest/globals'
import { drawing } from '../support/random.js'
import { pipedriveServer } from '../support/sandbox.js'
import { firstSeed } from '../support/seeds.js'
import { inVirtualTime } from '../support/time.js'
import { Life } from './model/life.js'

const pipedrive = pipedriveServer()

/** MODEL_COMPANIES=number limits or extends the run: CI lives 30 of them, every night 300. */
const FIRST_SEED = firstSeed()
const COMPANIES = Number(process.env.MODEL_COMPANIES ?? 2)
const LEAST_SYNCS_EACH = 10
/** All dates follow from the seed, too. */
const START = Date.parse('2026-03-02T08:00:00Z')

let syncs = 0

async function live(seed: number): Promise<void> {
  jest.setSystemTime(START)
  const jitter = drawing(seed + 1)
  jest.spyOn(Math, 'random').mockImplementation(jitter.random)
  const life = new Life(pipedrive, seed, drawing(seed))
  try {
    await life.live()
  } finally {
    syncs += life.syncs
  }
}

afterEach(() => {
  jest.restoreAllMocks()
})

afterAll(() => {
  expect(syncs).toBeGreaterThanOrEqual(COMPANIES * LEAST_SYNCS_EACH)
})

describe('whatever happens in a company, and whenever the process is killed', () => {
  test.each(Array.from({ length: COMPANIES }, (_, at) => FIRST_SEED + at))(
    'the warehouse is right after the next two syncs (MODEL_SEED=%d)',
    async (seed) => {
      await inVirtualTime(() => live(seed))
    },
  )
})
