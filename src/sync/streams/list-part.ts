import type { Time } from '../../common/time.js'
import type { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'

/** What a stream looks for in a list. */
export type Role =
  /** The stream's own rows. */
  | 'own'
  /** Rows whose children the stream emits. */
  | 'parents'
  /** The archive of the stream's list, or the list that its rows are archived from: rows that moved there. */
  | 'twin'

/** What a stream knows of one of its lists. */
export interface ListPart {
  /** The name of the list's stream. */
  readonly list: string
  readonly role: Role
  readonly cursor: StreamCursor
  /** Older rows are not rows of the stream; absent: all are. */
  readonly startsAt?: Time
  /** Keys that the warehouse may have in another list than the rosters say: the last run died behind their records. */
  readonly moving: KeySet
}
