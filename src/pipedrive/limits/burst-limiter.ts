import { Changes } from '../../common/changes.js'
import { BurstGate } from './burst-gate.js'
import { BurstWindow, type Slot } from './burst-window.js'
import { burstLimitOf, type AuthKind, type PricingPlan } from './pricing-plans.js'
import { burstHeaders, type ResponseHeaders } from './rate-limit-headers.js'
import { SlotQueue } from './slot-queue.js'

export interface BurstOptions {
  /** `auto` starts at the lowest plan's limit and follows the limit that responses state. */
  plan: PricingPlan | 'auto'
  auth: AuthKind
  /** The fraction of the limit to use; more than 0, at most 1. */
  burstShare: number
}

export interface BurstEvents {
  /** Responses state a limit other than the assumed one. A higher one is followed only with the plan `auto`. */
  onLimit?: (stated: number, assumed: number) => void
  /** Nothing is sent until then; milliseconds since 1970, by the local clock. */
  onRateLimited?: (until: number) => void
}

/** Reports an attempt's response to the limiter. */
export type ReportResponse = (headers: ResponseHeaders, outcome?: Outcome) => void

export interface Outcome {
  /** By a 429. */
  readonly refused?: boolean
  /** Since when the connection is open that the request left over; undefined: not known. */
  readonly openAt?: number | undefined
}

/** Keep-alive interval while callers wait for a slot (slot timers are unref'ed). The value is arbitrary. */
const KEEP_ALIVE_MS = 2_000

/**
 * Sends at most `limit` requests in any two seconds. Callers wait in a queue for the slots that the gate, the share of
 * the config and the other clients of the token leave.
 */
export class BurstLimiter {
  private readonly queue: SlotQueue
  private readonly window = new BurstWindow((returned) => {
    this.adjust(returned)
  })
  private readonly gate = new BurstGate(
    () => this.window.lastRequest,
    () => {
      this.adjust()
    },
  )
  private readonly planLimit: number
  private limit: number
  private statedLimit: number
  private grantedSlots: number
  private readonly changes = new Changes()

  constructor(
    private readonly options: BurstOptions,
    private readonly events: BurstEvents = {},
  ) {
    this.planLimit = burstLimitOf(options.plan, options.auth)
    this.limit = this.statedLimit = this.planLimit
    this.grantedSlots = this.availableSlots
    this.queue = new SlotQueue(this.grantedSlots)
  }

  /** How many requests may be in the window at present. */
  get availableSlots(): number {
    const { slots } = this.gate
    return slots === 0
      ? 0
      : Math.max(1, Math.min(this.maxSlots, this.limit - this.window.otherClients, slots))
  }

  /** How many requests may be in the window while the gate is open and no other client uses the token. */
  get maxSlots(): number {
    return Math.max(1, Math.floor(this.limit * this.options.burstShare))
  }

  /**
   * Runs one attempt of one request when it has a slot. Of the callers that wait, the one with the lowest priority
   * number goes first (0 to 9). Rejects with what the attempt throws, or with the reason of `stop`.
   */
  async run<T>(attempt: (report: ReportResponse) => Promise<T>, priority = 0): Promise<T> {
    await this.waitForSlot(priority)
    const slot = this.window.acquire()
    try {
      return await attempt((headers, { refused = false, openAt } = {}) => {
        slot.refused = refused
        slot.openAt = openAt
        this.observe(slot, headers)
        // Pages wait for their turn behind one whose rows may need a request: that one would never get a slot.
        this.window.release(slot)
      })
    } finally {
      this.window.release(slot)
    }
  }

  /** After a 429: nothing is sent for this long. */
  close(ms: number): void {
    const until = this.gate.close(ms)
    this.adjust()
    if (until !== undefined) this.events.onRateLimited?.(until)
  }

  /** All waiting and all later callers are rejected with the reason. Running attempts are not interrupted. */
  stop(reason: unknown): void {
    this.queue.stop(reason instanceof Error ? reason : new Error(String(reason)))
    this.changes.announce()
  }

  private async waitForSlot(priority: number): Promise<void> {
    const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS)
    try {
      await this.queue.next(priority)
      // The gate may have closed after the queue handed out the slot.
      while (!this.queue.isStopped && !this.isOpen()) await this.changes.next()
    } finally {
      clearInterval(keepAlive)
    }
    this.queue.throwIfStopped()
  }

  private isOpen(): boolean {
    return this.window.sentSince(this.gate.reopenedAfter) < this.gate.slots
  }

  private observe(slot: Slot, headers: ResponseHeaders): void {
    const stated = burstHeaders(headers)
    if (stated.limit !== undefined) this.followLimit(stated.limit)
    this.window.observe(slot, stated)
    if (!slot.refused) this.gate.recordSuccess(slot.request, this.limit)
    this.adjust()
  }

  private followLimit(stated: number): void {
    if (stated === this.statedLimit) return
    this.statedLimit = stated
    const isAuto = this.options.plan === 'auto'
    this.events.onLimit?.(stated, isAuto ? this.limit : this.planLimit)
    this.limit = isAuto ? stated : Math.min(stated, this.planLimit)
  }

  /** Passes the change in available slots on to the queue, together with the slots that were returned. */
  private adjust(returnedSlots = 0): void {
    const { availableSlots } = this
    const change = availableSlots - this.grantedSlots + returnedSlots
    this.grantedSlots = availableSlots
    this.queue.add(change)
    this.changes.announce()
  }
}
