import { BEGINNING, isCredible, serverTimeAtSend, type ResponseTimes, type Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'

/** Tells how far cursors may advance: never past the start of the reading, by a clock that can be trusted. */
export class RunClock {
  private start: Time | undefined
  private credible = true
  private newest: Time = -Infinity

  constructor(
    /** A change may take this long to appear in the API: cursors stay behind it. */
    private readonly lookbackMs: number,
  ) {}

  /**
   * Returns the start of the reading, which is that of its first response; without a credible server time, a time that
   * is certain not to lie behind it.
   */
  observe(times: ResponseTimes, rows: readonly Row[]): Time {
    this.credible &&= isCredible(times)
    for (const { time } of rows) if (time !== null && time > this.newest) this.newest = time
    this.start ??= serverTimeAtSend(times)
    return this.credible ? this.start : Math.max(BEGINNING, Math.min(this.start, this.newest))
  }

  get startedAt(): Time | undefined {
    return this.start
  }

  /** No cursor of this run passes it. Whole seconds, as that is what the API filters by. */
  horizon(startedAt = this.start): Time {
    if (startedAt === undefined) return -Infinity
    // Without a credible server time, the local clock may be ahead of the server's: only the rows' own times are
    // certain.
    const certain = this.credible ? startedAt : Math.min(startedAt, this.newest)
    return Math.floor((certain - this.lookbackMs) / 1000) * 1000
  }
}
