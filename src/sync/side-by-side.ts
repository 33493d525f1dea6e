/**
 * Runs generators side by side; what they yield comes out as it comes, each one's in its own order. Nothing runs ahead by
 * more than one item, so that a slow reader slows all of them.
 */
export class SideBySide<T> implements AsyncIterable<T> {
  private readonly ready: (() => T | undefined)[] = []
  private readonly running = new Set<AsyncGenerator<T>>()
  private wake: () => void = () => undefined

  constructor(
    private readonly waiting: AsyncGenerator<T>[],
    /** How many to run at once, as things are. */
    private readonly width: () => number,
  ) {}

  /** Something to say beside what the generators yield. */
  post(item: T): void {
    this.settle(() => item)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        this.start()
        const settled = this.ready.shift()
        if (settled) {
          const item = settled()
          if (item !== undefined) yield item
        } else if (this.running.size === 0) return
        else await new Promise<void>((resolve) => (this.wake = resolve))
      }
    } finally {
      // Whoever waits for something that never comes is not waited for.
      for (const generator of this.running) generator.return(undefined).catch(() => undefined)
    }
  }

  private start(): void {
    while (this.running.size < Math.max(1, this.width())) {
      const generator = this.waiting.shift()
      if (!generator) return
      this.running.add(generator)
      this.pull(generator)
    }
  }

  private pull(generator: AsyncGenerator<T>): void {
    generator.next().then(
      ({ done, value }) => {
        if (done) this.running.delete(generator)
        this.settle(() => {
          if (done) return undefined
          this.pull(generator)
          return value
        })
      },
      (error: unknown) => {
        this.running.delete(generator)
        this.settle(() => {
          throw error
        })
      },
    )
  }

  private settle(settled: () => T | undefined): void {
    this.ready.push(settled)
    this.wake()
  }
}
