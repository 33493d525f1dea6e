import type { AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Account } from './account.js'
import type { KeySet } from './key-set.js'
import { loadSchema, toRecord, type RecordSchema } from './record-schema.js'
import type { Row } from './row.js'
import { StreamRun } from './stream-run.js'
import type { StateMode } from './stream-state.js'
import { formatTime, type Time } from './time.js'

/** A stream whose records are a list's own rows. */
export class RowStream extends StreamRun {
  private readonly schema: RecordSchema
  private readonly stamp: Record<string, string>

  constructor(stream: StreamSpec, mode: StateMode, { viewer, serverTime }: Account, archived?: KeySet) {
    super(stream, mode, viewer, archived)
    this.schema = loadSchema(stream.schema)
    this.stamp = stampOf(stream, serverTime)
  }

  override wrote(row: Row): void {
    super.wrote(row)
    if (row.data.is_archived === true) this.archived?.add(row.key)
    else this.archived?.delete(row.key)
  }

  *emit(rows: readonly Row[]): Generator<AirbyteMessage, readonly Row[]> {
    for (const { data } of rows) yield* this.record({ ...toRecord(data, this.schema), ...this.stamp })
    return rows
  }
}

/** Rows that have no time of their own get one as their cursor: when this version of them was first seen. */
function stampOf({ scan, cursorField }: StreamSpec, runStart: Time): Record<string, string> {
  const timeless = scan.kind === 'whole' && scan.time === undefined
  return timeless && cursorField !== undefined ? { [cursorField]: formatTime(runStart) } : {}
}
