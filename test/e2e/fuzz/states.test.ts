import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { configOf, file, read, run } from '../../support/connector.js'
import { anySeed, fuzzed, mutate, mutateText } from '../../support/fuzz.js'
import { drawing } from '../../support/random.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'
import { expectSound } from './expect-sound.js'

const pipedrive = pipedriveServer()
const STREAMS = ['users', 'deals', 'deals_archived', 'deal_products', 'leads', 'notes', 'files', 'stages']
const SELECTED = STREAMS.flatMap((stream) => ['--stream', stream])

test('whatever the state file holds, a sync ends soundly', async () => {
  const sandbox = pipedrive.open({ deals: 30 })
  const whole = await read(sandbox, { streams: STREAMS })
  const lines = whole.text.split('\n').length
  const config = file(configOf(sandbox))
  const changes = fc.record({
    cut: fc.integer({ min: 1, max: lines }),
    seeds: fc.array(anySeed, { minLength: 1, maxLength: 4 }),
    asText: fc.nat(4),
  })
  let refused = 0
  await fc.assert(
    fc.asyncProperty(changes, async ({ cut, seeds, asText }) => {
      const saved: unknown = whole.cutAfter(cut).stateFile()
      const state = seeds.reduce((value, seed) => mutate(value, drawing(seed)), saved)
      const text = JSON.stringify(state)
      const path = file(asText === 0 ? mutateText(text, drawing(seeds[0] ?? 0)) : text)
      const before = sandbox.ledger.entries.length
      const output = await inVirtualTime(() =>
        run(['read', '--config', config, ...SELECTED, '--state', path]),
      )
      expectSound(output, sandbox)
      expect(sandbox.ledger.entries.length - before).toBeLessThan(200)
      if (output.exitCode === 1) refused += 1
      for (const { failure_type } of output.errors()) expect(failure_type).toBe('config_error')
    }),
    fuzzed(20),
  )
  expect(refused).toBeGreaterThan(0)
})
