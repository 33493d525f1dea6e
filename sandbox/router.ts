import { type ApiResponse, unauthorized } from './api-response.js'
import type { Clock } from './clock.js'
import type { FaultScript } from './faults.js'
import { alterResponse, faultResponse, httpResponse } from './http-response.js'
import type { LedgerEntry, OpenEntry, WritableLedger } from './ledger.js'
import type { DailyBudget } from './limits.js'
import type { OAuthServer } from './oauth.js'
import type { ApiServer } from './server.js'
import { resolveTarget, type Surface, type Target } from './surfaces.js'
import type { Switches } from './switches.js'
import type { Waits } from './waits.js'

export interface RequestSeen {
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly index: number
}

export interface RouterParts {
  readonly clock: Clock
  readonly switches: Switches
  readonly server: ApiServer
  readonly oauth: OAuthServer
  readonly budget: DailyBudget
  readonly faults: FaultScript
  readonly ledger: WritableLedger
  readonly waits: Waits
  readonly latencyMs: number
  readonly hooks: readonly ((request: RequestSeen) => void)[]
}

/** A base URL of the simulated API, and the domain that a token response names as the API's. */
export interface Address {
  readonly surface: Surface
  readonly base: string
  readonly apiDomain: string
}

/** Every request passes here: hooks, ledger, faults, latency. Requests of other sandboxes are only counted. */
export class Router {
  private seen = 0

  constructor(private readonly parts: RouterParts) {}

  async respond(request: Request, address: Address): Promise<Response> {
    const { clock, switches, server, oauth, ledger, faults, budget, waits, latencyMs } = this.parts
    if (waits.closed) return Response.error()
    const url = new URL(request.url)
    const path = url.pathname.slice(new URL(address.base).pathname.replace(/\/$/, '').length)
    const target = resolveTarget(address.surface, path)
    const isToken = target.kind === 'token'
    const isOwn = isToken ? await oauth.isOwnTokenRequest(request) : server.isOwn(request.headers)
    if (!isOwn) {
      ledger.countStray()
      const rejected = isToken ? await oauth.respondToken(request, address.apiDomain) : unauthorized()
      return httpResponse(rejected, switches, clock.now())
    }
    const seen = { method: request.method, path, params: Object.fromEntries(url.searchParams) }
    const entry = this.enter(request, seen)
    const fault = faults.next(seen)
    if (fault?.kind === 'stall') await waits.untilAborted(request.signal)
    if (fault?.kind === 'reset' || fault?.kind === 'stall') return Response.error()
    const instead = fault && faultResponse(fault, budget.limit)
    const response = instead ?? (await this.serve(request, target, address, entry))
    if (instead !== undefined) entry.close({ status: instead.status })
    const now = clock.now()
    await waits.sleep(latencyMs + (fault?.kind === 'delay' ? fault.ms : 0))
    // A test may have closed the sandbox during the wait.
    if (this.parts.waits.closed) return Response.error()
    const altered = alterResponse(response, fault)
    return httpResponse(altered.response, switches, now, altered.text)
  }

  private enter(request: Request, seen: Pick<LedgerEntry, 'method' | 'path' | 'params'>): OpenEntry {
    const { clock, server, hooks, ledger } = this.parts
    const index = this.seen
    this.seen += 1
    for (const hook of hooks) hook({ path: seen.path, params: seen.params, index })
    const { kind, token } = server.identify(request.headers)
    // Requests without a response keep the status 0.
    return ledger.begin({ ...seen, at: clock.now(), status: 0, tokens: 0, authKind: kind, token })
  }

  private async serve(
    request: Request,
    target: Target,
    address: Address,
    entry: OpenEntry,
  ): Promise<ApiResponse> {
    if (target.kind === 'token' && request.method === 'POST') {
      const response = await this.parts.oauth.respondToken(request, address.apiDomain)
      entry.close({ status: response.status })
      return response
    }
    const { method, headers } = request
    const query = new URL(request.url).searchParams
    const { response, tokens, stream } = this.parts.server.respond({ method, target, query, headers })
    entry.close({ status: response.status, tokens, ...(stream === undefined ? {} : { stream }) })
    return response
  }
}
