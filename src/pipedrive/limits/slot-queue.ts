import Bottleneck from 'bottleneck'

/** Bottleneck has ten priorities, 0 to 9. */
const LOWEST_PRIORITY = 9

/** Callers that wait for slots, by priority and then in order of arrival. The only file that knows Bottleneck. */
export class SlotQueue {
  private readonly bottleneck: Bottleneck
  private readonly waiting = new Set<(reason: Error) => void>()
  private stopReason: Error | undefined

  constructor(slots: number) {
    this.bottleneck = new Bottleneck({ reservoir: slots })
  }

  /** Resolves when the caller has a slot. Rejects with the reason when the queue is or gets stopped. */
  next(priority: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.throwIfStopped()
      this.waiting.add(reject)
      void this.bottleneck
        .schedule({ priority: Math.min(priority, LOWEST_PRIORITY) }, () => Promise.resolve())
        .then(resolve, reject)
        .finally(() => this.waiting.delete(reject))
    })
  }

  /** Adds slots, or removes them where the number is negative. */
  add(slots: number): void {
    if (slots !== 0 && this.stopReason === undefined) void this.bottleneck.incrementReservoir(slots)
  }

  get isStopped(): boolean {
    return this.stopReason !== undefined
  }

  stop(reason: Error): void {
    if (this.stopReason !== undefined) return
    this.stopReason = reason
    // Bottleneck itself leaves some of the jobs that it holds pending.
    for (const reject of this.waiting) reject(reason)
    void this.bottleneck.stop({ dropWaitingJobs: true })
  }

  throwIfStopped(): void {
    if (this.stopReason !== undefined) throw this.stopReason
  }
}
