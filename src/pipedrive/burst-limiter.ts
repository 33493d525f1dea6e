import Bottleneck from 'bottleneck'
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

const WINDOW_MS = 2_000

/** A request is counted when it arrives: not before it is sent, and over an open connection not later than this. */
const TRAVEL_MS = 50

/** The server's clock and ours do not tick together. */
const MARGIN_MS = 10

/** Who spends something in one window is expected to in the next. */
const REMEMBERED_MS = 2 * WINDOW_MS

/** Bottleneck knows ten. */
const LAST_RANK = 9

/** Servers close connections that nobody uses, some after five seconds. */
const IDLE_MS = 4_000

/** Each of many requests that are refused together asks for a slightly later moment. */
const WORTH_TELLING_MS = 1_000

/** After a refusal, each answer lets so many requests follow: twice as many in every round trip. */
const WIDER = 2

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

/** An attempt's place in the window. */
interface Slot {
  readonly order: number
  readonly sentAt: number
  /** Whether it may have to open a connection first, which takes longer than any travel. */
  readonly connecting: boolean
  /** Requests of ours that the server may have counted up to this one: it, those before it, those close behind. */
  own: number
  /** It was over the limit: the server gave it no place. */
  refused: boolean
}

/** Requests in the window that were not ours. */
interface Sighting {
  readonly others: number
}

/**
 * At most `limit` requests in any two seconds. The server's window rolls, so a place comes back two seconds after its
 * request can have been counted, not with the tick of a clock. What other users of the token are seen to spend is
 * theirs; after a refusal nothing is sent until the reset, and then a little at first.
 */
export class BurstLimiter {
  private readonly queue: Bottleneck
  private readonly slots = new Set<Slot>()
  /** Those without an answer. */
  private readonly open = new Set<Slot>()
  private readonly waiting = new Set<(reason: Error) => void>()
  private readonly sightings = new Set<Sighting>()
  private limit: number
  private granted: number
  private closed: { until: number; timer: NodeJS.Timeout } | undefined
  /** How wide the gate is after it was closed; a little wider with every answer. */
  private opening: number | undefined
  /** Requests sent up to then went out before the gate was closed. */
  private reopenedAfter = 0
  /** Whether a place has come back since connections were idle: until then they are being opened. */
  private connected = false
  private answeredAt = 0
  private sent = 0
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
    if (this.closed) return 0
    const others = Math.max(0, ...[...this.sightings].map((sighting) => sighting.others))
    return Math.max(1, Math.min(this.share, this.limit - others, this.opening ?? Infinity))
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
    const slot = this.take()
    const counted = later(TRAVEL_MS + MARGIN_MS + WINDOW_MS)
    try {
      return await attempt((headers, refused = false) => {
        slot.refused = refused
        this.observe(slot, headers)
      })
    } finally {
      this.open.delete(slot)
      this.answeredAt = Date.now()
      void Promise.all([counted, slot.connecting && later(MARGIN_MS + WINDOW_MS)]).then(() => {
        this.giveBack(slot)
      })
    }
  }

  /** After a refusal: nobody sends anything for so long. */
  close(ms: number): void {
    const until = Date.now() + ms
    const already = this.closed?.until ?? 0
    if (already >= until) return
    clearTimeout(this.closed?.timer)
    const timer = setTimeout(() => {
      this.closed = undefined
      this.opening = 1
      this.reopenedAfter = this.sent
      this.adjust()
    }, ms).unref()
    this.closed = { until, timer }
    this.adjust()
    if (until - already >= WORTH_TELLING_MS) this.events.onClosed?.(until)
  }

  /** Whoever waits, now or later, is refused with the reason; attempts under way end as they will. */
  stop(reason: unknown): void {
    if (this.stoppedBy !== undefined) return
    this.stoppedBy = reason instanceof Error ? reason : new Error(String(reason))
    clearTimeout(this.closed?.timer)
    for (const refuse of this.waiting) refuse(this.stoppedBy)
    void this.queue.stop({ dropWaitingJobs: true })
    this.changed()
  }

  /** The timers that give places back do not keep the process alive; whoever waits for one has to. */
  private async turn(priority: number): Promise<void> {
    const vigil = setInterval(() => undefined, WINDOW_MS)
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
    if (this.closed) return false
    const since = [...this.slots].filter(({ order }) => order > this.reopenedAfter).length
    return this.opening === undefined || since < this.opening
  }

  private take(): Slot {
    const now = Date.now()
    if (now - this.answeredAt > IDLE_MS && this.open.size === 0) this.connected = false
    for (const other of this.open) if (other.connecting || now - other.sentAt <= TRAVEL_MS) other.own += 1
    const own = 1 + [...this.slots].filter(({ refused }) => !refused).length
    const slot: Slot = {
      order: (this.sent += 1),
      sentAt: now,
      connecting: !this.connected,
      own,
      refused: false,
    }
    this.slots.add(slot)
    this.open.add(slot)
    return slot
  }

  private giveBack(slot: Slot): void {
    this.connected = true
    this.slots.delete(slot)
    this.adjust(1)
  }

  private observe(slot: Slot, headers: Headers): void {
    const { limit, remaining } = burstWindow(headers)
    if (limit !== undefined) this.follow(limit)
    if (limit !== undefined && remaining !== undefined)
      this.see(limit - remaining - (slot.refused ? slot.own - 1 : slot.own))
    if (this.opening !== undefined && !slot.refused && slot.order > this.reopenedAfter) this.opening += WIDER
    if (this.opening !== undefined && this.opening >= this.limit) this.opening = undefined
    this.adjust()
  }

  private see(others: number): void {
    if (others <= 0) return
    const sighting = { others }
    this.sightings.add(sighting)
    void later(REMEMBERED_MS).then(() => {
      this.sightings.delete(sighting)
      this.adjust()
    })
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

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
