import type { AirbyteMessage } from '../airbyte/messages.js'
import type { Row } from './row.js'
import { StreamRun } from './stream-run.js'

/** A stream whose records are a list's own rows. */
export class RowStream extends StreamRun {
  override wrote(row: Row): void {
    super.wrote(row)
    if (row.data.is_archived === true) this.archived?.add(row.key)
    else this.archived?.delete(row.key)
  }

  *emit(rows: readonly Row[]): Generator<AirbyteMessage, readonly Row[]> {
    yield* this.announce(rows)
    for (const { data } of rows) yield* this.record(data)
    return rows
  }

  /**
   * States that are out before records, for runs that end between a record and its state. Rows that are archived from
   * then on are told to this stream: the next run has to know from when. Rows that are sent as archived may be restored
   * before the next run: nothing else would tell that the warehouse has them as archived.
   */
  private *announce(rows: readonly Row[]): Generator<AirbyteMessage> {
    const { archived } = this
    if (!archived || rows.length === 0) return
    const archivedNow = rows.filter(({ key, data }) => data.is_archived === true && !archived.has(key))
    for (const { key } of archivedNow) archived.add(key)
    if (archivedNow.length > 0 || this.recordCount === 0) yield* this.keep()
  }
}
