/** What may go wrong with one request. */
export type Fault =
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | { kind: 'burst429'; resetSeconds?: number }
  | { kind: 'daily429'; retryAfter?: number }
  /** Cloudflare's page for clients that ignore 429s. */
  | { kind: 'html403' }
  /** A network error. */
  | { kind: 'reset' }
  /** No response until the client gives up. */
  | { kind: 'stall' }
  /** 200, and JSON that ends in the middle. */
  | { kind: 'truncated' }
  /** 200, and a body that is null. */
  | { kind: 'nullBody' }
  /** 200, and a list without rows and without page markers; data is null unless given. */
  | { kind: 'empty'; data?: readonly [] | null }
  | { kind: 'delay'; ms: number }
  /** The real response, changed. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests reach into bodies of every shape
  | { kind: 'rewrite'; rewrite: (body: any) => unknown }
  /** The real response with another text: what JSON.stringify cannot write. */
  | { kind: 'text'; rewrite: (text: string) => string }

export interface FaultPlan {
  /** A string is the path or its end ('/deals'); absent: any path. */
  readonly path?: string | RegExp
  readonly method?: string
  /** Only requests with a `limit` above this. */
  readonly whenLimitAbove?: number
  /** Requests that pass before the fault begins; default 0. */
  readonly skip?: number
  /** Requests that fail; default 1. */
  readonly times?: number
  readonly when?: (request: { path: string; params: Readonly<Record<string, string>> }) => boolean
  readonly fault: Fault
}

export interface Faults {
  inject(plan: FaultPlan): void
  clear(): void
}

interface FaultedRequest {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
}

export class FaultScript implements Faults {
  private plans: { plan: FaultPlan; seen: number }[] = []

  inject(plan: FaultPlan): void {
    this.plans.push({ plan, seen: 0 })
  }

  clear(): void {
    this.plans = []
  }

  /** The fault of this request. Every plan that matches counts it; the first plan that is due applies. */
  next(request: FaultedRequest): Fault | undefined {
    let fault: Fault | undefined
    for (const entry of this.plans) {
      if (!matches(entry.plan, request)) continue
      const { skip = 0, times = 1 } = entry.plan
      const due = entry.seen >= skip && entry.seen < skip + times
      if (due && fault !== undefined) continue
      entry.seen += 1
      if (due) fault = entry.plan.fault
    }
    return fault
  }
}

function matches({ path, method, whenLimitAbove, when }: FaultPlan, request: FaultedRequest): boolean {
  if (typeof path === 'string' && !request.path.endsWith(path)) return false
  if (path instanceof RegExp && !path.test(request.path)) return false
  if (method !== undefined && method.toUpperCase() !== request.method) return false
  if (whenLimitAbove !== undefined && !(Number(request.params.limit) > whenLimitAbove)) return false
  return when?.(request) ?? true
}
