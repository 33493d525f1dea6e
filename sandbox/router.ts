import type { Answer } from './answer.js'
import type { Clock } from './clock.js'
import type { FaultScript } from './faults.js'
import type { Gateway } from './server.js'
import { faultAnswer, httpResponse, spoil } from './http-response.js'
import type { LedgerEntry, WritableLedger } from './ledger.js'
import type { DailyBudget } from './limits.js'
import type { OAuthServer } from './oauth.js'
import { resolveTarget, type Surface } from './surfaces.js'
import type { Switches } from './switches.js'

export interface RequestSeen {
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly index: number
}

export interface FrontDoorParts {
  readonly clock: Clock
  readonly switches: Switches
  readonly gateway: Gateway
  readonly oauth: OAuthServer
  readonly budget: DailyBudget
  readonly faults: FaultScript
  readonly ledger: WritableLedger
  readonly latencyMs: number
  readonly hooks: readonly ((request: RequestSeen) => void)[]
}

/** An address of the simulated API, and the domain that a token answer names as the API's. */
export interface Door {
  readonly surface: Surface
  readonly base: string
  readonly apiDomain: string
}

type Closing = { close(outcome: Partial<LedgerEntry>): void }

/** Every request comes in here: the hooks see it, the ledger writes it down, a fault may strike. */
export class FrontDoor {
  readonly #parts: FrontDoorParts
  #seen = 0

  constructor(parts: FrontDoorParts) {
    this.#parts = parts
  }

  async respond(request: Request, door: Door): Promise<Response> {
    const { clock, switches, faults, budget, latencyMs } = this.#parts
    const url = new URL(request.url)
    const pathname = url.pathname.slice(new URL(door.base).pathname.replace(/\/$/, '').length)
    const seen = { method: request.method, path: pathname, params: Object.fromEntries(url.searchParams) }
    const entry = this.#enter(request, seen)
    const fault = faults.next(seen)
    if (fault?.kind === 'reset') return Response.error()
    if (fault?.kind === 'stall') return stall(request.signal)
    const instead = fault && faultAnswer(fault, budget.limit)
    const answer = instead ?? (await this.#answer(request, pathname, door, entry))
    if (instead !== undefined) entry.close({ status: instead.status })
    const now = clock.now()
    await wait(latencyMs + (fault?.kind === 'delay' ? fault.ms : 0))
    if (fault?.kind === 'html403') return httpResponse(answer, switches, now, String(answer.body))
    const spoilt = spoil(answer, fault)
    return httpResponse(spoilt.answer, switches, now, spoilt.text)
  }

  #enter(request: Request, seen: Pick<LedgerEntry, 'method' | 'path' | 'params'>): Closing {
    const { clock, gateway, hooks, ledger } = this.#parts
    const index = this.#seen
    this.#seen += 1
    for (const hook of hooks) hook({ path: seen.path, params: seen.params, index })
    const { kind, token } = gateway.identify(request.headers)
    // Status 0 stays where no answer was given.
    return ledger.begin({ ...seen, at: clock.now(), status: 0, tokens: 0, authKind: kind, token })
  }

  async #answer(request: Request, pathname: string, door: Door, entry: Closing): Promise<Answer> {
    const target = resolveTarget(door.surface, pathname)
    if (target.kind === 'token' && request.method === 'POST') {
      const answer = await this.#parts.oauth.answerTokenRequest(request, door.apiDomain)
      entry.close({ status: answer.status })
      return answer
    }
    const { method, headers } = request
    const query = new URL(request.url).searchParams
    const { answer, tokens, stream } = this.#parts.gateway.answer({ method, target, query, headers })
    entry.close({ status: answer.status, tokens, ...(stream === undefined ? {} : { stream }) })
    return answer
  }
}

/** All waiting is by the global setTimeout, so that fake timers make it virtual. */
async function wait(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}

function stall(signal: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const give = () => {
      resolve(Response.error())
    }
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}
