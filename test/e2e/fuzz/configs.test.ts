import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { secretsIn } from '../../../src/config/secrets.js'
import { configOf, file, run } from '../../support/connector.js'
import { anySeed, fuzzed, mutate, mutateText } from '../../support/fuzz.js'
import { oauthConfig } from '../../support/oauth.js'
import { drawing } from '../../support/random.js'
import { pipedriveServer } from '../../support/sandbox.js'
import { inVirtualTime } from '../../support/time.js'
import { expectSound } from './expect-sound.js'

const pipedrive = pipedriveServer()

const OPTIONS = {
  replication_start_date: '2024-01-01',
  start_dates: { deals: '2024-01-01' },
  lookback_minutes: 10,
  plan: 'ultimate',
  burst_share: 0.5,
  daily_token_reserve: 0.1,
}

/** Shorter texts are not masked, and occur elsewhere. */
const longSecrets = (config: unknown) => secretsIn(config).filter((secret) => secret.trim().length >= 30)

test('whatever the config holds, check and read end soundly, and only the config to store has secrets', async () => {
  const sandbox = pipedrive.open({ deals: 3 })
  const changes = fc.record({
    oauth: fc.boolean(),
    seeds: fc.array(anySeed, { minLength: 1, maxLength: 3 }),
    asText: fc.nat(4),
    argv: fc.constantFrom(['check'], ['read', '--stream', 'users'], ['discover']),
  })
  let succeeded = 0
  await fc.assert(
    fc.asyncProperty(changes, async ({ oauth, seeds, asText, argv }) => {
      const valid: unknown = oauth ? oauthConfig(sandbox, {}, OPTIONS) : configOf(sandbox, OPTIONS)
      const config = seeds.reduce((value, seed) => mutate(value, drawing(seed)), valid)
      const text = JSON.stringify(config)
      const path = file(asText === 0 ? mutateText(text, drawing(seeds[0] ?? 0)) : text)
      const output = await inVirtualTime(() => run([...argv, '--config', path]))
      const lines = output.text.split('\n').filter((line) => !line.startsWith('{"type":"CONTROL"'))
      for (const secret of longSecrets(valid)) expect(lines.join('\n')).not.toContain(secret)
      expectSound(output, { ...sandbox, apiToken: sandbox.apiToken })
      if (output.exitCode === 0) succeeded += 1
    }),
    fuzzed(30),
  )
  expect(succeeded).toBeGreaterThan(5)
})
