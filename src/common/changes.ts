/** Changes that others wait for, to look again at what has changed. */
export class Changes {
  private waiting: (() => void)[] = []

  /** Resolves with the next change. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  announce(): void {
    const { waiting } = this
    this.waiting = []
    for (const resolve of waiting) resolve()
  }
}
