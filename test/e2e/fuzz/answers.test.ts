import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Fault } from '../../../sandbox/sandbox.js'
import { read } from '../../support/connector.js'
import { anySeed, fuzzed, mutate, mutateText } from '../../support/fuzz.js'
import { drawing } from '../../support/random.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'
import { expectSound } from './expect-sound.js'

const pipedrive = pipedriveServer()

const PATHS = ['/v1/users/me', '/v1/users', '/api/v2/deals', '/deals/archived', '/deals/products']
const MORE_PATHS = ['/v1/leads', '/v1/notes', '/v1/files', '/v1/dealFields', '/api/v2/stages']
const STREAMS = ['users', 'deals', 'deal_products', 'leads', 'notes', 'files', 'deal_fields', 'stages']
const HOUR = 3_600_000

/** A fault that changes responses in a way that follows from the seed. */
function faultOf(kind: 'value' | 'text' | 'status', seed: number): Fault {
  const draw = drawing(seed)
  if (kind === 'value') return { kind: 'rewrite', rewrite: (body: unknown) => mutate(body, draw) }
  if (kind === 'text') return { kind: 'text', rewrite: (text) => mutateText(text, draw) }
  const headers = {
    'retry-after': draw.pick(['0', '-1', '99999999999', 'soon', 'Wed, 21 Oct 2099 07:28:00 GMT']),
    'x-ratelimit-limit': draw.pick(['0', '1', '-5', '1e9', 'many']),
    'x-ratelimit-remaining': draw.pick(['0', '99999', 'x']),
    'x-ratelimit-reset': draw.pick(['0', '-1', '1795262203']),
    'x-daily-ratelimit-token-remaining': draw.pick(['', '5', '-1', 'all']),
    date: draw.pick(['', 'yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT']),
  }
  const status = draw.pick([200, 201, 204, 301, 400, 402, 404, 410, 418, 429, 451, 500, 599])
  return { kind: 'status', status, body: mutate({ success: true, data: [], error: 'No.' }, draw), headers }
}

const fault = fc.record({
  path: fc.constantFrom(...PATHS, ...MORE_PATHS),
  skip: fc.nat(2),
  times: fc.constantFrom(1, 1, 3, Infinity),
  kind: fc.constantFrom('value', 'value', 'text', 'text', 'status'),
  seed: anySeed,
})

test('whatever Pipedrive answers, a sync ends soundly, and the next one is complete', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 3 }), async (faults) => {
      const sandbox = pipedrive.open({ deals: 4, latencyMs: 10 })
      for (const { path, skip, times, kind, seed } of faults)
        sandbox.faults.inject({ path, skip, times, fault: faultOf(kind, seed) })
      const { output, took } = await inVirtualTime(async () => {
        const startedAt = Date.now()
        const output = await read(sandbox, { streams: STREAMS })
        return { output, took: Date.now() - startedAt }
      })
      expectSound(output, sandbox)
      expect(took).toBeLessThan(2 * HOUR)
      expect(sandbox.ledger.entries.length).toBeLessThan(400)

      // What the connector stored of it does not spoil the next sync.
      sandbox.faults.clear()
      const second = await inVirtualTime(() => read(sandbox, { streams: STREAMS, state: output.stateFile() }))
      expectSound(second, sandbox)
    }),
    fuzzed(6),
  )
})
