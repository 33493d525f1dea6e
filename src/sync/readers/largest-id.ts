import type { Row } from '../../pipedrive/lists/row.js'

/** Of a page, so many rows tell about as much as all. */
const SAMPLES = 10

/** The largest id that was seen of a list. Ids are given in order: it tells about how many rows the list has. */
export class LargestId {
  /** 0: not known, or ids are no numbers. */
  value = 0

  see(rows: readonly Pick<Row, 'key'>[]): void {
    const step = Math.max(1, Math.floor(rows.length / SAMPLES))
    for (let at = 0; at < rows.length; at += step) {
      const id = Number(rows[at]?.key)
      if (id > this.value) this.value = id
    }
  }
}
