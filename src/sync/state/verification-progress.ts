import type { Time } from '../../common/time.js'
import type { Checkpoint, VerificationPoint } from './checkpoint.js'
import { KeySet } from './key-set.js'
import type { ListPosition } from './list-position.js'

/** When a roster was compared with the whole list, by whom, and how far the present comparison has come. */
export class VerificationProgress {
  private time: Time | undefined
  private goesOnAt: VerificationPoint | undefined
  private viewer: string | undefined
  private missing: KeySet

  constructor(from: Pick<ListPosition, 'verifiedAt' | 'verification' | 'seenBy' | 'suspects'>) {
    this.time = from.verifiedAt
    this.goesOnAt = from.verification
    this.viewer = from.seenBy
    this.missing = from.suspects ?? new KeySet()
  }

  get at(): Time | undefined {
    return this.time
  }

  get point(): VerificationPoint | undefined {
    return this.goesOnAt
  }

  /** Who saw the whole list last. */
  get seenBy(): string | undefined {
    return this.viewer
  }

  /** Keys of the roster that were missing then, and that may have another reason than being deleted. */
  get suspects(): KeySet {
    return this.missing
  }

  apply(checkpoint: Checkpoint): void {
    if (checkpoint.kind === 'verifying') this.goesOnAt = checkpoint.at
    if (checkpoint.kind !== 'verified') return
    this.goesOnAt = undefined
    this.time = checkpoint.at
    this.viewer = checkpoint.seenBy ?? this.viewer
    this.missing = checkpoint.suspects ?? this.missing
  }

  position(): Pick<ListPosition, 'verifiedAt' | 'verification' | 'seenBy' | 'suspects'> {
    return {
      verifiedAt: this.time,
      verification: this.goesOnAt,
      seenBy: this.viewer,
      suspects: this.missing,
    }
  }
}
