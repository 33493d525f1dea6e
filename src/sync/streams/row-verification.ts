import type { Row } from '../../pipedrive/lists/row.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ListPart } from './list-part.js'
import type { RowMoves } from './row-moves.js'

/** Compares rows of a stream's own list with what the warehouse has of it. */
export class RowVerification {
  private missing = 0

  constructor(
    private readonly part: ListPart,
    private readonly moves: RowMoves,
  ) {}

  get cursor(): StreamCursor {
    return this.part.cursor
  }

  /** How many rows this run has found that the warehouse lacked. */
  get missingFound(): number {
    return this.missing
  }

  /** Rows that are the stream's; others are older than its start date. */
  ownRows(rows: readonly Row[]): Row[] {
    const { cursor } = this
    const { roster } = cursor
    if (!roster?.complete) return [...rows]
    return rows.filter(
      (row) => roster.has(row.key) || cursor.isDue(row) || this.moves.hasArrived(row, this.part),
    )
  }

  /** Counts, of rows that are about to be emitted, those that the warehouse lacked although they are not new. */
  countMissing(rows: readonly Row[]): void {
    const { cursor, part, moves } = this
    if (!cursor.roster?.complete) return
    const isMissing = (row: Row) => !cursor.isDue(row) && moves.isUnknown(row, part)
    this.missing += rows.filter(isMissing).length
  }
}
