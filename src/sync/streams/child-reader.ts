import { log, type Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { count } from '../../common/wording.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import { tooDearAtOnce, type Allowance } from './allowance.js'
import { BACKLOG_ROOM, ParentQueue, ROOM, type Batch, type QueuedParent } from './parent-queue.js'
import type { ChildrenOf, ChildSource } from './children.js'
import { mayHaveChanged, mayHaveChildren, tracksTimes } from './parent-changes.js'
import { withTime } from './parent-version.js'
import { isUnmoved } from './stays.js'
import type { StreamEmitter } from './stream-emitter.js'

type Parents = ReadonlyMap<string, QueuedParent>

export interface ChildReaderOptions {
  readonly strategy: ChildStrategy
  readonly source: ChildSource
  /** How many lists of parents there are. */
  readonly lists: number
  /** A parent that changed after it may have children that its own count does not show yet. */
  readonly settledBefore: Time
  /** Children before this time are known, of every parent; undefined: of none. */
  readonly knownUntil: Time | undefined
  /** What the requests for children may cost; absent: what they cost. */
  readonly allowance?: Allowance | undefined
}

/** Reads the children of queued parents, and emits those that are new or changed. */
export class ChildReader {
  private readonly parents: ParentQueue
  /** Keys of parents and of children that this run has dealt with. */
  private readonly readParents = new KeySet()
  private readonly emitted = new KeySet()
  private knows: Time | undefined
  private isLeft = false

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: ChildReaderOptions,
  ) {
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
    const { allowance } = this.options
    const affordable = allowance?.affords(this.emitter.stream.cost) ?? Infinity
    return this.isLeft || affordable < 1 || this.emitter.failure !== undefined
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
    return mayHaveChildren(parent, strategy, settledBefore)
  }

  /** Each parent is read once per run. */
  claim({ key }: Row): boolean {
    return this.readParents.add(key)
  }

  /** Everything that is queued until the lists are read. Throws what the stream fails with. */
  async *read(): AsyncGenerator<Emission> {
    const { least } = this.options.source
    try {
      for (;;) {
        const batch = await this.parents.take(this.most(), least)
        if (!batch) break
        if (!this.affords(batch)) {
          this.leaveRest()
          break
        }
        yield* this.readBatch(batch)
      }
      if (this.emitter.failure !== undefined) return
      if (this.isLeft) {
        yield this.allowanceSpent()
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
    const { source, allowance } = this.options
    return Math.min(source.most, Math.max(1, allowance?.affords(this.emitter.stream.cost) ?? Infinity))
  }

  private affords({ parents }: Batch): boolean {
    const { allowance } = this.options
    return !allowance || this.requestsFor(parents) <= allowance.affords(this.emitter.stream.cost)
  }

  /** Of parents whose rows are worked out without a request, none. */
  private requestsFor(parents: readonly QueuedParent[]): number {
    const { derive } = this.options.strategy
    return parents.filter(({ row }) => !derive || !row || !isUnmoved(row, derive)).length
  }

  /** Throws if the next run would start over. */
  private allowanceSpent(): Emission {
    const { emitter, options } = this
    const { name } = emitter.stream
    const tokens = count(options.allowance?.total ?? 0, 'token')
    if (emitter.mode === 'full_refresh') throw tooDearAtOnce(name, tokens)
    const reason = `the ${tokens} that streams with a request per parent may cost within 24 hours are spent`
    return log('INFO', `${name}: ${reason}. The next syncs go on from here, newest parents first.`)
  }

  private async *readBatch(batch: Batch): AsyncGenerator<Emission> {
    const { allowance } = this.options
    const tokens = this.requestsFor(batch.parents) * this.emitter.stream.cost
    allowance?.hold(tokens)
    try {
      yield* this.readHeld(batch)
    } finally {
      allowance?.release(tokens)
    }
  }

  private async *readHeld({ parents, markers }: Batch): AsyncGenerator<Emission> {
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
  private async *emit(rows: readonly Row[], parents: Parents): AsyncGenerator<Emission> {
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

  private refTo({ id, value, row, isKnown }: QueuedParent): ChildrenOf {
    return { id, value, row, knownUntil: isKnown ? this.options.knownUntil : undefined }
  }

  private skipped(id: string): Emission {
    const { name } = this.emitter.stream
    return log('INFO', `${name}: parent ${id} is no longer there; its children are skipped.`)
  }
}
