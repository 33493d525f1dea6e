import type { Time } from '../../common/time.js'
import type { Checkpoint, RereadPoint } from './checkpoint.js'

const DAY_MS = 24 * 3_600_000

/** How far the reading of all rows of a list has come, whether they show a change or not. */
export class RereadProgress {
  constructor(
    private lastTime: Time | undefined,
    private goesOnAt: RereadPoint | undefined,
  ) {}

  /** When the last one began; undefined: nothing is read in this way. */
  get lastAt(): Time | undefined {
    return this.lastTime
  }

  /** Where it goes on; undefined: it is over. */
  get point(): RereadPoint | undefined {
    return this.goesOnAt
  }

  /** Whether it goes on, or begins anew because the last one began so many days ago. */
  isDue(now: Time, days: number): boolean {
    if (this.lastTime === undefined) return false
    return this.goesOnAt !== undefined || Math.abs(now - this.lastTime) >= days * DAY_MS
  }

  apply(checkpoint: Checkpoint): void {
    if (checkpoint.kind === 'rereading') this.goesOnAt = checkpoint.at
    if (checkpoint.kind !== 'reread') return
    this.goesOnAt = undefined
    this.lastTime = checkpoint.startedAt
  }
}
