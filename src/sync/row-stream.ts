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
   * A state that knows of archived rows before they are sent: should the run end between a record and its state, and the
   * row be restored before the next run, nothing else would tell that the warehouse has it as archived.
   */
  private *announce(rows: readonly Row[]): Generator<AirbyteMessage> {
    const { archived } = this
    if (!archived) return
    const archivedNow = rows.filter(({ key, data }) => data.is_archived === true && !archived.has(key))
    for (const { key } of archivedNow) archived.add(key)
    if (archivedNow.length > 0) yield* this.keep()
  }
}
