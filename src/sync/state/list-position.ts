import type { Time } from '../../common/time.js'
import type { RereadPoint, ResumePoint, VerificationPoint } from './checkpoint.js'
import type { Coverage } from './coverage.js'
import type { Fingerprints } from './fingerprints.js'
import type { KeySet } from './key-set.js'
import type { Roster } from './roster.js'

/**
 * Which rows keep their fingerprint: those that may be seen again, or all of a list that only fingerprints can
 * compare.
 */
export type Remembering = 'rows in pending slices' | 'all rows'

/** A stream's position in one list, as the state keeps it. */
export interface ListPosition {
  /** Whether no earlier run has read anything of the list. */
  readonly isNew: boolean
  /** What is still to be read, in order; the last slice is open. Empty: the stream only reacts to what others read. */
  readonly pending: Coverage
  /** Undefined: another connector's state, or none. */
  readonly fingerprints: Fingerprints | undefined
  readonly resume?: ResumePoint | undefined
  /** When the last reading of the whole list began. */
  readonly readAt?: Time | undefined
  /** When all parents were last read, whether they showed a change or not, and where that goes on now. */
  readonly rereadAt?: Time | undefined
  readonly reread?: RereadPoint | undefined
  /** The keys of the list as the warehouse has them, where the stream keeps them. */
  readonly roster?: Roster | undefined
  /** When the roster was last verified, and where the present verification goes on. */
  readonly verifiedAt?: Time | undefined
  readonly verification?: VerificationPoint | undefined
  /** Who saw the whole list last: the token's owner and its permissions. */
  readonly seenBy?: string | undefined
  /** Keys of the roster that were missing then, and that may have another reason than being deleted. */
  readonly suspects?: KeySet | undefined
}
