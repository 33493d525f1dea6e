import { createHash } from 'node:crypto'
import { http, type RequestHandler } from 'msw'
import { type Clock, createClock } from './clock.js'
import { archiveLater } from './company/archive-later.js'
import { generateCompany } from './company/generate-company.js'
import { paidInParts } from './company/installments.js'
import { type Faults, FaultScript } from './faults.js'
import { type Door, FrontDoor, type RequestSeen } from './router.js'
import { Gateway } from './server.js'
import { includeFields } from './include-fields.js'
import { createLedger, type Ledger } from './ledger.js'
import { BurstLimit, DailyBudget, dailyBudget, type Plan } from './limits.js'
import { type OAuthOptions, OAuthServer } from './oauth.js'
import { presentRow } from './present-row.js'
import type { Row, SeedRecord } from './row.js'
import { Store } from './store.js'
import { defaultSwitches, type Switches } from './switches.js'

export type { Clock } from './clock.js'
export type { Fault, FaultPlan, Faults } from './faults.js'
export type { Ledger, LedgerEntry } from './ledger.js'
export type { Plan } from './limits.js'
export type { Row, SeedRecord } from './row.js'
export type { StreamName } from './streams.js'
export type { Switches } from './switches.js'

export interface SandboxOptions {
  /** Same seed, size and epoch: same data. Default 1. */
  readonly seed?: number
  /** The size of the company; everything else follows from it. Default 60. */
  readonly deals?: number
  /** Instead of a generated company: rows as the API returns them. What a row lacks, answers lack. */
  readonly records?: readonly SeedRecord[]
  /** The moment the generated data ends at; default now. */
  readonly epoch?: number
  /** So many deals, and persons, have no update_time. Default 0. */
  readonly nullTimes?: number
  /** Default 'ultimate'. */
  readonly plan?: Plan
  /** Default 50, so that no budget runs out by accident. */
  readonly seats?: number
  /** The company's tokens a day, instead of what plan and seats give. */
  readonly dailyTokens?: number
  readonly latencyMs?: number
  readonly switches?: Partial<Switches>
  /** Default Date.now. */
  readonly now?: () => number
  /** Default: one that follows from the seed. */
  readonly apiToken?: string
  /** An address to answer on besides Pipedrive's. */
  readonly baseUrl?: string
  readonly oauth?: OAuthOptions
}

export interface Sandbox {
  readonly handlers: RequestHandler[]
  /** Handlers of another base, which carries /v1, /api/v1, /api/v2 and /oauth/token. */
  handlersFor(baseUrl: string): RequestHandler[]
  readonly apiToken: string
  readonly oauth: {
    readonly clientId: string
    readonly clientSecret: string
    readonly refreshToken: string
    issueAccessToken(options?: { scopes?: string[]; lifetimeMs?: number }): string
    /** Ends all access tokens; the refresh token lives on. */
    expire(): void
    revoke(): void
  }
  readonly companyId: number
  /** https://<company>.pipedrive.com */
  readonly companyUrl: string
  readonly switches: Switches
  readonly clock: Clock
  readonly ledger: Ledger
  readonly faults: Faults
  /** The truth of a stream now, without include fields and deleted deals unless asked for. */
  rows(stream: string, options?: { deleted?: boolean; includeFields?: boolean }): readonly Row[]
  create(stream: string, data?: Row): Row
  edit(stream: string, id: string | number, changes: Row, options?: { touch?: boolean }): Row
  /** Deals go as the API deletes them (is_deleted) unless hard; everything else vanishes. */
  remove(stream: string, id: string | number, options?: { hard?: boolean }): void
  archive(stream: 'deals' | 'leads', id: string | number): void
  restore(stream: 'deals' | 'leads', id: string | number): void
  /** Runs before each request is answered: the place to change rows in the middle of a read. */
  onRequest(hook: (request: RequestSeen) => void): void
}

const COMPANY = 'sandbox-company'
const COMPANY_ID = 4010
const DEFAULT_SEATS = 50
const DEFAULT_DEALS = 60
const companyUrl = `https://${COMPANY}.pipedrive.com`

const pipedrive: readonly Door[] = [
  { surface: 'shared', base: 'https://api.pipedrive.com', apiDomain: companyUrl },
  { surface: 'company', base: companyUrl, apiDomain: companyUrl },
  { surface: 'oauth', base: 'https://oauth.pipedrive.com', apiDomain: companyUrl },
]

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const seed = options.seed ?? 1
  const clock = createClock(options.now ?? (() => Date.now()))
  const switches: Switches = { ...defaultSwitches, ...options.switches }
  const store = new Store(clock, switches)
  for (const { stream, data } of options.records ?? generated(options, seed, clock, switches))
    store.seed(stream, data)
  const oauth = new OAuthServer(seed, clock, switches, options.oauth ?? {})
  const apiToken = options.apiToken ?? createHash('sha1').update(`api token ${seed}`).digest('hex')
  const company = { companyId: COMPANY_ID, companyDomain: COMPANY }
  const { plan = 'ultimate', seats = DEFAULT_SEATS, latencyMs = 0 } = options
  const budget = new DailyBudget(options.dailyTokens ?? dailyBudget(plan, seats), clock)
  const shared = { clock, switches, oauth, budget, ledger: createLedger(), faults: new FaultScript() }
  const gateway = new Gateway({ ...shared, ...company, store, apiToken, burst: new BurstLimit(plan) })
  const hooks: ((request: RequestSeen) => void)[] = []
  const door = new FrontDoor({ ...shared, gateway, hooks, latencyMs })
  const handlersFor = (base: string) => doorHandlers(door, localDoor(base))
  const { ledger, faults } = shared
  return {
    handlers: [
      ...pipedrive.flatMap((address) => doorHandlers(door, address)),
      ...(options.baseUrl === undefined ? [] : handlersFor(options.baseUrl)),
    ],
    handlersFor,
    apiToken,
    companyId: COMPANY_ID,
    companyUrl,
    ...{ oauth, switches, clock, ledger, faults },
    onRequest: (hook) => void hooks.push(hook),
    ...rowAccess(store),
  }
}

type RowAccess = Pick<Sandbox, 'rows' | 'create' | 'edit' | 'remove' | 'archive' | 'restore'>

function rowAccess(store: Store): RowAccess {
  return {
    rows: (stream, { deleted = false, includeFields: all = false } = {}) => {
      const optional = includeFields[stream] ?? []
      const asked = all ? optional : []
      return store.rows(stream, deleted).map((row) => presentRow(row, { optional, asked }))
    },
    create: (stream, data) => store.create(stream, data),
    edit: (stream, id, changes, { touch = true } = {}) => store.edit(stream, id, changes, touch),
    remove: (stream, id, { hard = false } = {}) => {
      store.remove(stream, id, hard)
    },
    archive: (stream, id) => {
      store.setArchived(stream, id, true)
    },
    restore: (stream, id) => {
      store.setArchived(stream, id, false)
    },
  }
}

function generated(options: SandboxOptions, seed: number, clock: Clock, switches: Switches) {
  const { deals = DEFAULT_DEALS, epoch = clock.now(), nullTimes = 0 } = options
  const company = generateCompany({ seed, deals, epoch, nullTimes })
  const installments = switches.installments === 'included' ? paidInParts(company) : []
  const records = [...company, ...installments]
  return switches.archivingMovesUpdateTime ? records : archiveLater(records)
}

function localDoor(base: string): Door {
  const { origin, pathname } = new URL(base)
  const plain = `${origin}${pathname}`.replace(/\/$/, '')
  return { surface: 'local', base: plain, apiDomain: plain }
}

function doorHandlers(door: FrontDoor, address: Door): RequestHandler[] {
  return [http.all(`${address.base}/*`, ({ request }) => door.respond(request, address))]
}
