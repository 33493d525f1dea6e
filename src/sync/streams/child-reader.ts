import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import { ParentBudget } from './parent-budget.js'
import { ChildRecords } from './child-records.js'
import { ChildVerification } from './child-verification.js'
import type { ChildReaderOptions } from './child-reader-options.js'
import { BACKLOG_ROOM, ParentQueue, ROOM, withoutUnchanged, type Batch } from './parent-queue.js'
import { mayHaveChanged, mayHaveChildren, tracksTimes } from './parent-changes.js'
import type { StreamEmitter } from './stream-emitter.js'

/** Reads the children of queued parents, and emits those that are new or changed. */
export class ChildReader {
  private readonly parents: ParentQueue
  /** Keys of parents that this run has dealt with. */
  private readonly readParents = new KeySet()
  private readonly records: ChildRecords
  readonly verification: ChildVerification | undefined
  private knows: Time | undefined
  private isLeft = false
  private rereadIsOver = false
  private readonly budget: ParentBudget

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: ChildReaderOptions,
  ) {
    const { verification } = options
    this.budget = new ParentBudget(emitter, options.strategy, options.allowance)
    this.records = new ChildRecords(emitter, options)
    this.verification = verification && new ChildVerification(emitter, this.records, verification)
    this.parents = new ParentQueue(options.lists, options.allowance ? BACKLOG_ROOM : ROOM)
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

  /** Whether further parents would not be read: the allowance is spent, or the stream has failed. */
  get isOver(): boolean {
    return this.isLeft || this.budget.requests < 1 || this.emitter.failure !== undefined
  }

  /** Whether parents are read that show no change. */
  get rereads(): boolean {
    return !this.rereadIsOver && !this.isOver && this.budget.allowsReread
  }

  /** Some parents are left to later runs. */
  leaveRest(): void {
    this.isLeft = true
  }

  /** Whether the parent's children are to be read; each parent once per run. */
  wants(parent: Row, isKnown: boolean): boolean {
    return this.mayHaveNew(parent, isKnown) && this.claim(parent)
  }

  /** Whether the parent may have children that are not known. */
  mayHaveNew(parent: Row, isKnown: boolean): boolean {
    const { strategy, knownUntil, settledBefore } = this.options
    if (isKnown && !mayHaveChanged(parent, strategy, knownUntil)) return false
    return mayHaveChildren(parent, strategy, settledBefore, this.verification?.knows(parent.key))
  }

  /** Parents that show no change, and may have children all the same. */
  notice(parents: readonly Row[]): void {
    for (const parent of parents) if (!this.readParents.has(parent.key)) this.verification?.notice(parent)
  }

  /** Whether every change at the parent's time shows by now. */
  isSettled({ time }: Row): boolean {
    return time !== null && time < this.options.settledBefore
  }

  /** Each parent is read once per run. */
  claim({ key }: Row): boolean {
    return this.readParents.add(key)
  }

  /** Everything that is queued until the lists are read; then its verification. Throws what the stream fails with. */
  async *read(): AsyncGenerator<Emission> {
    if (this.verification?.isAll !== true) yield* this.readQueued()
    if (this.emitter.failure === undefined && this.verification) yield* this.verification.run()
  }

  private async *readQueued(): AsyncGenerator<Emission> {
    const { least } = this.options.source
    try {
      for (;;) {
        const taken = await this.parents.take(this.most(), least)
        if (!taken) break
        const batch = this.withoutReread(taken)
        if (!this.budget.affords(batch.parents)) {
          this.leaveRest()
          break
        }
        yield* this.readBatch(batch)
      }
      if (this.emitter.failure !== undefined) return
      if (this.isLeft) {
        yield this.budget.spent()
        return
      }
      const cursors = this.emitter.parts.map(({ cursor }) => cursor)
      for (const cursor of cursors) cursor.endRun()
      if (tracksTimes(this.options.strategy)) this.knows = Math.min(...cursors.map(({ oldest }) => oldest))
    } finally {
      this.parents.abandon()
    }
  }

  /** Parents of one batch: at least one, as the allowance may have grown when it comes. */
  private most(): number {
    return Math.min(this.options.source.most, Math.max(1, this.budget.requests))
  }

  /** Without parents that show no change, once their part of the allowance is spent. */
  private withoutReread(batch: Batch): Batch {
    if (batch.parents.some(({ isReread }) => isReread) && !this.budget.allowsReread) this.rereadIsOver = true
    return this.rereadIsOver ? withoutUnchanged(batch) : batch
  }

  private async *readBatch(batch: Batch): AsyncGenerator<Emission> {
    const release = this.budget.hold(batch.parents)
    try {
      yield* this.readHeld(batch)
    } finally {
      release()
    }
  }

  private async *readHeld({ parents, markers }: Batch): AsyncGenerator<Emission> {
    const byId = new Map(parents.map((parent) => [parent.id, parent]))
    if (parents.length > 0) {
      const asked = parents.map((parent) => this.records.refTo(parent))
      for await (const part of this.options.source.children(asked)) {
        if ('missing' in part) {
          yield this.skipped(part.missing)
          continue
        }
        yield* this.records.emit(part.rows, byId)
        this.verification?.record(part)
      }
    }
    for (const { version, done, cursor } of parents)
      for (const row of [version, done]) if (row) cursor.recordEmitted([row])
    for (const { checkpoint, cursor, keys = [] } of markers) {
      for (const key of keys) cursor.roster?.add(key)
      cursor.apply(checkpoint)
    }
    yield* this.emitter.checkpoint()
  }

  private skipped(id: string): Emission {
    const { name } = this.emitter.stream
    return log('INFO', `${name}: parent ${id} is gone; its children are skipped.`)
  }
}
