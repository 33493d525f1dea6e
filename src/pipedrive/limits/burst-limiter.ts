import Bottleneck from 'bottleneck'
import { BurstGate } from './burst-gate.js'
import { BurstWindow, type Place } from './burst-window.js'
import { burstWindow } from './rate-limit-headers.js'

/** Requests per two seconds and API token: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
export const REQUESTS_PER_WINDOW = {
  lite: 20,
  growth: 40,
  professional: 80,
  premium: 100,
  ultimate: 120,
} satisfies Record<string, number>

/** "Four times that" for each user of an app. */
const OAUTH_FACTOR = 4

/** Bottleneck knows ten. */
const LAST_RANK = 9

export type Plan = keyof typeof REQUESTS_PER_WINDOW

export interface BurstLimits {
  /** `auto` starts at the lowest plan's limit and takes up what Pipedrive says it is. */
  plan: Plan | 'auto'
  auth: 'api_token' | 'oauth'
  /** How much of the limit to use; more than 0, at most 1. */
  share: number
}

export interface BurstEvents {
  /** Pipedrive stated another limit than ours: a lower one is taken, a higher one only if the plan was left open. */
  onLimit?: (stated: number, ours: number) => void
  /** Nothing is sent until then, by our clock; milliseconds since the epoch. */
  onClosed?: (until: number) => void
}

/** How long a timer holds the process for whoever waits; what matters is that it is there. */
const VIGIL_MS = 2_000

/**
 * At most `limit` requests in any two seconds: a queue for the places of the window that the gate, the share and other
 * users of the token leave us.
 */
export class BurstLimiter {
  private readonly queue: Bottleneck
  private readonly window = new BurstWindow((returned) => {
    this.adjust(returned)
  })
  private readonly gate = new BurstGate(
    () => this.window.last,
    () => {
      this.adjust()
    },
  )
  private readonly waiting = new Set<(reason: Error) => void>()
  private limit: number
  private granted: number
  private stated: number
  private stoppedBy: Error | undefined
  private changed: () => void = () => undefined
  private change = this.nextChange()

  constructor(
    private readonly limits: BurstLimits,
    private readonly events: BurstEvents = {},
  ) {
    this.limit = this.stated = this.planned
    this.granted = this.allowance
    this.queue = new Bottleneck({ reservoir: this.granted })
  }

  /** How many requests may go out in two seconds, as things are. */
  get allowance(): number {
    const { width } = this.gate
    return width === 0 ? 0 : Math.max(1, Math.min(this.share, this.limit - this.window.others, width))
  }

  /** How many that would be at best. */
  get share(): number {
    return Math.max(1, Math.floor(this.limit * this.limits.share))
  }

  /** What the plan of the config stands for. */
  private get planned(): number {
    const { plan, auth } = this.limits
    return REQUESTS_PER_WINDOW[plan === 'auto' ? 'lite' : plan] * (auth === 'oauth' ? OAUTH_FACTOR : 1)
  }

  /**
   * Runs one attempt of one request as soon as there is a place; it tells of its answer by `answered`. Of those that
   * wait, the lowest rank goes first.
   */
  async run<T>(
    attempt: (answered: (headers: Headers, refused?: boolean) => void) => Promise<T>,
    rank = 0,
  ): Promise<T> {
    await this.turn(Math.min(rank, LAST_RANK))
    const place = this.window.take()
    try {
      return await attempt((headers, refused = false) => {
        place.refused = refused
        this.observe(place, headers)
      })
    } finally {
      this.window.end(place)
    }
  }

  /** After a refusal: nobody sends anything for so long. */
  close(ms: number): void {
    const until = this.gate.close(ms)
    this.adjust()
    if (until !== undefined) this.events.onClosed?.(until)
  }

  /** Whoever waits, now or later, is refused with the reason; attempts under way end as they will. */
  stop(reason: unknown): void {
    if (this.stoppedBy !== undefined) return
    this.stoppedBy = reason instanceof Error ? reason : new Error(String(reason))
    for (const refuse of this.waiting) refuse(this.stoppedBy)
    void this.queue.stop({ dropWaitingJobs: true })
    this.changed()
  }

  /** The timers that give places back do not keep the process alive; whoever waits for one has to. */
  private async turn(priority: number): Promise<void> {
    const vigil = setInterval(() => undefined, VIGIL_MS)
    try {
      await this.place(priority)
      // The queue may have handed out the place just before the gate was closed.
      while (this.stoppedBy === undefined && !this.isOpen()) await this.change
    } finally {
      clearInterval(vigil)
    }
    this.throwIfStopped()
  }

  /** Rejects when the limiter is stopped, whatever the queue makes of those that it holds then. */
  private place(priority: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.throwIfStopped()
      this.waiting.add(reject)
      void this.queue
        .schedule({ priority }, () => Promise.resolve())
        .then(resolve, reject)
        .finally(() => this.waiting.delete(reject))
    })
  }

  private throwIfStopped(): void {
    if (this.stoppedBy !== undefined) throw this.stoppedBy
  }

  private isOpen(): boolean {
    return this.window.sentSince(this.gate.reopenedAfter) < this.gate.width
  }

  private observe(place: Place, headers: Headers): void {
    const stated = burstWindow(headers)
    if (stated.limit !== undefined) this.follow(stated.limit)
    this.window.see(place, stated)
    if (!place.refused) this.gate.widen(place.order, this.limit)
    this.adjust()
  }

  private follow(stated: number): void {
    if (stated === this.stated) return
    this.stated = stated
    const { plan } = this.limits
    this.events.onLimit?.(stated, plan === 'auto' ? this.limit : this.planned)
    this.limit = plan === 'auto' ? stated : Math.min(stated, this.planned)
  }

  /** Hands the queue what the allowance has changed by, and the places that came back. */
  private adjust(returned = 0): void {
    const { allowance } = this
    const change = allowance - this.granted + returned
    this.granted = allowance
    if (change !== 0 && this.stoppedBy === undefined) void this.queue.incrementReservoir(change)
    this.changed()
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.changed = () => {
        this.change = this.nextChange()
        resolve()
      }
    })
  }
}

type Headers = Readonly<Record<string, unknown>>
