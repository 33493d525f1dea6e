import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/stream.js'
import type { BatchReader } from '../../pipedrive/lists/batch-reader.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import { ParentQueue, type Batch, type QueuedParent } from './parent-queue.js'
import type { StreamEmitter } from './stream-emitter.js'

export interface ChildReaderOptions {
  readonly strategy: ChildStrategy
  readonly reader: BatchReader
  /** How many lists of parents there are. */
  readonly lists: number
  /** A parent that changed after it may have children that its own count does not show yet. */
  readonly settledBefore: Time
}

/** Reads the children of queued parents, a batch of parents per request, and emits those that are new or changed. */
export class ChildReader {
  private readonly parents: ParentQueue
  /** Keys of parents and of children that this run has dealt with. */
  private readonly readParents = new KeySet()
  private readonly emitted = new KeySet()

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: ChildReaderOptions,
  ) {
    this.parents = new ParentQueue(options.lists)
  }

  /** Resolves when there is room for more. */
  async queue(...entry: Parameters<ParentQueue['push']>): Promise<void> {
    await this.parents.push(...entry)
  }

  /** One of the lists of parents has been read. */
  parentsRead(): void {
    this.parents.close()
  }

  /** Whether the parent's children are to be read; each parent once per run. */
  wants(parent: Row): boolean {
    return this.mayHaveChildren(parent) && this.readParents.add(parent.key)
  }

  /** Everything that is queued until the lists are read. Throws what the stream fails with. */
  async *read(): AsyncGenerator<Emission> {
    try {
      for (;;) {
        const batch = await this.parents.take(this.options.strategy.batch.size)
        if (!batch) break
        yield* this.readBatch(batch)
      }
      if (this.emitter.failure !== undefined) return
      for (const { cursor } of this.emitter.parts) cursor.endRun()
    } finally {
      this.parents.abandon()
    }
  }

  private async *readBatch({ parents, markers }: Batch): AsyncGenerator<Emission> {
    const byId = new Map(parents.map((parent) => [parent.id, parent]))
    if (parents.length > 0) {
      for await (const part of this.options.reader.children([...byId.keys()])) {
        if ('missing' in part) yield this.skipped(part.missing)
        else yield* this.emit(part.rows, byId)
      }
    }
    for (const { checkpoint, cursor, keys = [] } of markers) {
      for (const key of keys) cursor.roster?.add(key)
      cursor.apply(checkpoint)
    }
    yield* this.emitter.checkpoint()
  }

  /** Children with the time of their parent: while that is pending, they may be seen again. */
  private async *emit(
    rows: readonly Row[],
    parents: ReadonlyMap<string, QueuedParent>,
  ): AsyncGenerator<Emission> {
    const { parentKey } = this.options.strategy
    const fresh = rows.filter(({ key }) => this.emitted.add(key))
    const changed = fresh.filter((row) => !this.hasEmitted(row))
    yield* this.emitter.emit(await this.emitter.toRecords(changed))
    for (const row of fresh) {
      const parent = parents.get(String(row.data[parentKey]))
      parent?.cursor.recordEmitted([withTime(row, parent.time)])
    }
  }

  /** A parent that moved to another list of parents brings its children with it. */
  private hasEmitted(row: Row): boolean {
    return this.emitter.parts.some(({ cursor }) => cursor.hasEmitted(row))
  }

  private mayHaveChildren({ data, time }: Row): boolean {
    if (data.is_deleted === true) return false
    const { countedBy } = this.options.strategy
    const isSettled = time !== null && time < this.options.settledBefore
    return countedBy === undefined || data[countedBy] !== 0 || !isSettled
  }

  private skipped(id: string): Emission {
    const { name } = this.emitter.stream
    return log('INFO', `${name}: parent ${id} is no longer there; its children are skipped.`)
  }
}

function withTime(row: Row, time: Time | null): Row {
  return {
    key: row.key,
    time,
    data: row.data,
    get fingerprint() {
      return row.fingerprint
    },
  }
}
