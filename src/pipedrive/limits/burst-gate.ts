/** The responses of one refused burst state resets that are milliseconds apart: only a later one is reported again. */
const REPORTED_DIFFERENCE_MS = 1_000

/** Every successful response adds two slots, so that the number of requests doubles with every round trip. */
const SLOTS_PER_SUCCESS = 2

/**
 * Closes for all callers after a 429. After the reset it lets one request through, and opens further with each
 * successful response.
 */
export class BurstGate {
  private closed: { until: number; timer: NodeJS.Timeout } | undefined
  private openingSlots: number | undefined
  private lastBeforeReopening = 0

  constructor(
    /** The number of the last request that was sent. */
    private readonly lastRequest: () => number,
    private readonly onOpen: () => void,
  ) {}

  /** How many requests of this client may be in the window. */
  get slots(): number {
    return this.closed ? 0 : (this.openingSlots ?? Infinity)
  }

  /** The number of the last request before the gate opened again. */
  get reopenedAfter(): number {
    return this.lastBeforeReopening
  }

  /** Returns the time at which the gate opens, unless about the same was returned before. Milliseconds since 1970. */
  close(ms: number): number | undefined {
    const until = Date.now() + ms
    const before = this.closed?.until ?? 0
    if (before >= until) return undefined
    clearTimeout(this.closed?.timer)
    const timer = setTimeout(() => {
      this.closed = undefined
      this.openingSlots = 1
      this.lastBeforeReopening = this.lastRequest()
      this.onOpen()
    }, ms).unref()
    this.closed = { until, timer }
    return until - before >= REPORTED_DIFFERENCE_MS ? until : undefined
  }

  /** Opens further after a successful response. Requests from before the gate was closed do not count. */
  recordSuccess(request: number, limit: number): void {
    if (this.openingSlots === undefined || request <= this.lastBeforeReopening) return
    this.openingSlots += SLOTS_PER_SUCCESS
    if (this.openingSlots >= limit) this.openingSlots = undefined
  }
}
