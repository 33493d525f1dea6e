import type { AirbyteMessage } from '../airbyte/messages.js'
import type { ChildScan, StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import { PipedriveError } from '../pipedrive/faults.js'
import { ListReader, type Page } from '../pipedrive/list-reader.js'
import { loadSchema, toRecord, type RecordSchema } from './record-schema.js'
import { rowsOf, traitsOf, type Row } from './row.js'
import { StreamRun } from './stream-run.js'
import type { StateMode } from './stream-state.js'
import type { Time } from './time.js'

/** A stream that is read per row of its parents' lists: all children of each parent that changed. */
export class ChildStream extends StreamRun {
  private readonly schema: RecordSchema
  private readonly reader: ListReader
  private readonly children = new Set<string>()

  constructor(
    stream: StreamSpec,
    private readonly scan: ChildScan,
    mode: StateMode,
    client: Client,
    /** A parent that changed after it may have children that its own count does not know yet. */
    private readonly horizon: Time,
  ) {
    super(stream, mode)
    this.schema = loadSchema(stream.schema)
    this.reader = new ListReader(client, stream, traitsOf(stream), stream.name)
  }

  async *emit(parents: readonly Row[]): AsyncGenerator<AirbyteMessage> {
    const fruitful = parents.filter((parent) => this.mayHaveChildren(parent))
    const ids = fruitful.map(({ data }) => String(data.id))
    const { size } = this.scan.batch
    for (let at = 0; at < ids.length; at += size) yield* this.readBatch(ids.slice(at, at + size))
  }

  private mayHaveChildren({ data, time }: Row): boolean {
    if (data.is_deleted === true) return false
    const { countedBy } = this.scan
    const settled = time !== null && time < this.horizon
    return countedBy === undefined || data[countedBy] !== 0 || !settled
  }

  /** One vanished parent may fail the whole batch: it is halved until that one stands alone, and only it is skipped. */
  private async *readBatch(ids: readonly string[]): AsyncGenerator<AirbyteMessage> {
    try {
      const params = { [this.scan.batch.param]: ids.join(',') }
      for await (const page of this.reader.pages({ params })) yield* this.childrenOf(page)
    } catch (error) {
      if (!(error instanceof PipedriveError) || error.fault.kind !== 'not_found') throw error
      if (ids.length === 1) return
      const middle = Math.ceil(ids.length / 2)
      yield* this.readBatch(ids.slice(0, middle))
      yield* this.readBatch(ids.slice(middle))
    }
  }

  private *childrenOf(page: Page): Generator<AirbyteMessage> {
    const toRow = rowsOf(this.stream)
    for (const { key, data } of page.rows.map(toRow)) {
      if (this.children.has(key)) continue
      this.children.add(key)
      yield* this.record(toRecord(data, this.schema))
    }
  }
}
