import { BURST_WINDOW_MS, type BurstHeaders } from './rate-limit-headers.js'

/** The server counts a request when it arrives: over an open connection, at most this long after it was sent. */
const TRAVEL_MS = 50

/** Clocks run at slightly different speeds. */
const CLOCK_MARGIN_MS = 10

/** Another client that sends requests in one window probably does so in the next one. */
const OTHER_CLIENTS_REMEMBERED_MS = 2 * BURST_WINDOW_MS

/** The slot of one attempt in the window. */
export interface Slot {
  /** The number of the request, counted from 1. */
  readonly request: number
  readonly sentAt: number
  /** Requests of this client that the server had counted by then, as far as it can have: this one and those before. */
  readonly earlier: number
  /** When the next ones were sent, up to the response. */
  readonly next: number[]
  /** Since when its connection is open; undefined where that is not known, or not yet. */
  openAt?: number | undefined
  /** The server refused the request with a 429 and did not count it. */
  refused: boolean
}

/**
 * The rolling two seconds of one token: the requests of this client that the server may still count, and those of other
 * clients that responses reveal. A slot is returned two seconds after its request can have been counted.
 */
export class BurstWindow {
  private readonly slots = new Set<Slot>()
  private readonly unanswered = new Set<Slot>()
  private readonly sightings = new Set<{ requests: number }>()
  private sent = 0

  constructor(
    /** Called when slots are returned (1), and when a sighting of other clients has expired (0). */
    private readonly onChange: (returnedSlots: number) => void,
  ) {}

  /** Requests of other clients in the window: the highest number that a recent response revealed. */
  get otherClients(): number {
    return Math.max(0, ...[...this.sightings].map(({ requests }) => requests))
  }

  /** The number of the last request. */
  get lastRequest(): number {
    return this.sent
  }

  /** How many requests of this client in the window were sent after that one. */
  sentSince(request: number): number {
    let count = 0
    for (const slot of this.slots) if (slot.request > request) count += 1
    return count
  }

  /** Starts an attempt. */
  acquire(): Slot {
    const sentAt = Date.now()
    for (const other of this.unanswered) other.next.push(sentAt)
    const slot: Slot = {
      request: (this.sent += 1),
      sentAt,
      earlier: 1 + this.counted(),
      next: [],
      refused: false,
    }
    this.slots.add(slot)
    this.unanswered.add(slot)
    return slot
  }

  /** Requests of this client in the window that the server has not refused. */
  private counted(): number {
    let count = 0
    for (const { refused } of this.slots) if (!refused) count += 1
    return count
  }

  /** Ends an attempt, with or without a response; once. It was counted by now, or on its way over the connection. */
  release(slot: Slot): void {
    if (!this.unanswered.delete(slot)) return
    const now = Date.now()
    void after(Math.min(now, arrivedBy(slot)) + CLOCK_MARGIN_MS + BURST_WINDOW_MS - now).then(() => {
      this.slots.delete(slot)
      this.onChange(1)
    })
  }

  /** Derives the requests of other clients from a response: everything counted that cannot be this client's. */
  observe(slot: Slot, { limit, remaining }: BurstHeaders): void {
    if (limit === undefined || remaining === undefined) return
    const { earlier, next, refused } = slot
    const overtaking = next.filter((sentAt) => sentAt <= arrivedBy(slot)).length
    const own = earlier + overtaking - Number(refused)
    const requests = limit - remaining - own
    if (requests <= 0) return
    const sighting = { requests }
    this.sightings.add(sighting)
    void after(OTHER_CLIENTS_REMEMBERED_MS).then(() => {
      this.sightings.delete(sighting)
      this.onChange(0)
    })
  }
}

/** It left when it was sent, or when its connection was open. Infinity where that is not known. */
function arrivedBy({ sentAt, openAt = Infinity }: Slot): number {
  return Math.max(sentAt, openAt) + TRAVEL_MS
}

/** The timer does not keep the process alive. */
function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
