import { describe, expect, test } from '@jest/globals'
import type { Fault, Plan, Sandbox } from '../../sandbox/sandbox.js'
import type { Credentials } from '../../src/pipedrive/auth/credentials.js'
import { Client, type ClientOptions } from '../../src/pipedrive/client.js'
import { ApiError } from '../../src/pipedrive/http/api-error.js'
import { REQUESTS_PER_WINDOW } from '../../src/pipedrive/limits/pricing-plans.js'
import { drawing } from '../support/random.js'
import { pipedriveServer } from '../support/sandbox.js'
import { firstSeed } from '../support/seeds.js'
import { inVirtualTime } from '../support/time.js'

/*
 * Seen to fail with, in src/pipedrive/limits/burst-window.ts, places that come back after 1,900 ms or with the
 * answer, and in http/transport.ts, retries that pass by the limiter.
 */
const pipedrive = pipedriveServer()
const SECOND = 1_000
const PLANS = Object.keys(REQUESTS_PER_WINDOW) as Plan[]
const KINDS = ['api_token', 'oauth'] as const
const FIRST_SEED = firstSeed()

type Kind = (typeof KINDS)[number]

function credentialsOf({ apiToken, oauth }: Sandbox, kind: Kind): Credentials {
  if (kind === 'api_token') return { kind, apiToken }
  const { clientId, clientSecret, refreshToken } = oauth
  return { kind, clientId, clientSecret, refreshToken }
}

function open(
  sandbox: Sandbox,
  kind: Kind,
  options: Omit<ClientOptions, 'credentials'>,
): () => Promise<unknown> {
  const client = new Client({ credentials: credentialsOf(sandbox, kind), ...options })
  return () => client.request({ api: 'v1', path: '/leadSources', params: {}, cost: 2, label: 'test' })
}

const limitOf = (plan: Plan, kind: Kind) => REQUESTS_PER_WINDOW[plan] * (kind === 'oauth' ? 4 : 1)

/** OAuth multiplies the requests by four: one plan shows it. test/pipedrive/limits/burst-rate.test.ts has them all. */
const CONNECTIONS: readonly { plan: Plan; kind: Kind }[] = [
  ...PLANS.map((plan) => ({ plan, kind: 'api_token' as const })),
  { plan: 'lite', kind: 'oauth' },
]

describe('every plan', () => {
  test.each(CONNECTIONS.map(({ plan, kind }) => ({ plan, kind, limit: limitOf(plan, kind) })))(
    '$plan by $kind: $limit requests in two seconds, 95 % of them used, none refused',
    async ({ plan, kind, limit }) => {
      const sandbox = pipedrive.open({ records: [], plan, latencyMs: 80 })
      const ask = open(sandbox, kind, { plan })
      const wanted = limit * 3
      await inVirtualTime(async () => {
        let left = wanted
        const list = async () => {
          while (left-- > 0) await ask()
        }
        await Promise.all(Array.from({ length: Math.ceil(limit / 10) }, list))
      })
      const entries = sandbox.ledger.entries.filter(({ path }) => path !== '/oauth/token')
      expect(entries.filter(({ status }) => status !== 200)).toEqual([])
      expect(sandbox.ledger.busiestWindow()).toBe(limit)
      const [first] = entries
      const within = entries.filter(({ at }) => at < (first?.at ?? 0) + 4 * SECOND).length
      expect(within).toBeGreaterThanOrEqual(0.95 * 2 * limit)
    },
  )
})

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'stall' },
  { kind: 'truncated' },
  { kind: 'nullBody' },
  { kind: 'burst429', resetSeconds: 1 },
  { kind: 'burst429', resetSeconds: 3 },
]

describe('whatever the latencies and faults', () => {
  test.each(Array.from({ length: 2 }, (_, at) => FIRST_SEED + at))(
    'no two seconds hold more requests than the plan allows, and every request ends (MODEL_SEED=%d)',
    async (seed) => {
      const { pick, below, random } = drawing(seed)
      const plan = pick(PLANS.slice(0, 2))
      const kind = pick(KINDS)
      const limit = limitOf(plan, kind)
      const sandbox = pipedrive.open({ records: [], plan, latencyMs: below(300) })
      sandbox.faults.inject({ times: Infinity, when: () => random() < 0.08, fault: pick(FAULTS) })
      for (const ms of [below(200), below(1000), below(4000)])
        sandbox.faults.inject({ times: Infinity, when: () => random() < 0.3, fault: { kind: 'delay', ms } })
      const share = pick([1, 1, 0.5, 0.3])
      const ask = open(sandbox, kind, {
        plan: pick([plan, 'auto']),
        burstShare: share,
        attemptTimeoutMs: 5_000,
      })

      const outcomes = await inVirtualTime(async () => {
        const asked: Promise<unknown>[] = []
        for (let at = 0; at < limit * 3; at += 1) {
          asked.push(ask().catch((error: unknown) => error))
          if (random() < 0.05) await new Promise((resolve) => setTimeout(resolve, below(700)))
        }
        return Promise.all(asked)
      })

      const failures = outcomes.filter((outcome) => outcome instanceof Error)
      expect(failures.filter((failure) => !(failure instanceof ApiError))).toEqual([])
      // Faults strike one attempt in twelve: six of them in a row hardly ever.
      expect(failures.length).toBeLessThan(outcomes.length / 50 + 1)
      expect(sandbox.ledger.busiestWindow()).toBeLessThanOrEqual(Math.max(1, Math.floor(limit * share)))
    },
  )
})
