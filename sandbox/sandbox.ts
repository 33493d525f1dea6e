import { createHash, randomBytes } from 'node:crypto'
import type { RequestHandler } from 'msw'
import { handlerOf, localAddress, pipedriveAddresses } from './addresses.js'
import { type Clock, createClock } from './clock.js'
import { generateCompany } from './company/generate-company.js'
import { type Faults, FaultScript } from './faults.js'
import { createLedger, type Ledger } from './ledger.js'
import { BurstLimit, DailyBudget, dailyBudget } from './limits.js'
import { OAuthServer } from './oauth.js'
import type { SandboxOptions } from './options.js'
import { type RequestSeen, Router } from './router.js'
import { type RowAccess, rowAccess } from './row-access.js'
import { ApiServer } from './server.js'
import { Store } from './store.js'
import { defaultSwitches, type Switches } from './switches.js'
import { Waits } from './waits.js'

export type { Clock } from './clock.js'
export type { Fault, FaultPlan, Faults } from './faults.js'
export type { Ledger, LedgerEntry } from './ledger.js'
export type { Plan } from './limits.js'
export type { SandboxOptions } from './options.js'
export type { RowAccess } from './row-access.js'
export type { Row, SeedRecord } from './row.js'
export type { Switches } from './switches.js'

export interface Sandbox extends RowAccess {
  readonly handlers: RequestHandler[]
  /** Handlers of another base URL, with /v1, /api/v1, /api/v2 and /oauth/token. */
  handlersFor(baseUrl: string): RequestHandler[]
  readonly apiToken: string
  readonly oauth: {
    readonly clientId: string
    readonly clientSecret: string
    readonly refreshToken: string
    issueAccessToken(options?: { scopes?: string[]; lifetimeMs?: number }): string
    /** Ends all access tokens; the refresh token stays valid. */
    expire(): void
    revoke(): void
  }
  readonly companyId: number
  /** https://<company>.pipedrive.com */
  readonly companyUrl: string
  /** The base URL of the options. */
  readonly baseUrl?: string
  readonly switches: Switches
  readonly clock: Clock
  readonly ledger: Ledger
  readonly faults: Faults
  /** Runs before each request is served: the place to change rows in the middle of a read. */
  onRequest(hook: (request: RequestSeen) => void): void
  /** Ends pending latencies and stalls. From now on every request fails with a network error. */
  close(): void
}

const COMPANY_ID = 4010
const DEFAULT_SEATS = 50
const DEFAULT_DEALS = 60

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const clock = createClock(options.now ?? (() => Date.now()))
  const switches: Switches = { ...defaultSwitches, ...options.switches }
  const store = filledStore(options, clock, switches)
  const { companyDomain, companyUrl, apiToken, oauthSecret, baseUrl } = identityOf(options)
  const oauth = new OAuthServer(oauthSecret, clock, switches, options.oauth ?? {})
  const { plan = 'ultimate', seats = DEFAULT_SEATS, latencyMs = 0 } = options
  const budget = new DailyBudget(options.dailyTokens ?? dailyBudget(plan, seats), clock)
  const [ledger, faults, waits] = [createLedger(), new FaultScript(), new Waits()]
  const burst = new BurstLimit(plan)
  const company = { companyId: COMPANY_ID, companyDomain }
  const server = new ApiServer({ ...company, clock, switches, oauth, budget, burst, store, apiToken })
  const hooks: ((request: RequestSeen) => void)[] = []
  const router = new Router({
    ...{ clock, switches, server, oauth, budget, faults, ledger, waits },
    latencyMs,
    hooks,
  })
  const own = baseUrl === undefined ? [] : [localAddress(baseUrl)]
  return {
    handlers: [handlerOf(router, [...pipedriveAddresses(companyUrl), ...own])],
    handlersFor: (base) => [handlerOf(router, [localAddress(base)])],
    ...{ apiToken, oauth, companyId: COMPANY_ID, companyUrl, switches, clock, ledger, faults },
    ...(baseUrl === undefined ? {} : { baseUrl }),
    onRequest: (hook) => void hooks.push(hook),
    close: () => {
      waits.close()
    },
    ...rowAccess(store, clock, switches),
  }
}

function filledStore(options: SandboxOptions, clock: Clock, switches: Switches): Store {
  const { seed = 1, deals = DEFAULT_DEALS, epoch = clock.now(), nullTimes = 0 } = options
  const store = new Store(clock, switches)
  const records = options.records ?? generateCompany({ seed, deals, epoch, nullTimes }, switches)
  for (const { stream, data } of records) store.seed(stream, data)
  return store
}

/** Each sandbox has names and tokens of its own, so that a stray request of another test is recognised. */
function identityOf(options: SandboxOptions) {
  const { seed = 1, seededTokens = false } = options
  const base = seededTokens ? `sandbox ${seed}` : randomBytes(20).toString('hex')
  const secret = (name: string) => createHash('sha1').update(`${base} ${name}`).digest('hex')
  const companyDomain = `sandbox-${secret('company').slice(0, 8)}`
  const baseUrl = options.baseUrl === true ? `https://${companyDomain}.example` : options.baseUrl
  return {
    companyDomain,
    companyUrl: `https://${companyDomain}.pipedrive.com`,
    apiToken: options.apiToken ?? secret('api token'),
    oauthSecret: secret('oauth'),
    baseUrl,
  }
}
