import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import type { ChildReaderOptions } from './child-reader-options.js'
import type { ChildrenOf } from './children.js'
import type { QueuedParent } from './parent-queue.js'
import { withTime } from './parent-version.js'
import type { StreamEmitter } from './stream-emitter.js'

type Parents = ReadonlyMap<string, QueuedParent>

/** Emits children that are new or changed: each of them once per run. */
export class ChildRecords {
  private readonly emitted = new KeySet()

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: ChildReaderOptions,
  ) {}

  /** Children with the time of their parent: while that is pending, they may be seen again. */
  async *emit(rows: readonly Row[], parents: Parents): AsyncGenerator<Emission> {
    const { strategy, families, verification } = this.options
    const parentOf = ({ data }: Row) => String(data[strategy.parentKey])
    const fresh = this.fresh(rows)
    const [first] = rows
    const isKnown = first !== undefined && families?.isKnown(parentOf(first), rows) === true
    const isGone = ({ key }: Row) => verification?.gone.has(key) === true
    const changed = isKnown ? [] : fresh.filter((row) => !this.hasEmitted(row) || isGone(row))
    yield* this.emitter.emit(await this.emitter.toRecords(changed))
    const of = first && parents.get(parentOf(first))
    if (of && this.readsOnlyNew(of)) families?.add(of.id, changed)
    else if (first) families?.record(parentOf(first), rows)
    for (const row of fresh) {
      const parent = parents.get(parentOf(row))
      // A parent that is compared is not read again before it changes.
      if (parent && !parent.version) parent.cursor.recordEmitted([withTime(row, parent.time)])
    }
  }

  /** Children of which the warehouse lacks the records. */
  async *emitMissing(rows: readonly Row[]): AsyncGenerator<Emission> {
    yield* this.emitter.emit(await this.emitter.toRecords(this.fresh(rows)))
  }

  /** What is asked of the parent. */
  refTo({ id, value, row, isKnown }: QueuedParent): ChildrenOf {
    return { id, value, row, knownUntil: isKnown ? this.options.knownUntil : undefined }
  }

  private fresh(rows: readonly Row[]): Row[] {
    return rows.filter(({ key }) => this.emitted.add(key))
  }

  /** A parent that moved to another list of parents brings its children with it. */
  private hasEmitted(row: Row): boolean {
    return this.emitter.parts.some(({ cursor }) => cursor.hasEmitted(row))
  }

  /** Lists that come newest first are read until the children that are known. */
  private readsOnlyNew(parent: QueuedParent): boolean {
    const { read } = this.options.strategy
    return (
      read.kind === 'path' && read.newestFirst !== undefined && this.refTo(parent).knownUntil !== undefined
    )
  }
}
