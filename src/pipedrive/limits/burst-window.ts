import type { BurstHeaders } from './rate-limit-headers.js'

const WINDOW_MS = 2_000

/** A request is counted when it arrives: not before it is sent, and over an open connection not later than this. */
const TRAVEL_MS = 50

/** The server's clock and ours do not tick together. */
const MARGIN_MS = 10

/** Who spends something in one window is expected to in the next. */
const REMEMBERED_MS = 2 * WINDOW_MS

/** Servers close connections that nobody uses, some after five seconds. */
const IDLE_MS = 4_000

/** An attempt's place in the window. */
export interface Place {
  readonly order: number
  readonly sentAt: number
  /** Whether it may have to open a connection first, which takes longer than any travel. */
  readonly connecting: boolean
  /** Resolves when it cannot be counted any more, if it was not connecting. */
  readonly over: Promise<void>
  /** Requests of ours that the server may have counted up to this one: it, those before it, those close behind. */
  own: number
  /** It was over the limit: the server gave it no place. */
  refused: boolean
}

/**
 * The rolling two seconds of one token: our requests that may still count in it, and those of others that answers let us
 * see. A place comes back two seconds after its request can have been counted, not with the tick of a clock.
 */
export class BurstWindow {
  private readonly places = new Set<Place>()
  private readonly unanswered = new Set<Place>()
  private readonly sightings = new Set<{ others: number }>()
  /** Whether a place has come back since connections were idle: until then they are being opened. */
  private connected = false
  private answeredAt = 0
  private sent = 0

  constructor(
    /** Told of places that came back, and of others that are seen no more. */
    private readonly onChange: (returned: number) => void,
  ) {}

  /** Requests in the window that were not ours, at the most. */
  get others(): number {
    return Math.max(0, ...[...this.sightings].map((sighting) => sighting.others))
  }

  /** The order of the last request. */
  get last(): number {
    return this.sent
  }

  /** Our requests in the window that went out after that one. */
  sentSince(order: number): number {
    return [...this.places].filter((place) => place.order > order).length
  }

  take(): Place {
    const now = Date.now()
    if (now - this.answeredAt > IDLE_MS && this.unanswered.size === 0) this.connected = false
    for (const other of this.unanswered)
      if (other.connecting || now - other.sentAt <= TRAVEL_MS) other.own += 1
    const place: Place = {
      order: (this.sent += 1),
      sentAt: now,
      connecting: !this.connected,
      over: later(TRAVEL_MS + MARGIN_MS + WINDOW_MS),
      own: 1 + [...this.places].filter(({ refused }) => !refused).length,
      refused: false,
    }
    this.places.add(place)
    this.unanswered.add(place)
    return place
  }

  /** The attempt has ended, in whatever way. */
  end(place: Place): void {
    this.unanswered.delete(place)
    this.answeredAt = Date.now()
    void Promise.all([place.over, place.connecting && later(MARGIN_MS + WINDOW_MS)]).then(() => {
      this.connected = true
      this.places.delete(place)
      this.onChange(1)
    })
  }

  /** What an answer shows of others: all that is taken and cannot be ours. */
  see({ own, refused }: Place, { limit, remaining }: BurstHeaders): void {
    if (limit === undefined || remaining === undefined) return
    const others = limit - remaining - (refused ? own - 1 : own)
    if (others <= 0) return
    const sighting = { others }
    this.sightings.add(sighting)
    void later(REMEMBERED_MS).then(() => {
      this.sightings.delete(sighting)
      this.onChange(0)
    })
  }
}

/** Does not keep the process alive. */
function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}
