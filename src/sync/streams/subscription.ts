import type { Row } from '../../pipedrive/lists/row.js'
import type { Emission } from '../../airbyte/messages.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { StreamEmitter } from './stream-emitter.js'

/** What a stream looks for in a list. */
export type Role =
  /** The stream's own rows. */
  | 'own'
  /** Rows whose children the stream emits. */
  | 'parents'
  /** The archive of the stream's list, or the list that its rows are archived from: rows that moved there. */
  | 'twin'

/** Rows of one page, and what reading them has proved. */
export interface PageOfRows {
  readonly rows: readonly Row[]
  readonly checkpoint: Checkpoint
}

/** A stream's part in the reading of one list. */
export interface Subscription {
  readonly emitter: StreamEmitter
  /** The name of the list's stream. */
  readonly list: string
  readonly role: Role
  readonly cursor: StreamCursor
  /** Keys that the warehouse may have in another list than the rosters say: the last run died behind their records. */
  readonly moving: KeySet
  /** Emits what the page holds for the stream, then applies the checkpoint. Throws what the stream fails with. */
  consume(page: PageOfRows): AsyncGenerator<Emission>
  /** The list has been read as far as this run reads it. */
  end(): void
}
