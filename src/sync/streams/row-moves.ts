import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { isMarkedDeleted } from '../records/marked-deleted.js'
import type { Conversions } from '../state/conversions.js'
import type { Disappearances } from '../state/disappearances.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ListPart } from './list-part.js'
import type { StreamEmitter } from './stream-emitter.js'
import { tombstonesOf } from './tombstones.js'

/** What of the stream's rows has disappeared. */
export interface GoneRows {
  readonly of: Disappearances
  /** Absent: rows of the stream do not become others. */
  readonly conversions?: Conversions | undefined
  /** When the run began, by the server's clock. */
  readonly now: Time
  /** Whether destinations are to delete records that are gone. */
  readonly removesDeleted: boolean
}

/** Which keys a stream has emitted, and in which of its lists the warehouse has them. */
export class RowMoves {
  private readonly emitted = new KeySet()
  /** Rows that are no longer in their list. Their keys stay in its roster until their records are written. */
  private readonly leaving = new KeySet()

  constructor(
    /** The stream's part in each list. */
    private readonly parts: () => readonly ListPart[],
    /** Keys that the warehouse may have in another list than the rosters say. */
    readonly moving: KeySet,
    private readonly gone?: GoneRows,
  ) {}

  /** Whether rows of the stream move between lists. */
  get areTracked(): boolean {
    return this.parts().length > 1
  }

  alreadyEmitted(key: string): boolean {
    return this.emitted.has(key)
  }

  /** Whether the warehouse has the row in another list than the one where it stands now, or not at all. */
  hasArrived(row: Row, here: ListPart): boolean {
    const { key } = row
    if (this.moving.has(key) || this.leaving.has(key)) return true
    if (this.isGone(key) && !isMarkedDeleted(row.data)) return true
    const { roster } = here.cursor
    if (!roster?.complete) return this.stoodElsewhere(key, here)
    return !roster.has(key) && (!isTooOld(row, here) || this.stoodElsewhere(key, here))
  }

  /** The row is not in its list any more, and is about to be emitted as it is now. */
  leave(key: string): void {
    this.leaving.add(key)
  }

  isLeaving(key: string): boolean {
    return this.leaving.has(key)
  }

  /** Whether the warehouse has the row in none of the stream's lists. */
  isUnknown({ key }: Row, here: ListPart): boolean {
    return !this.moving.has(key) && here.cursor.roster?.has(key) === false && !this.stoodElsewhere(key, here)
  }

  /** Whether the warehouse has a row that Pipedrive has no more. */
  isGone(key: string): boolean {
    return this.gone?.of.has(key) === true
  }

  /** Pipedrive has the row no more. `seenAt`: when it had. Returns whether that is new. */
  disappeared(key: string, seenAt: Time | null): boolean {
    const { gone } = this
    const reason = gone?.conversions?.explains(key) ? 'converted' : 'deleted'
    return gone?.of.add({ key, foundAt: gone.now, seenAt, reason }) === true
  }

  /** The rows leave the list of that cursor. Returns how many of them were not known to be gone. */
  *disappear(
    keys: readonly string[],
    cursor: StreamCursor,
    emitter: StreamEmitter,
  ): Generator<Emission, number> {
    const { gone } = this
    if (gone?.removesDeleted) yield* emitter.emit(tombstonesOf(emitter.stream, keys, gone.now))
    const seenAt = cursor.verifiedAt ?? null
    for (const key of keys) cursor.roster?.delete(key)
    return keys.filter((key) => this.disappeared(key, seenAt)).length
  }

  private stoodElsewhere(key: string, here: ListPart): boolean {
    return this.parts().some((part) => part !== here && part.cursor.roster?.has(key))
  }

  /** Notes keys that are about to be emitted from their new list; whether there are new ones. */
  announce(rows: readonly Row[]): boolean {
    return rows.filter(({ key }) => this.moving.add(key)).length > 0
  }

  /** No other page of this run emits these keys; another list of the stream may be read at the same time. */
  reserve(rows: readonly Row[]): void {
    for (const { key } of rows) this.emitted.add(key)
  }

  /** The records are written: the warehouse has the rows here, and nowhere else. */
  recordMoved(rows: readonly Row[], here: ListPart): void {
    for (const { key, data, time } of rows) {
      this.moving.delete(key)
      if (isMarkedDeleted(data)) this.disappeared(key, time)
      else if (this.isGone(key)) this.gone?.of.returned(key, this.gone.now)
      for (const part of this.parts()) if (part !== here) part.cursor.roster?.delete(key)
    }
  }

  /** Rows that stand in the list now. One that this run has emitted from another list counts with the next run. */
  recordSeen(rows: readonly Row[], here: ListPart): void {
    for (const { key } of rows) here.cursor.recordMember(key)
  }
}

/** Whether the row lies before the stream's start date: unless it came from another list, it is left out. */
function isTooOld({ time }: Row, { startsAt = -Infinity }: ListPart): boolean {
  return time !== null && time < startsAt
}
