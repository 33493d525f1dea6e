import type { Emission } from '../../airbyte/messages.js'
import { timeOrNull, type Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { Role } from './list-part.js'
import type { RowMoves } from './row-moves.js'
import { RowVerification } from './row-verification.js'
import type { RowReread } from './row-reread.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Subscription } from './subscription.js'

/** The stream's own list, where it is compared with what the warehouse has of it. */
export interface OwnList {
  /** Older rows are not rows of the stream. */
  readonly startsAt: Time
}

/**
 * Emits rows of a list as records of a stream: the list's own stream, or the one that its rows are archived from or
 * to.
 */
export class RowSubscription implements Subscription {
  readonly verification?: RowVerification

  constructor(
    readonly emitter: StreamEmitter,
    private readonly listSpec: StreamSpec,
    readonly role: Role,
    readonly cursor: StreamCursor,
    private readonly moves: RowMoves,
    readonly rowReread?: RowReread,
    private readonly own?: OwnList,
  ) {
    if (own) this.verification = new RowVerification(emitter, this, moves)
  }

  get startsAt(): Time {
    return this.own?.startsAt ?? -Infinity
  }

  get list(): string {
    return this.listSpec.name
  }

  get moving(): KeySet {
    return this.moves.moving
  }

  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    const fresh = this.withoutEmitted(rows)
    const reread = isReread(checkpoint) ? this.rowReread : undefined
    const [emitted, unchanged]: [Row[], Row[]] = [[], []]
    for (const row of fresh) (this.isToEmit(row, reread) ? emitted : unchanged).push(row)
    this.verification?.countMissing(emitted)
    this.moves.reserve(emitted)
    const records = await this.emitter.toRecords(emitted)
    if (emitted.length > 0) yield* this.announce(emitted, records.size)
    yield* this.emitter.emit(records)
    this.moves.recordMoved(emitted, this)
    this.moves.recordSeen(fresh, this)
    this.cursor.apply(checkpoint)
    this.cursor.recordEmitted(emitted)
    this.rowReread?.record(emitted)
    this.cursor.recordSeen(unchanged)
    yield* this.emitter.checkpoint()
  }

  /** Each key once, and none that this run has emitted: what changes meanwhile comes with the next run. */
  private withoutEmitted(rows: readonly Row[]): Row[] {
    const keys = new Set<string>()
    return rows.filter(({ key }) => {
      if (this.moves.alreadyEmitted(key) || keys.has(key)) return false
      keys.add(key)
      return true
    })
  }

  private isToEmit(row: Row, reread: RowReread | undefined): boolean {
    return this.moves.hasArrived(row, this) || this.isNewVersion(row) || reread?.hasChanged(row) === true
  }

  /** Pipedrive has the rows no more, in this list or its twin. */
  *disappeared(keys: readonly string[]): Generator<Emission> {
    yield* this.moves.disappear(keys, this.cursor, this.emitter)
  }

  end(): void {
    if (this.emitter.failure === undefined) this.cursor.endRun()
  }

  private isNewVersion(row: Row): boolean {
    return (this.isDue(row) || this.wasArchivedSince(row)) && !this.cursor.hasEmitted(row)
  }

  private isDue(row: Row): boolean {
    // A row without a time that stands in the twin list may have moved there long ago: only the roster can tell.
    return !(row.time === null && this.role === 'twin') && this.cursor.isDue(row)
  }

  /** Until all keys of an archive are known, the time at which its rows say that they were archived has to do. */
  private wasArchivedSince({ data }: Row): boolean {
    const { archiveOf } = this.listSpec
    if (!archiveOf || this.cursor.roster?.complete !== false) return false
    const archivedAt = timeOrNull(data[archiveOf.timeField])
    return archivedAt !== null && this.cursor.isDueAt(archivedAt)
  }

  /**
   * Rows that are about to be emitted from a list that they were not in before. Should the run die behind their
   * records, the rosters of the last state would be wrong, and the next move could go unseen: a state names them
   * before.
   */
  private *announce(emitted: readonly Row[], size: number): Generator<Emission> {
    if (!this.moves.areTracked) return
    const announced = this.moves.announce(emitted.filter((row) => this.isMove(row)))
    if (announced || this.emitter.recordCount === 0) yield* this.emitter.keep(size)
  }

  /**
   * Rows that are archived, and rows that only a roster shows to have moved; what moved their time is found by that.
   */
  private isMove(row: Row): boolean {
    if (this.listSpec.archiveOf) return this.cursor.roster?.has(row.key) !== true
    return this.moves.hasArrived(row, this) && !this.cursor.isDue(row) && !this.moves.isLeaving(row.key)
  }
}

function isReread({ kind }: Checkpoint): boolean {
  return kind === 'rereading' || kind === 'reread'
}
