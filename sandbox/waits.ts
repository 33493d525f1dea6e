/** The sandbox's waiting: it ends at once when the sandbox is closed. */
export class Waits {
  closed = false
  private readonly pending = new Set<() => void>()

  close(): void {
    this.closed = true
    for (const end of [...this.pending]) end()
  }

  /** By the global setTimeout, so that fake timers make it virtual. */
  async sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.closed) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.pending.delete(end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.pending.add(end)
    })
  }

  /** Until the signal aborts. */
  async untilAborted(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.closed) return
    await new Promise<void>((resolve) => {
      const end = () => {
        signal.removeEventListener('abort', end)
        this.pending.delete(end)
        resolve()
      }
      signal.addEventListener('abort', end)
      this.pending.add(end)
    })
  }
}
