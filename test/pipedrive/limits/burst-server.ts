import type {
  BurstLimiter,
  BurstOptions,
  ReportResponse,
} from '../../../src/pipedrive/limits/burst-limiter.js'
import { drawing } from '../../support/random.js'
import { after, settled } from './virtual-clock.js'

export const WINDOW_MS = 2_000

/** How long a request may travel over an open connection. */
export const TRAVEL_MS = 50

export interface Behaviour {
  /** How long it takes to open the connection that a request leaves over, which is 0 for an open one. */
  openingMs: () => number
  /** Whether the client knows when a connection was open. */
  tellsOpening: boolean
  /** From the request's leaving to the server's counting it. */
  travelMs: () => number
  /** From counting a request to its response. */
  answerMs: () => number
  /** The limit that responses state; without it they have no rate limit headers. */
  limit: number | undefined
  /** Whether requests over the limit get a 429, as from Pipedrive, or are counted all the same. */
  refuses: boolean
  /** Whether the connection breaks after the request was counted. */
  fails: () => boolean
}

/** A server that counts requests as they arrive, and the requests sent to it through a limiter. */
export class BurstServer {
  readonly sent: number[] = []
  readonly counted: number[] = []
  /** Requests of another client with the same token. */
  readonly foreign: number[] = []
  refused = 0
  answered = 0
  finished = 0
  private readonly behaviour: Behaviour

  constructor(
    readonly limiter: BurstLimiter,
    behaviour: Partial<Behaviour> = {},
  ) {
    const { random } = drawing(1)
    const travelMs = () => random() * TRAVEL_MS
    this.behaviour = {
      ...{ openingMs: () => 0, tellsOpening: true, travelMs, answerMs: () => 0 },
      ...{ limit: undefined, refuses: false, fails: () => false },
      ...behaviour,
    }
  }

  /** Makes this many requests at once. */
  send(requests: number): void {
    for (let index = 0; index < requests; index++) {
      void this.request()
        .catch(() => undefined)
        .finally(() => (this.finished += 1))
    }
  }

  /** Keeps this many requests waiting or under way. */
  saturate(requests: number): void {
    const repeat = async (): Promise<void> => {
      for (;;) await this.request().catch(() => undefined)
    }
    for (let index = 0; index < requests; index++) void repeat()
  }

  /** Another client makes a request. */
  readonly sendForeign = (): void => {
    if (!this.isFull()) this.foreign.push(Date.now())
  }

  request(): Promise<void> {
    return this.limiter.run((report) => this.respond(report))
  }

  private async respond(report: ReportResponse): Promise<void> {
    const { openingMs, tellsOpening, travelMs, answerMs, fails } = this.behaviour
    this.sent.push(Date.now())
    await after(openingMs())
    const openAt = tellsOpening ? Date.now() : undefined
    await after(travelMs())
    const { headers, refusedForMs } = this.count()
    await after(answerMs())
    if (fails()) throw new Error('socket hang up')
    this.answered += 1
    report(headers, { openAt })
    if (refusedForMs === undefined) return
    this.limiter.close(refusedForMs)
    throw new Error('request over limit')
  }

  private count(): { headers: Record<string, unknown>; refusedForMs: number | undefined } {
    const now = Date.now()
    const { limit, refuses } = this.behaviour
    const isRefused = refuses && this.isFull()
    if (isRefused) this.refused += 1
    else this.counted.push(now)
    const window = this.window()
    const headers =
      limit === undefined ? {} : stating(String(limit), String(Math.max(0, limit - window.length)))
    const resetMs = Math.ceil((Math.min(...window) + WINDOW_MS - now) / 1000) * 1000
    return { headers, refusedForMs: isRefused ? resetMs : undefined }
  }

  private isFull(): boolean {
    return this.window().length >= (this.behaviour.limit ?? Infinity)
  }

  private window(): number[] {
    const now = Date.now()
    return [...this.counted, ...this.foreign].filter((at) => now - at < WINDOW_MS)
  }
}

/** The highest number of requests in any two seconds. */
export function peakOf(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  let from = 0
  let peak = 0
  for (const [to, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= WINDOW_MS) from += 1
    peak = Math.max(peak, to - from + 1)
  }
  return peak
}

export const lite = (options: Partial<BurstOptions> = {}): BurstOptions => ({
  plan: 'lite',
  auth: 'api_token',
  burstShare: 1,
  ...options,
})

/** Rate limit headers. */
export const stating = (limit: unknown, remaining?: unknown): Record<string, unknown> => ({
  'x-ratelimit-limit': limit,
  'x-ratelimit-remaining': remaining,
})

/** Makes one request whose response comes at once, with these headers. */
export async function respondWith(limiter: BurstLimiter, headers: Record<string, unknown>): Promise<void> {
  await settled(
    limiter.run((report) => {
      report(headers)
      return Promise.resolve()
    }),
  )
}
