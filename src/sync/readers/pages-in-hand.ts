/** So many pages of some megabytes may wait to be written. */
const MOST = 3

/** Pages of a run that have come and are not written yet. While there are many, no further one is requested. */
export class PagesInHand {
  private count = 0
  private waiting: (() => void)[] = []

  /**
   * The same pages; each counts until the next one is asked for. Then its rows are dropped: the generators that it came
   * through would keep them until their next page has come, in each lane.
   */
  async *hold<Page extends { rows: unknown[] }>(pages: AsyncGenerator<Page>): AsyncGenerator<Page> {
    try {
      for (;;) {
        while (this.count >= MOST) await new Promise<void>((resolve) => this.waiting.push(resolve))
        const next = await pages.next()
        if (next.done) return
        this.count += 1
        try {
          yield next.value
        } finally {
          this.count -= 1
          next.value.rows.length = 0
          this.waiting.shift()?.()
        }
      }
    } finally {
      await pages.return(undefined)
    }
  }
}
