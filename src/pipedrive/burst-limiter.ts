import Bottleneck from 'bottleneck'

/** Requests per two seconds and API token: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting */
export const REQUESTS_PER_WINDOW = {
  lite: 20,
  growth: 40,
  professional: 80,
  premium: 100,
  ultimate: 120,
} satisfies Record<string, number>

const WINDOW_MS = 2_000

/** The server's clock and ours do not tick together. */
const MARGIN_MS = 25

/**
 * At most `limit` requests in any two seconds. The server's window rolls, so a slot comes back two seconds after its
 * request was answered (it cannot have been counted later than that), not with the tick of a clock.
 */
export class BurstLimiter {
  private readonly slots: Bottleneck
  private limit: number
  /** Whether a higher limit than ours is taken up. */
  private readonly raises: boolean

  /** `auto` starts at the lowest plan's limit and takes up what Pipedrive says it is. */
  constructor(plan: keyof typeof REQUESTS_PER_WINDOW | 'auto') {
    this.limit = REQUESTS_PER_WINDOW[plan === 'auto' ? 'lite' : plan]
    this.raises = plan === 'auto'
    this.slots = new Bottleneck({ reservoir: this.limit })
  }

  /** Runs one attempt of one request as soon as a slot is free. */
  async run<T>(attempt: () => Promise<T>): Promise<T> {
    await this.slot()
    try {
      return await attempt()
    } finally {
      setTimeout(() => void this.slots.incrementReservoir(1), WINDOW_MS + MARGIN_MS).unref()
    }
  }

  /** The timers that give slots back do not keep the process alive; whoever waits for one has to. */
  private async slot(): Promise<void> {
    const vigil = setInterval(() => undefined, WINDOW_MS)
    try {
      await this.slots.schedule(() => Promise.resolve())
    } finally {
      clearInterval(vigil)
    }
  }

  /** Takes the limit that an answer states: downward always, upward only where the plan was left open. */
  async follow(stated: unknown): Promise<void> {
    const limit = Number(stated)
    if (!Number.isInteger(limit) || limit < 1 || limit === this.limit) return
    if (limit > this.limit && !this.raises) return
    const change = limit - this.limit
    this.limit = limit
    await this.slots.incrementReservoir(change)
  }
}
