/** An item of a generator, which goes on when the item has been used; or its end. */
interface Settled<T> {
  /** Throws what the generator has thrown. */
  take(): T | undefined
  goOn?(): void
}

/**
 * Runs generators side by side and yields what they yield as it comes, each one's items in its own order. A generator
 * goes on only when its item has been used: a slow reader slows all of them, and what an item refers to stays as it is.
 */
export class ConcurrentMerge<T> implements AsyncIterable<T> {
  private readonly ready: Settled<T>[] = []
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
    this.settle({ take: () => item })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (const companion of this.companions) this.start(companion)
      for (;;) {
        this.fill()
        const settled = this.ready.shift()
        if (settled) {
          const item = settled.take()
          if (item !== undefined) yield item
          settled.goOn?.()
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
        this.settle(
          done
            ? { take: () => undefined }
            : {
                take: () => value,
                goOn: () => {
                  this.pull(generator)
                },
              },
        )
      },
      (error: unknown) => {
        this.ended(generator)
        this.settle({
          take: () => {
            throw error
          },
        })
      },
    )
  }

  private ended(generator: AsyncGenerator<T>): void {
    this.running.delete(generator)
    this.counted.delete(generator)
  }

  private settle(settled: Settled<T>): void {
    this.ready.push(settled)
    this.wake()
  }
}
