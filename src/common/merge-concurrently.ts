/**
 * Runs generators side by side and yields what they yield as it comes, each one's items in its own order. No generator
 * runs ahead by more than one item, so that a slow reader slows all of them.
 */
export class ConcurrentMerge<T> implements AsyncIterable<T> {
  private readonly ready: (() => T | undefined)[] = []
  private readonly running = new Set<AsyncGenerator<T>>()
  /** Of `running`, those that count against the width. */
  private readonly counted = new Set<AsyncGenerator<T>>()
  private wake: () => void = () => undefined

  constructor(
    /** Started in order, as the width allows. */
    private readonly queue: AsyncGenerator<T>[],
    /** How many of the queue run at once, as things are. */
    private readonly width: () => number,
    /** Started at once, whatever the width: they react to what the others do. */
    private readonly companions: readonly AsyncGenerator<T>[] = [],
  ) {}

  /** Adds a generator behind those of the queue. */
  add(generator: AsyncGenerator<T>): void {
    this.queue.push(generator)
    this.wake()
  }

  /** Adds an item beside what the generators yield. */
  post(item: T): void {
    this.settle(() => item)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (const companion of this.companions) this.start(companion)
      for (;;) {
        this.fill()
        const settled = this.ready.shift()
        if (settled) {
          const item = settled()
          if (item !== undefined) yield item
        } else if (this.running.size === 0) return
        else await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      // A generator that waits for something that never comes is not waited for.
      for (const generator of this.running) generator.return(undefined).catch(() => undefined)
    }
  }

  private fill(): void {
    while (this.counted.size < Math.max(1, this.width())) {
      const generator = this.queue.shift()
      if (!generator) return
      this.counted.add(generator)
      this.start(generator)
    }
  }

  private start(generator: AsyncGenerator<T>): void {
    this.running.add(generator)
    this.pull(generator)
  }

  private pull(generator: AsyncGenerator<T>): void {
    generator.next().then(
      ({ done, value }) => {
        if (done) this.ended(generator)
        this.settle(() => {
          if (done) return undefined
          this.pull(generator)
          return value
        })
      },
      (error: unknown) => {
        this.ended(generator)
        this.settle(() => {
          throw error
        })
      },
    )
  }

  private ended(generator: AsyncGenerator<T>): void {
    this.running.delete(generator)
    this.counted.delete(generator)
  }

  private settle(settled: () => T | undefined): void {
    this.ready.push(settled)
    this.wake()
  }
}
