import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Sandbox } from '../../sandbox/sandbox.js'
import { configOf, file, read, runForText } from '../support/connector.js'
import { pipedriveServer } from '../support/sandbox.js'
import { inVirtualTime, stopClock, travel } from '../support/time.js'

const pipedrive = pipedriveServer()
const HOUR = 3_600_000

beforeEach(stopClock)

const verify = (sandbox: Sandbox, state: object[], ...flags: string[]) =>
  runForText(['verify', '--config', file(configOf(sandbox)), '--state', file(state), ...flags])

async function synced(): Promise<{ sandbox: Sandbox; state: object[]; hidden: number }> {
  const sandbox = pipedrive.open({ deals: 12, epoch: Date.now() - 24 * HOUR })
  const hidden = sandbox.rows('persons')[0]?.id as number
  sandbox.hide('persons', hidden)
  const output = await read(sandbox, { streams: ['persons', 'deals', 'stages', 'deletions'] })
  travel(HOUR)
  return { sandbox, state: output.stateFile(), hidden }
}

describe('verify', () => {
  test('prints a line per stream of the state, and exits with 0 if nothing is missing', async () => {
    const { sandbox, state } = await synced()
    const { text, exitCode } = await verify(sandbox, state)
    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(['stream', 'persons', 'deals', 'stages'])
    expect(lines[0]).toMatch(/^stream +records +missing +deleted +verified up to$/)
    expect(exitCode).toBe(0)
  })

  test('exits with 1 if a record is missing, and counts what was deleted', async () => {
    const { sandbox, state, hidden } = await synced()
    sandbox.reveal('persons', hidden)
    const [, , deleted] = sandbox.rows('persons')
    sandbox.remove('persons', deleted?.id as number)
    const { text, exitCode } = await verify(sandbox, state, '--json')
    const report = JSON.parse(text) as {
      stream: string
      missing: number
      deleted: number
      complete: boolean
    }[]
    expect(report.find(({ stream }) => stream === 'persons')).toMatchObject({
      missing: 1,
      deleted: 1,
      complete: true,
    })
    expect(exitCode).toBe(1)
  })

  test('exits with 1 if a list cannot be walked to its end', async () => {
    const { sandbox, state } = await synced()
    sandbox.faults.inject({ path: '/persons', times: Infinity, fault: { kind: 'status', status: 403 } })
    const { text, exitCode } = await verify(sandbox, state)
    expect(text).toContain('now incomplete')
    expect(exitCode).toBe(1)
  })

  test('needs a state', async () => {
    const sandbox = pipedrive.open({ deals: 12 })
    const { exitCode, aside, text } = await runForText(['verify', '--config', file(configOf(sandbox))])
    expect(exitCode).toBe(1)
    expect(aside + text).toContain('--state')
  })

  test('walks 100,000 persons with at most 210 requests', async () => {
    const records = Array.from({ length: 100_000 }, (_, at) => ({
      stream: 'persons',
      data: { id: at + 1, update_time: '2026-05-15T10:00:00Z' },
    }))
    const sandbox = pipedrive.open({ records })
    const state = [
      {
        type: 'STREAM',
        stream: {
          stream_descriptor: { name: 'persons' },
          stream_state: { update_time: '2026-06-01T00:00:00Z' },
        },
      },
    ]
    const { text } = await inVirtualTime(() => verify(sandbox, state, '--json'))
    expect(JSON.parse(text)).toMatchObject([{ records: 100_000, complete: true }])
    expect(sandbox.ledger.byStream().persons?.requests).toBeLessThanOrEqual(210)
  })
})
