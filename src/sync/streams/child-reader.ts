import { log, type Emission } from '../../airbyte/messages.js'
import { timeOrNull, type Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/stream.js'
import type { ParentRef } from '../../pipedrive/lists/path-reader.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import { ParentQueue, type Batch, type QueuedParent } from './parent-queue.js'
import type { StreamEmitter } from './stream-emitter.js'

/** Where children come from: their rows, parent by parent or many parents at once. */
export interface ChildSource {
  /** How many parents are read at once, and for how many it is worth waiting. */
  readonly most: number
  readonly least: number
  children(
    parents: readonly ParentRef[],
  ): AsyncIterable<{ readonly rows: readonly Row[] } | { readonly missing: string }>
}

export interface ChildReaderOptions {
  readonly strategy: ChildStrategy
  readonly source: ChildSource
  /** How many lists of parents there are. */
  readonly lists: number
  /** A parent that changed after it may have children that its own count does not show yet. */
  readonly settledBefore: Time
  /** Children before this time are known, of every parent; undefined: of none. */
  readonly knownUntil: Time | undefined
}

/** Reads the children of queued parents, and emits those that are new or changed. */
export class ChildReader {
  private readonly parents: ParentQueue
  /** Keys of parents and of children that this run has dealt with. */
  private readonly readParents = new KeySet()
  private readonly emitted = new KeySet()
  private knows: Time | undefined

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: ChildReaderOptions,
  ) {
    this.parents = new ParentQueue(options.lists)
    this.knows = options.knownUntil
  }

  /** Children before this time are known; it moves when the children of all parents have been read. */
  get knownUntil(): Time | undefined {
    return this.knows
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
  wants(parent: Row, isKnown: boolean): boolean {
    if (isKnown && !this.mayHaveChanged(parent)) return false
    return this.mayHaveChildren(parent) && this.readParents.add(parent.key)
  }

  /** Everything that is queued until the lists are read. Throws what the stream fails with. */
  async *read(): AsyncGenerator<Emission> {
    const { most, least } = this.options.source
    try {
      for (;;) {
        const batch = await this.parents.take(most, least)
        if (!batch) break
        yield* this.readBatch(batch)
      }
      if (this.emitter.failure !== undefined) return
      const cursors = this.emitter.parts.map(({ cursor }) => cursor)
      for (const cursor of cursors) cursor.endRun()
      if (tracksTimes(this.options.strategy)) this.knows = Math.min(...cursors.map(({ oldest }) => oldest))
    } finally {
      this.parents.abandon()
    }
  }

  private async *readBatch({ parents, markers }: Batch): AsyncGenerator<Emission> {
    const byId = new Map(parents.map((parent) => [parent.id, parent]))
    if (parents.length > 0) {
      for await (const part of this.options.source.children(parents.map((parent) => this.refTo(parent)))) {
        if ('missing' in part) yield this.skipped(part.missing)
        else yield* this.emit(part.rows, byId)
      }
    }
    for (const { version, cursor } of parents) if (version) cursor.recordEmitted([version])
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
      // A parent that is compared is not read again before it changes.
      if (parent && !parent.version) parent.cursor.recordEmitted([withTime(row, parent.time)])
    }
  }

  /** A parent that moved to another list of parents brings its children with it. */
  private hasEmitted(row: Row): boolean {
    return this.emitter.parts.some(({ cursor }) => cursor.hasEmitted(row))
  }

  private refTo({ id, value, isKnown }: QueuedParent): ParentRef {
    return { id, value, knownUntil: isKnown ? this.options.knownUntil : undefined }
  }

  /** A parent says by some of its times whether its children have changed. */
  private mayHaveChanged({ data }: Row): boolean {
    const { strategy, knownUntil } = this.options
    if (!strategy.movedBy || knownUntil === undefined) return true
    return strategy.movedBy.some((field) => (timeOrNull(data[field]) ?? -Infinity) >= knownUntil)
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

/** Whether what is known of the children up to a time saves reading them. */
function tracksTimes({ read, movedBy }: ChildStrategy): boolean {
  return movedBy !== undefined || (read.kind === 'path' && read.newestFirst !== undefined)
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
