import { type Access, identify, mayUse } from './access.js'
import {
  type Answer,
  burstExceeded,
  dailyExceeded,
  methodNotAllowed,
  Refusal,
  scopeMissing,
  unauthorized,
  unknownPath,
} from './answer.js'
import type { Clock } from './clock.js'
import type { BurstLimit, DailyBudget, Window } from './limits.js'
import type { ListContext } from './list-context.js'
import type { OAuthServer } from './oauth.js'
import { findRoute, type Route } from './routes.js'
import type { Target } from './surfaces.js'
import { answerMe } from './users-me.js'
import { answerV1List } from './v1-list.js'
import { answerV2List } from './v2-list.js'

export interface GatewayParts extends ListContext {
  readonly clock: Clock
  readonly apiToken: string
  readonly oauth: OAuthServer
  readonly burst: BurstLimit
  readonly budget: DailyBudget
  readonly companyDomain: string
}

export interface GatewayRequest {
  readonly method: string
  readonly target: Target
  readonly query: URLSearchParams
  readonly headers: Headers
}

export interface Outcome {
  readonly answer: Answer
  readonly access: Access
  readonly tokens: number
  readonly stream?: string
}

/** The way of one request through Pipedrive: who asks, how fast, what it costs, what it asks for. */
export class Gateway {
  readonly #parts: GatewayParts

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  identify(headers: Headers): Access {
    return identify(headers, this.#parts.apiToken, this.#parts.oauth)
  }

  answer({ method, target, query, headers }: GatewayRequest): Outcome {
    const { burst, clock } = this.#parts
    const access = this.identify(headers)
    if (access.kind === 'none') return { answer: unauthorized(), access, tokens: 0 }
    const window = burst.take(access.token, access.kind, clock.now())
    const route = target.kind === 'api' ? findRoute(target.version, target.path) : undefined
    // The header tells the balance before this request is charged.
    const before = this.#parts.budget.remaining()
    const { answer, tokens } = this.#serve({ method, query, access, window, route })
    const limited = { ...answer, headers: { ...this.#limitHeaders(window, before), ...answer.headers } }
    const stream = route !== undefined && 'stream' in route ? { stream: route.stream } : {}
    return { answer: limited, access, tokens, ...stream }
  }

  #serve(request: {
    method: string
    query: URLSearchParams
    access: Access
    window: Window
    route: Route | undefined
  }): { answer: Answer; tokens: number } {
    const { route, access, window } = request
    const { budget } = this.#parts
    if (!window.accepted) return { answer: this.#retryAfter(burstExceeded(), window.reset), tokens: 0 }
    if (budget.remaining() <= 0) return this.#spent()
    if (route === undefined) return { answer: unknownPath(), tokens: 0 }
    if (request.method !== 'GET') return { answer: methodNotAllowed(), tokens: 0 }
    if (!mayUse(access, route.scopes)) return { answer: scopeMissing(), tokens: 0 }
    if (!budget.charge(route.cost)) return this.#spent()
    return { answer: this.#answerRoute(route, request.query), tokens: route.cost }
  }

  #answerRoute(route: Route, query: URLSearchParams): Answer {
    try {
      if ('answer' in route) {
        return route.answer === 'me' ? answerMe(this.#parts, this.#parts.companyDomain) : route.answer()
      }
      return route.version === 'v2'
        ? answerV2List(route, query, this.#parts)
        : answerV1List(route, query, this.#parts)
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  #spent(): { answer: Answer; tokens: number } {
    return { answer: this.#retryAfter(dailyExceeded(), this.#parts.budget.secondsToReset()), tokens: 0 }
  }

  #retryAfter(answer: Answer, seconds: number): Answer {
    if (!this.#parts.switches.retryAfterOn429) return answer
    return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } }
  }

  #limitHeaders(window: Window, balance: number): Record<string, string> {
    const daily = {
      'x-daily-ratelimit-token-limit': String(this.#parts.budget.limit),
      'x-daily-ratelimit-token-remaining': String(balance),
    }
    return {
      'x-ratelimit-limit': String(window.limit),
      'x-ratelimit-remaining': String(window.remaining),
      'x-ratelimit-reset': String(window.reset),
      ...(this.#parts.switches.dailyHeaders === 'present' ? daily : {}),
    }
  }
}
