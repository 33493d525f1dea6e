import { beforeEach, expect, test } from '@jest/globals'
import { createSandbox } from '../../sandbox/sandbox.js'
import { read } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { stopClock, travel } from '../support/time.js'

// Seen to fail with, in src/sync/scan.ts: `certain` always `start`.
const pipedrive = pipedriveServer()
const MINUTE = 60_000

beforeEach(stopClock)

test.each([
  { name: 'tells no time, and ours is ten minutes fast', dateHeader: 'absent' as const, ahead: 10 * MINUTE },
  { name: 'tells no time, and ours is a day slow', dateHeader: 'absent' as const, ahead: -24 * 60 * MINUTE },
  { name: 'tells the time, and ours is a day fast', dateHeader: 'present' as const, ahead: 24 * 60 * MINUTE },
  {
    name: 'tells the time, and ours is a day slow',
    dateHeader: 'present' as const,
    ahead: -24 * 60 * MINUTE,
  },
])('no row is lost when Pipedrive $name', async ({ dateHeader, ahead }) => {
  const sandbox = pipedrive.open({ deals: 30, switches: { dateHeader }, now: () => Date.now() - ahead })
  const streams = ['deals', 'notes', 'files']
  let state = (await read(sandbox, { streams })).stateFile()
  for (let round = 0; round < 3; round += 1) {
    travel(MINUTE)
    for (const stream of streams)
      sandbox.edit(stream, sandbox.rows(stream)[round]?.id as number, { title: 'Edited', name: 'Edited' })
    travel(MINUTE)
    const output = await read(sandbox, { streams, state })
    for (const stream of streams) {
      expect([stream, output.records(stream).map(({ id }) => id)]).toEqual([
        stream,
        [sandbox.rows(stream)[round]?.id],
      ])
    }
    state = output.stateFile()
  }
})

test('the sandbox’s clock is its own', () => {
  expect(createSandbox({ now: () => 5, epoch: Date.now() }).clock.now()).toBe(5)
})
