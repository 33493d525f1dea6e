import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { isMarkedDeleted } from '../records/marked-deleted.js'
import type { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ListPart } from './list-part.js'
import type { RowMoves } from './row-moves.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { VerificationReport } from './verification-report.js'

/** Compares rows of a stream's own list with what the warehouse has of it. */
export class RowVerification {
  private missing = 0
  private deleted = 0

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly part: ListPart,
    private readonly moves: RowMoves,
  ) {}

  get cursor(): StreamCursor {
    return this.part.cursor
  }

  report(): VerificationReport {
    const { roster, verification, verifiedAt } = this.cursor
    const known = roster && !roster.outgrown ? roster.size : undefined
    return {
      stream: this.emitter.stream.name,
      known,
      findsDeleted: roster?.namesKeys === true,
      verifiedAt,
      share: verification && Math.min(1, verification.seen.size / Math.max(1, known ?? 0)),
      missing: this.missing,
      deleted: this.deleted,
    }
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
    for (const row of rows) {
      if (cursor.isDue(row) || hasLeft(row)) continue
      if (moves.isUnknown(row, part) && !moves.isGone(row.key)) this.missing += 1
    }
  }

  /** Keys that the warehouse has and the list has not; without those of which that is known. */
  missingIn(seen: KeySet): string[] {
    const { roster } = this.cursor
    const missing = roster?.missing(seen).keys ?? []
    for (const key of missing) if (this.moves.isGone(key)) roster?.delete(key)
    return missing.filter((key) => !this.moves.isGone(key) && !this.part.moving.has(key))
  }

  /** Of rows that are there, though not in the list, those that are deleted or archived: they are emitted as such. */
  takeLeft(rows: readonly Row[]): Row[] {
    const left = rows.filter(hasLeft)
    for (const { key } of left) this.moves.leave(key)
    return left
  }

  /** These rows have been emitted as they are now. They are not in the list. */
  left(rows: readonly Row[]): void {
    for (const { key } of rows) this.cursor.roster?.delete(key)
    this.deleted += rows.filter(({ data }) => isMarkedDeleted(data)).length
  }

  /** Pipedrive has the rows no more. */
  *disappeared(keys: readonly string[]): Generator<Emission> {
    this.deleted += yield* this.moves.disappear(keys, this.cursor, this.emitter)
  }
}

/** Whether the row says that it is in no list of live rows. */
function hasLeft({ data }: Row): boolean {
  return isMarkedDeleted(data) || data.is_archived === true
}
