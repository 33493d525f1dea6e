import type { Time } from '../../common/time.js'
import type { Position } from '../../pipedrive/lists/position.js'
import type { KeySet } from './key-set.js'

/** Where a walk over a list goes on, and since when it runs. */
export interface ResumePoint {
  readonly startedAt: Time
  readonly position: Position
  /** Whether the walk is to read the whole list, where that is not always so. */
  readonly isWhole?: boolean
}

/** Where the walk that verifies a roster goes on, and the keys that the list has had since it began. */
export interface VerificationPoint extends ResumePoint {
  readonly seen: KeySet
  /** How many pages lie behind the position. */
  readonly pages: number
  /** Who sees the list, where that matters: see `ListPosition.seenBy`. */
  readonly viewer?: string | undefined
}

/**
 * What a reader has achieved with a page: a value that each subscription applies to its cursor once the page's records
 * are written.
 */
export type Checkpoint =
  /** The page proves nothing by itself. */
  | { readonly kind: 'none' }
  /** Every row whose time is in `[from, until)` has been read. */
  | { readonly kind: 'covered'; readonly from: Time; readonly until: Time }
  /** A walk has come this far. Nothing of it counts as read before it ends; then everything before `covers` does. */
  | { readonly kind: 'paused'; readonly at: ResumePoint; readonly covers: Time }
  /**
   * A walk is over: every row before `covers` has been read. `sawAll`: it saw the whole list in this run. `readAt`:
   * when the run began in which it came to the end of the list.
   */
  | {
      readonly kind: 'finished'
      readonly covers: Time
      readonly sawAll: boolean
      readonly readAt?: Time | undefined
    }
  /** The reading of all parents, whether they show a change or not, has come this far; or is over. */
  | { readonly kind: 'rereading'; readonly at: RereadPoint }
  | { readonly kind: 'reread'; readonly startedAt: Time }
  /** A walk that verifies a roster has come this far. When it ends, everything before `covers` has been read. */
  | { readonly kind: 'verifying'; readonly at: VerificationPoint; readonly covers: Time }
  /** That walk is over: the roster is complete, and every row before `covers` has been read. */
  | {
      readonly kind: 'verified'
      readonly at: Time
      readonly covers: Time
      /** Who saw the list, and which keys of the roster are missing in it for a reason that is not certain. */
      readonly seenBy?: string
      readonly suspects?: KeySet
    }

/** Where the reading of all parents goes on: behind a row of the page at that position. */
export interface RereadPoint {
  readonly startedAt: Time
  /** Undefined: the first page. */
  readonly position?: Position | undefined
  /** The key of the last parent that was read; undefined: none of the page. */
  readonly after?: string | undefined
}

export const NOTHING: Checkpoint = { kind: 'none' }
