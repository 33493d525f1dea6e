import { expect, test } from '@jest/globals'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { seedRows } from '../support/seed-rows.js'
import { inVirtualTime } from '../support/time.js'

const pipedrive = pipedriveServer()
const DEALS = 240
const DAY = 86_400_000
const config = { plan: 'ultimate' }

interface StateEntry {
  stream: { stream_state: { pending?: unknown[] } }
}

/* Pages of three rows and a slow network make a small list long. */
test('a list that is read in slices side by side loses no record, wherever the process is killed', async () => {
  const sandbox = pipedrive.open({
    records: seedRows('deals', DEALS, { stepMs: DAY, from: Date.now() - 300 * DAY }),
    plan: 'ultimate',
    latencyMs: 1_500,
    switches: { pageCap: 3 },
  })
  const sync = (state?: unknown) =>
    inVirtualTime(() => read(sandbox, { streams: ['deals'], config, ...(state !== undefined && { state }) }))
  const whole = await sync()
  expect(whole.errors()).toEqual([])
  const all = whole.records('deals').map(({ id }) => id)
  expect(new Set(all).size).toBe(DEALS)
  expect(all).toHaveLength(DEALS)

  const lines = whole.text.split('\n').length
  const slices: number[] = []
  for (const share of [0.35, 0.6, 0.85]) {
    const killed = whole.cutAfter(Math.floor(lines * share))
    const states = killed.stateFile() as StateEntry[]
    slices.push(...states.map(({ stream }) => stream.stream_state.pending?.length ?? 1))
    const rest = await sync(states)
    const ids = [...killed.records('deals'), ...rest.records('deals')].map(({ id }) => id)
    expect(new Set(ids).size).toBe(DEALS)
  }
  expect(Math.max(...slices)).toBeGreaterThan(2)
})
