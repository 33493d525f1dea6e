import type { Time } from '../../common/time.js'
import type { Checkpoint, RereadPoint } from './checkpoint.js'

/** How far the reading of all parents has come, whether they show a change or not. */
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

  apply(checkpoint: Checkpoint): void {
    if (checkpoint.kind === 'rereading') this.goesOnAt = checkpoint.at
    if (checkpoint.kind !== 'reread') return
    this.goesOnAt = undefined
    this.lastTime = checkpoint.startedAt
  }
}
