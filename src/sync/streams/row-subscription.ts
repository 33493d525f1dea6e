import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { RowMoves } from './row-moves.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Role, Subscription } from './subscription.js'

/** Emits rows of a list as records of a stream: the list's own stream, or the one that its rows are archived from or to. */
export class RowSubscription implements Subscription {
  constructor(
    readonly emitter: StreamEmitter,
    readonly list: string,
    readonly role: Role,
    readonly cursor: StreamCursor,
    private readonly moves: RowMoves,
  ) {}

  async *consume({ rows, checkpoint, bytesPerRow }: PageOfRows): AsyncGenerator<Emission> {
    const fresh = this.withoutEmitted(rows)
    const arrived = fresh.filter((row) => this.moves.hasArrived(row, this))
    const emitted = fresh.filter((row) => arrived.includes(row) || this.isNewVersion(row))
    this.moves.reserve(emitted)
    if (emitted.length > 0) yield* this.announce(arrived)
    yield* this.emitter.emit(
      emitted.map(({ data }) => data),
      bytesPerRow,
    )
    this.moves.recordMoved(emitted, this)
    this.moves.recordSeen(fresh, this)
    this.cursor.apply(checkpoint)
    this.cursor.recordEmitted(emitted)
    this.cursor.recordSeen(fresh.filter((row) => !emitted.includes(row)))
    yield* this.emitter.checkpoint()
  }

  /** Each key once, and none that this run has emitted: what changes meanwhile comes with the next run. */
  private withoutEmitted(rows: readonly Row[]): Row[] {
    const keys = new Set<string>()
    return rows.filter(({ key }) => {
      if (keys.has(key) || this.moves.alreadyEmitted(key)) return false
      keys.add(key)
      return true
    })
  }

  end(): void {
    // Nothing is kept back.
  }

  private isNewVersion(row: Row): boolean {
    // A row without a time that stands in the twin list may have moved there long ago: only the roster can tell.
    if (row.time === null && this.role === 'twin') return false
    return this.cursor.isDue(row) && !this.cursor.hasEmitted(row)
  }

  /**
   * Nothing but the roster shows that these rows have moved. Should the run die behind their records, the roster of the
   * last state would be wrong, and the next move could go unseen: a state names them before they are emitted.
   */
  private *announce(arrived: readonly Row[]): Generator<Emission> {
    const unexpected = arrived.filter((row) => !this.cursor.isDue(row))
    const announced = this.moves.announce(unexpected)
    if (announced || (this.moves.areTracked && this.emitter.recordCount === 0)) yield* this.emitter.keep()
  }
}
