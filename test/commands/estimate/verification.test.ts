import { beforeEach, expect, test } from '@jest/globals'
import type { EstimateReport } from '../../../src/commands/estimate/report.js'
import { Connection } from '../../support/connection.js'
import { configOf, file, runForText } from '../../support/connector.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime, stopClock } from '../../support/time.js'

const pipedrive = pipedriveServer()
const DAY = 25 * 3_600_000
const STREAMS = ['deals', 'deal_products', 'persons', 'stages']

beforeEach(stopClock)

function estimate(config: string, state: readonly object[], ...flags: string[]) {
  const from = state.length > 0 ? ['--state', file(state)] : []
  const argv = ['estimate', '--config', config, '--streams', STREAMS.join(','), ...from, ...flags]
  return inVirtualTime(() => runForText(argv))
}

test.each(['first', 'next'])(
  'an estimate of the %s sync has the cost of verification, and is right',
  async (which) => {
    const sandbox = pipedrive.open({ deals: 60, epoch: Date.now() - DAY, dailyTokens: 30_000 })
    const connection = new Connection(sandbox, { streams: STREAMS })
    if (which === 'next') await connection.sync()
    const { text } = await estimate(file(configOf(sandbox)), connection.state, '--json')
    const { verification } = JSON.parse(text) as EstimateReport
    expect(verification).toMatchObject({ tokensPerDay: 600, days: 1, unbounded: [] })
    if (which === 'first') await connection.sync()
    await connection.syncAfter(DAY)
    const spent = STREAMS.flatMap((stream) =>
      Object.values((connection.stateOf(stream)?.verification_tokens ?? {}) as Record<string, number>),
    )
    const tokens = spent.reduce((sum, one) => sum + one, 0)
    expect(tokens).toBeGreaterThan(0)
    expect(verification?.tokens).toEqual({ atLeast: 0, atMost: expect.any(Number) })
    expect(tokens).toBeLessThanOrEqual(verification?.tokens.atMost ?? 0)
  },
)

test('an estimate says in words what verification costs a day', async () => {
  const sandbox = pipedrive.open({ deals: 60, epoch: Date.now() - DAY, dailyTokens: 30_000 })
  const { text } = await estimate(file(configOf(sandbox)), [])
  expect(text.replace(/\n/g, ' ')).toMatch(
    /Beside that, verification may cost 600 tokens a day: .* costs at most \d+ tokens, and takes at most 1 day\./,
  )
})

test('an estimate without verification leaves it out', async () => {
  const sandbox = pipedrive.open({ deals: 12, epoch: Date.now() - DAY })
  const { text } = await estimate(file(configOf(sandbox, { verification: 0 })), [], '--json')
  expect(JSON.parse(text)).not.toHaveProperty('verification')
})
