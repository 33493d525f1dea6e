import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'

/** Of a page, so many rows tell about as much as all. */
const SAMPLES = 10

/** What the first pages of a run tell of a whole list: enough to guess where its rows lie in time. */
export class ListOutline {
  /** The largest id that was seen. Ids are given in order: it tells about how many rows there are. 0: not known. */
  largestId = 0
  /** The times of a page of the newest rows, ascending; empty: not known. */
  newest: readonly Time[] = []

  see(rows: readonly Pick<Row, 'key'>[]): void {
    const step = Math.max(1, Math.floor(rows.length / SAMPLES))
    for (let at = 0; at < rows.length; at += step) {
      const id = Number(rows[at]?.key)
      if (id > this.largestId) this.largestId = id
    }
  }

  /** The newest rows, from the newest on. */
  seeNewest(rows: readonly Pick<Row, 'time'>[]): void {
    this.newest = rows.flatMap(({ time }) => time ?? []).reverse()
  }
}
