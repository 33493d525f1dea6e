import { expect, test } from '@jest/globals'
import type { Fault } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'
import { listStreams } from '../../support/streams.js'

const pipedrive = pipedriveServer()
const MINUTE = 60_000
const STREAMS = listStreams

const outages: { name: string; fault: Fault }[] = [
  { name: 'does not answer any more', fault: { kind: 'stall' } },
  { name: 'resets every connection', fault: { kind: 'reset' } },
  { name: 'answers 503 to everything', fault: { kind: 'status', status: 503 } },
]

test.each(
  outages.flatMap(({ name, fault }) => [
    { when: 'after the first call', skip: 1, name, fault },
    { when: 'in the middle of the lists', skip: 15, name, fault },
  ]),
)('a network that $name $when ends the run within five minutes, states kept', async ({ skip, fault }) => {
  const sandbox = pipedrive.open({ deals: 20 })
  sandbox.faults.inject({ skip, times: Infinity, fault })
  const { output, took } = await inVirtualTime(async () => {
    const startedAt = Date.now()
    const output = await read(sandbox, { streams: STREAMS })
    return { output, took: Date.now() - startedAt }
  })
  expect(took).toBeLessThanOrEqual(5 * MINUTE)
  expect(output.exitCode).toBe(1)
  for (const error of output.errors()) expect(error.failure_type).toBe('transient_error')
  expect(output.errors().length).toBeGreaterThan(0)
  for (const stream of STREAMS) {
    const statuses = output.statuses(stream)
    if (statuses.length > 0) expect(['COMPLETE', 'INCOMPLETE']).toContain(statuses.at(-1))
  }

  sandbox.faults.clear()
  const second = await inVirtualTime(() => read(sandbox, { streams: STREAMS, state: output.stateFile() }))
  expect(second.errors()).toEqual([])
  const ids = [...output.records('deals'), ...second.records('deals')].map(({ id }) => id)
  expect(new Set(ids).size).toBe(sandbox.rows('deals', { deleted: true }).length)
})
