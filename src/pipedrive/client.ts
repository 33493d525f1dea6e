import { apiTokenAuth, type Authorization } from './auth/authorization.js'
import type { Credentials } from './auth/credentials.js'
import { OAuthSession, type OAuthOptions } from './auth/oauth.js'
import { ApiError } from './http/api-error.js'
import { mayReceiveTokens, urlOf } from './http/hosts.js'
import type { ApiRequest, RequestFn } from './http/request.js'
import { parseResponse } from './http/response.js'
import { Transport, type TransportOptions } from './http/transport.js'
import { concurrencyFor } from './limits/concurrency.js'
import type { DailyBudget } from './limits/daily-budget.js'
import type { UsageTracker } from './limits/usage-tracker.js'

export interface ClientOptions
  extends OAuthOptions, Partial<Omit<TransportOptions, 'auth' | 'onRateLimited' | 'onDoubt'>> {
  credentials: Credentials
  plan: TransportOptions['plan']
}

/** Called with the time until which nothing is sent; milliseconds since 1970. */
export type RateLimitListener = (until: number) => void

const DEFAULTS = {
  burstShare: 1,
  dailyTokenReserve: 0,
  attemptTimeoutMs: 60_000,
  totalTimeoutMs: 600_000,
} satisfies Partial<ClientOptions>

/** The cheapest request that every token may send. */
const PROBE: ApiRequest = {
  api: 'v1',
  path: '/users/me',
  params: {},
  cost: 2,
  label: 'account',
  timeoutAttempts: 1,
}

/** Pipedrive's API, as far as the streams need it: authorized GET requests and their validated responses. */
export class Client {
  private readonly transport: Transport
  private readonly authorization: Authorization
  private readonly rateLimitListeners = new Set<RateLimitListener>()

  constructor(private readonly options: ClientOptions) {
    const { credentials } = options
    this.transport = new Transport({
      ...DEFAULTS,
      ...options,
      auth: credentials.kind,
      onRateLimited: (until) => {
        for (const listener of this.rateLimitListeners) listener(until)
      },
      // What comes of it, the transport sees by itself.
      onDoubt: () => void this.request(PROBE).catch(() => undefined),
    })
    this.authorization =
      credentials.kind === 'oauth'
        ? new OAuthSession(credentials, (request) => this.transport.request(request), options)
        : apiTokenAuth(credentials.apiToken)
  }

  /** Requests and tokens of this run, by label. */
  get usage(): UsageTracker {
    return this.transport.usage
  }

  get budget(): DailyBudget {
    return this.transport.budget
  }

  /** The running mean of round trips in milliseconds; undefined before the first response. */
  get roundTripMs(): number | undefined {
    return this.transport.roundTripMs
  }

  /** Requests in two seconds while no other client uses the token. */
  get requestsPerWindow(): number {
    return this.transport.limiter.maxSlots
  }

  /** How many lists to read concurrently to use the whole rate limit. */
  get concurrency(): number {
    return concurrencyFor(this.transport.limiter.availableSlots, this.transport.roundTripMs ?? 0)
  }

  /** Subscribes to 429s that stop all requests for a while. Returns the function that unsubscribes. */
  onRateLimited(listener: RateLimitListener): () => void {
    this.rateLimitListeners.add(listener)
    return () => void this.rateLimitListeners.delete(listener)
  }

  /** OAuth: obtains a new access token and returns the granted scopes, if stated. API token: does nothing. */
  async authorize(): Promise<readonly string[] | undefined> {
    await this.authorization.refresh?.()
    return this.scopes
  }

  /** The granted scopes, once a response has stated them. */
  get scopes(): readonly string[] | undefined {
    return this.authorization.scopes
  }

  /** Why the client was halted: the reason that requests fail with. Undefined while it is not. */
  get haltReason(): unknown {
    return this.transport.haltReason
  }

  /** From now on every request fails with the reason; attempts that are running still get their response. */
  halt(reason: unknown): void {
    this.transport.halt(reason)
  }

  /** Sends one request. A property, so that it can be handed over by itself. */
  readonly request: RequestFn = async (request) => {
    const url = await this.urlOf(request)
    const { api, path, params, cost, label, priority, turn, timeoutAttempts } = request
    const response = await this.transport
      .request({
        method: 'GET',
        url,
        params,
        auth: this.authorization,
        parse: (response) => parseResponse(response, api),
        cost,
        label,
        priority,
        turn,
        timeoutAttempts,
        name: `GET ${path}`,
      })
      .catch((error: unknown) => {
        throw this.options.credentials.kind === 'oauth' ? authorizationLost(error) : error
      })
    const serverTime = Date.parse(String(response.headers.date))
    // The same object, so that a caller can drop what is large in it.
    return Number.isNaN(serverTime) ? response : Object.assign(response, { serverTime })
  }

  private async urlOf({ api, path }: ApiRequest): Promise<string> {
    const { baseUrl } = this.options
    const companyUrl = baseUrl === undefined ? await this.authorization.companyUrl?.() : undefined
    const url = urlOf(api, path, { baseUrl, companyUrl })
    if (!mayReceiveTokens(url, baseUrl)) throw new Error(`Refused to call ${new URL(url).host}.`)
    return url
  }
}

/** With OAuth, a 401 remains only after a new access token was refused, too: another one would be refused as well. */
function authorizationLost(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.kind !== 'unauthorized') return error
  const { status, detail, request } = error
  return new ApiError({ kind: 'authorization_lost', status, detail }, request, { cause: error })
}
