import { type Access, identify, isOwn, mayUse } from './access.js'
import {
  type ApiResponse,
  burstExceeded,
  dailyExceeded,
  errorOf,
  methodNotAllowed,
  RejectedRequest,
  scopeMissing,
  unauthorized,
  unknownPath,
} from './api-response.js'
import type { Clock } from './clock.js'
import { missing } from './features.js'
import type { BurstLimit, DailyBudget, Window } from './limits.js'
import type { ListContext } from './list-context.js'
import type { OAuthServer } from './oauth.js'
import { checkParents } from './parents.js'
import { findRoute, type Match } from './routes.js'
import { respondRow } from './single-row.js'
import type { SandboxStream } from './stream.js'
import type { Target } from './surfaces.js'
import { respondMe } from './users-me.js'
import { respondV1List } from './v1-list.js'
import { respondV2List } from './v2-list.js'

export interface ApiServerParts extends Pick<ListContext, 'store' | 'switches' | 'companyId'> {
  readonly clock: Clock
  readonly apiToken: string
  readonly oauth: OAuthServer
  readonly burst: BurstLimit
  readonly budget: DailyBudget
  readonly companyDomain: string
}

export interface ApiRequest {
  readonly method: string
  readonly target: Target
  readonly query: URLSearchParams
  readonly headers: Headers
}

export interface Outcome {
  readonly response: ApiResponse
  readonly tokens: number
  readonly stream?: string
}

/** Pipedrive behind its addresses: authorization, limits, costs, and the rows. */
export class ApiServer {
  private requests = 0

  constructor(private readonly parts: ApiServerParts) {}

  identify(headers: Headers): Access {
    return identify(headers, this.parts.apiToken, this.parts.oauth)
  }

  isOwn(headers: Headers): boolean {
    return isOwn(headers, this.parts.apiToken, this.parts.oauth)
  }

  respond({ method, target, query, headers }: ApiRequest): Outcome {
    const { burst, budget, clock } = this.parts
    const access = this.identify(headers)
    if (access.kind === 'none') return { response: unauthorized(), tokens: 0 }
    const window = burst.admit(access.token, access.kind, clock.now())
    const route = target.kind === 'api' ? findRoute(target.version, target.path) : undefined
    // The header names the balance before this request is charged.
    const before = budget.remaining()
    const { response, tokens } = this.charge({ method, query, access, window, route })
    const limited = { ...response, headers: { ...this.limitHeaders(window, before), ...response.headers } }
    const stream = route !== undefined && route.kind !== 'me' ? { stream: route.stream.name } : {}
    return { response: limited, tokens, ...stream }
  }

  private charge(request: {
    method: string
    query: URLSearchParams
    access: Access
    window: Window
    route: Match | undefined
  }): Outcome {
    const { route, access, window } = request
    const { budget } = this.parts
    const free = (response: ApiResponse) => ({ response, tokens: 0 })
    const spent = () => free(this.withRetryAfter(dailyExceeded(), budget.secondsToReset()))
    if (!window.accepted) return free(this.withRetryAfter(burstExceeded(), window.reset))
    if (budget.remaining() <= 0) return spent()
    if (route === undefined) return free(unknownPath())
    if (request.method !== 'GET') return free(methodNotAllowed())
    if (!mayUse(access, route.scopes)) return free(scopeMissing())
    if (!budget.charge(route.cost)) return spent()
    return { response: this.serve(route, request.query), tokens: route.cost }
  }

  private serve(route: Match, query: URLSearchParams): ApiResponse {
    this.requests += 1
    const { store, switches, companyId, companyDomain, clock } = this.parts
    const context = { store, switches, companyId, now: clock.now(), requestNumber: this.requests }
    if (route.kind === 'me') return respondMe(context, companyDomain)
    const { stream } = route
    const { feature } = stream.route
    if (feature !== undefined && switches[feature] === 'lacking') return missing(feature)
    if (this.isRemoved(stream)) return errorOf(Number(switches.v1Fields), 'Unknown method .')
    try {
      if (route.kind === 'row') return respondRow(stream, route.id, query, context)
      checkParents(stream, query, context, route.id)
      const { version, paging } = stream.route
      const respond = version === 'v2' || paging === 'cursor' ? respondV2List : respondV1List
      return respond(stream, query, context, route.id)
    } catch (error) {
      if (error instanceof RejectedRequest) return error.response
      throw error
    }
  }

  /** Of two versions of a list of definitions, the older one goes first. */
  private isRemoved({ route }: SandboxStream): boolean {
    const { v1Fields } = this.parts.switches
    const isOlder = route.version === 'v1' && route.path.endsWith('Fields')
    return v1Fields !== 'listed' && isOlder && findRoute('v2', route.path) !== undefined
  }

  private withRetryAfter(response: ApiResponse, seconds: number): ApiResponse {
    if (!this.parts.switches.retryAfterOn429) return response
    return { ...response, headers: { ...response.headers, 'retry-after': String(seconds) } }
  }

  private limitHeaders(window: Window, balance: number): Record<string, string> {
    const daily = {
      'x-daily-ratelimit-token-limit': String(this.parts.budget.limit),
      'x-daily-ratelimit-token-remaining': String(balance),
    }
    return {
      'x-ratelimit-limit': String(window.limit),
      'x-ratelimit-remaining': String(window.remaining),
      'x-ratelimit-reset': String(window.reset),
      ...(this.parts.switches.dailyHeaders === 'present' ? daily : {}),
    }
  }
}
