import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'

/** Of a page, so many rows tell about as much as all. */
const SAMPLES = 10

/** The times of the oldest and of the newest rows of a list, each of them ascending. */
export interface ListEnds {
  readonly oldest: readonly Time[]
  readonly newest: readonly Time[]
}

/** What the first pages of a run tell of a whole list: enough to guess where its rows lie in time. */
export class ListOutline {
  /** The largest id that was seen. Ids are given in order: it tells about how many rows there are. 0: not known. */
  largestId = 0
  private readonly seen: { -readonly [End in keyof ListEnds]?: readonly Time[] } = {}
  private announceEnds: (ends: ListEnds) => void = () => undefined
  /** Resolves when pages have shown both ends. */
  readonly ends = new Promise<ListEnds>((resolve) => (this.announceEnds = resolve))

  see(rows: readonly Pick<Row, 'key'>[]): void {
    const step = Math.max(1, Math.floor(rows.length / SAMPLES))
    for (let at = 0; at < rows.length; at += step) {
      const id = Number(rows[at]?.key)
      if (id > this.largestId) this.largestId = id
    }
  }

  /** A page of the oldest rows, or of the newest. */
  seeEnd(end: keyof ListEnds, rows: readonly Pick<Row, 'time'>[]): void {
    this.seen[end] = rows.flatMap(({ time }) => time ?? []).sort((a, b) => a - b)
    const { oldest, newest } = this.seen
    if (oldest && newest) this.announceEnds({ oldest, newest })
  }
}
