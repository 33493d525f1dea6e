import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { NOTHING, type Checkpoint } from '../state/checkpoint.js'
import { difference, union, type Coverage, type Slice } from '../state/coverage.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ChildReader } from './child-reader.js'
import { descend } from './newest-first.js'
import type { QueuedParent } from './parent-queue.js'
import { judgeParent } from './parent-subscription.js'
import { ParentReread } from './parent-reread.js'
import { doneVersion, type Comparison } from './parent-version.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { Backlog, PageOfRows, Reread, Subscription } from './subscription.js'

/** So many parents are kept while their list is read for other streams; more of them are read again, newest first. */
const MOST_GATHERED = 2_000

interface Gathered {
  readonly row: Row
  readonly parent: QueuedParent
  readonly time: Row['time']
}

/**
 * Parents whose children cost a request each. What changes is gathered while the list is read for other streams, and
 * queued behind all of it, newest first; older parents follow as far as the allowance goes.
 */
export class ParentBacklog implements Subscription, Backlog {
  readonly role = 'parents'
  readonly moving = new KeySet()
  readonly reread: Reread | undefined
  private readonly gathered = new Map<string, Gathered>()
  /** What the list's other units have read. */
  private read: Coverage = []
  private last: Checkpoint = NOTHING
  private sawAll: boolean

  constructor(
    readonly emitter: StreamEmitter,
    readonly list: string,
    readonly cursor: StreamCursor,
    private readonly children: ChildReader,
    private readonly comparison: Comparison,
    rereadDays?: number,
  ) {
    this.reread = rereadDays === undefined ? undefined : new ParentReread(cursor, children, rereadDays)
    // The first part of a walk that goes on was gathered by an earlier run, which may not have read its children.
    this.sawAll = cursor.verification === undefined
  }

  get backlog(): Backlog {
    return this
  }

  get isOver(): boolean {
    return this.children.isOver
  }

  get hasRead(): boolean {
    return this.read.length > 0
  }

  get pending(): Coverage {
    return difference(this.cursor.pending, this.read)
  }

  // A generator by contract: the children's records come from the ChildReader.
  // eslint-disable-next-line require-yield, @typescript-eslint/require-await
  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    for (const row of rows) this.gather(row)
    this.note(checkpoint)
  }

  /** Queues what was gathered. Resolves when there is room for more. */
  async release(): Promise<void> {
    const all = [...this.gathered.values()]
    this.gathered.clear()
    if (!this.sawAll) this.read = []
    // Those that are due by their time come again in the order of time.
    const isCompared = this.comparison.of === 'all'
    const ready = this.sawAll || isCompared ? all : all.filter(({ time }) => !this.isDueByTime(time))
    await this.queue(ready, this.read)
    if (this.sawAll) await this.children.queue([], { checkpoint: this.last, cursor: this.cursor })
  }

  async take(rows: readonly Row[], [from, until]: Slice): Promise<void> {
    const parents = rows.flatMap((row) => this.judged(row) ?? [])
    await this.queue(parents, until !== null && until <= from ? [] : [[from, until]])
  }

  leave(): void {
    this.children.leaveRest()
  }

  end(): void {
    this.children.parentsRead()
  }

  private async queue(parents: readonly Gathered[], covers: Coverage): Promise<void> {
    const { cursor } = this
    for (const { item, covers: slices } of descend(parents, covers)) {
      const claimed = item && this.children.claim(item.row) ? [item.parent] : []
      const keys = item && cursor.roster ? [item.row.key] : []
      const [first, ...others] = slices.map(coveredBy)
      await this.children.queue(claimed, { checkpoint: first ?? NOTHING, cursor, keys })
      for (const checkpoint of others) await this.children.queue([], { checkpoint, cursor })
    }
  }

  private gather(row: Row): void {
    const judged = this.judged(row)
    if (judged === undefined || this.isDueByTime(row.time)) {
      // What is due by its time stays so until its children are read.
      this.cursor.roster?.add(row.key)
    }
    if (judged === undefined) return
    if (this.gathered.size < MOST_GATHERED || this.gathered.has(row.key)) this.gathered.set(row.key, judged)
    else this.sawAll = false
  }

  private isDueByTime(time: Row['time']): boolean {
    return time !== null && this.cursor.isDueAt(time)
  }

  private judged(row: Row): Gathered | undefined {
    const { cursor, comparison } = this
    const parent = judgeParent(row, cursor, comparison)
    if (!parent || !this.children.mayHaveNew(row, parent.isKnown)) return undefined
    const done = !parent.version && this.children.isSettled(row) ? doneVersion(row) : undefined
    if (done && cursor.hasEmitted(done)) return undefined
    return { row, parent: { ...parent, done }, time: row.time }
  }

  private note(checkpoint: Checkpoint): void {
    if (checkpoint.kind === 'covered') this.read = union(this.read, [[checkpoint.from, checkpoint.until]])
    else if (checkpoint.kind === 'finished') this.last = checkpoint
    else if (checkpoint.kind === 'verified') {
      this.read = union(this.read, [[this.cursor.oldest, checkpoint.covers]])
      this.cursor.apply({ ...checkpoint, covers: -Infinity })
    } else this.cursor.apply(checkpoint)
  }
}

function coveredBy([from, until]: Slice): Checkpoint {
  return { kind: 'covered', from, until: until ?? Infinity }
}
