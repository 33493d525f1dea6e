import type { Time } from '../../common/time.js'
import type { ResumePoint, VerificationPoint } from './checkpoint.js'
import type { Coverage } from './coverage.js'
import type { Fingerprints } from './fingerprints.js'
import type { Roster } from './roster.js'

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
  /** The keys of the list as the warehouse has them, where the stream keeps them. */
  readonly roster?: Roster | undefined
  /** When the roster was last verified, and where the present verification goes on. */
  readonly verifiedAt?: Time | undefined
  readonly verification?: VerificationPoint | undefined
}
