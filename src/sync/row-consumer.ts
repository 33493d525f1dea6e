import type { AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import { Consumer } from './consumer.js'
import type { Progress } from './progress.js'
import { loadSchema, toRecord, type RecordSchema } from './record-schema.js'
import type { Row } from './row.js'
import { formatTime } from './time.js'

/** The list's own stream: a record a row. */
export class RowConsumer extends Consumer {
  private readonly schema: RecordSchema
  private readonly stamp: Record<string, string>

  constructor(stream: StreamSpec, progress: Progress, runStart: number) {
    super(stream, progress)
    this.schema = loadSchema(stream.name)
    this.stamp = stampOf(stream, runStart)
  }

  protected *emit(owed: readonly Row[]): Generator<AirbyteMessage> {
    for (const { data } of owed) yield* this.record({ ...toRecord(data, this.schema), ...this.stamp })
  }
}

/** Rows that have no time of their own get one as their cursor: when this version of them was first seen. */
function stampOf({ scan, cursorField }: StreamSpec, runStart: number): Record<string, string> {
  const timeless = scan.kind === 'whole' && scan.time === undefined
  return timeless && cursorField !== undefined ? { [cursorField]: formatTime(runStart) } : {}
}
