import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { configureCatalog } from '../../../src/airbyte/catalog.js'
import { findStream } from '../../../src/manifest/manifest.js'
import { toAirbyteStream } from '../../../src/sync/records/airbyte-stream.js'
import { configOf, file, run } from '../../support/connector.js'
import { anySeed, fuzzed, mutate, mutateText } from '../../support/fuzz.js'
import { drawing } from '../../support/random.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'
import { expectSound } from './expect-sound.js'

const pipedrive = pipedriveServer()
const offered = ['users', 'deals', 'deal_fields']
  .flatMap((name) => findStream(name) ?? [])
  .map((stream) => toAirbyteStream(stream, {}))

test('whatever the catalog holds, a read ends soundly, and errors are those of the config', async () => {
  const sandbox = pipedrive.open({ deals: 5 })
  const config = file(configOf(sandbox))
  const changes = fc.record({
    mode: fc.constantFrom('incremental', 'full_refresh'),
    seeds: fc.array(anySeed, { minLength: 1, maxLength: 4 }),
    asText: fc.nat(4),
  })
  let read = 0
  await fc.assert(
    fc.asyncProperty(changes, async ({ mode, seeds, asText }) => {
      const valid: unknown = configureCatalog(offered, mode)
      const text = JSON.stringify(seeds.reduce((value, seed) => mutate(value, drawing(seed)), valid))
      const catalog = file(asText === 0 ? mutateText(text, drawing(seeds[0] ?? 0)) : text)
      const output = await inVirtualTime(() => run(['read', '--config', config, '--catalog', catalog]))
      expectSound(output, sandbox)
      if (output.exitCode === 0) read += 1
      for (const { failure_type } of output.errors()) expect(failure_type).toBe('config_error')
    }),
    fuzzed(30),
  )
  expect(read).toBeGreaterThan(5)
})
