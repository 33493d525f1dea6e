import { setImmediate } from 'node:timers/promises'
import { Changes } from '../../common/changes.js'
import type { Row } from '../../pipedrive/lists/row.js'

/** So many pages of some megabytes may be parsed and not yet written, or have come and wait to be parsed. */
const MOST = { parsed: 1, waiting: 8 } satisfies Record<string, number>

/** Pages of a run that have come and are not written yet. While there are many, no further one is requested. */
export class PagesInHand {
  private parsed = 0
  private waiting = 0
  private readonly changes = new Changes()
  private lastTurn: Promise<void> = Promise.resolve()

  /**
   * Resolves when the next response may be parsed: one after another, each in a turn of the event loop of its own. A
   * page is then mostly written before the next one is parsed, and its memory is free again while it is still cheap to
   * collect. A turn is not given back: a response that is of no use, or is followed by another request, blocks nothing.
   */
  readonly turn = (): Promise<void> => {
    this.waiting += 1
    this.lastTurn = this.lastTurn.then(() => this.nextTurn())
    return this.lastTurn
  }

  /**
   * The same pages; each counts until the next one is asked for. Then its rows are dropped: the generators that it came
   * through would keep them until their next page has come, in each lane.
   */
  async *hold<Page extends { rows: Pick<Row, 'key' | 'release'>[] }>(
    pages: AsyncGenerator<Page>,
  ): AsyncGenerator<Page> {
    try {
      for (;;) {
        while (this.parsed >= MOST.parsed || this.waiting >= MOST.waiting) await this.changes.next()
        const next = await pages.next()
        if (next.done) return
        this.parsed += 1
        try {
          yield next.value
        } finally {
          this.parsed -= 1
          for (const row of next.value.rows) row.release?.()
          next.value.rows.length = 0
          this.changes.announce()
        }
      }
    } finally {
      await pages.return(undefined)
    }
  }

  private async nextTurn(): Promise<void> {
    await setImmediate()
    while (this.parsed >= MOST.parsed) await this.changes.next()
    this.waiting -= 1
    this.changes.announce()
  }
}
