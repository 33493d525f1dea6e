/** Each of many requests that are refused together asks for a slightly later moment. */
const WORTH_TELLING_MS = 1_000

/** Each answer lets so many requests follow: twice as many in every round trip. */
const WIDER = 2

/** Closed after a refusal, for everybody; after the reset it lets one request through, and opens with each answer. */
export class BurstGate {
  private closed: { until: number; timer: NodeJS.Timeout } | undefined
  private opening: number | undefined
  /** The last request before it opened again. */
  private after = 0

  constructor(
    /** Tells the order of the last request that was sent. */
    private readonly last: () => number,
    private readonly onOpen: () => void,
  ) {}

  /** How many of our requests may be in the window. */
  get width(): number {
    return this.closed ? 0 : (this.opening ?? Infinity)
  }

  /** Requests up to this one went out before it was closed. */
  get reopenedAfter(): number {
    return this.after
  }

  /** Until when it is closed, if that is news; milliseconds since the epoch. */
  close(ms: number): number | undefined {
    const until = Date.now() + ms
    const already = this.closed?.until ?? 0
    if (already >= until) return undefined
    clearTimeout(this.closed?.timer)
    const timer = setTimeout(() => {
      this.closed = undefined
      this.opening = 1
      this.after = this.last()
      this.onOpen()
    }, ms).unref()
    this.closed = { until, timer }
    return until - already >= WORTH_TELLING_MS ? until : undefined
  }

  /** A request was answered, and not refused: whether it was sent since the gate opened is what counts. */
  widen(order: number, limit: number): void {
    if (this.opening === undefined || order <= this.after) return
    this.opening += WIDER
    if (this.opening >= limit) this.opening = undefined
  }
}
