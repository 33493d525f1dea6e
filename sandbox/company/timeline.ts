import { DAY, HOUR, formatTime, type TimeFormat } from '../times.js'
import type { Random } from './random.js'

const YEARS = 4 * 365 * DAY
const BULK_EDITS = 8
const BULK_SHARE = 0.06

export interface Life {
  readonly added: number
  readonly updated: number
}

/** When rows were added and last changed: more and more over the years, none in the hour before the epoch. */
export class Timeline {
  readonly end: number
  // Imports and bulk edits give many rows the same second.
  private readonly bulkEdits: readonly number[]

  constructor(
    private readonly random: Random,
    private readonly epoch: number,
    bulkEdits?: readonly number[],
  ) {
    this.end = Math.floor((epoch - HOUR) / 1000) * 1000
    this.bulkEdits = bulkEdits ?? Array.from({ length: BULK_EDITS }, () => this.before(YEARS / 2))
  }

  /** The same time span and bulk edits, drawn from by another sequence. */
  drawnBy(random: Random): Timeline {
    return new Timeline(random, this.epoch, this.bulkEdits)
  }

  /** A whole second within the last `span` of the company's time. */
  before(span: number): number {
    return this.end - Math.floor((this.random.next() * span) / 1000) * 1000
  }

  after(moment: number): number {
    return moment + Math.floor((this.random.next() * (this.end - moment)) / 1000) * 1000
  }

  life(): Life {
    // More rows are recent than old.
    const added = this.end - Math.floor((this.random.next() ** 1.5 * YEARS) / 1000) * 1000
    const bulk = this.random.chance(BULK_SHARE) ? this.random.pick(this.bulkEdits) : 0
    if (bulk > added) return { added, updated: bulk }
    return { added, updated: this.random.chance(0.3) ? added : this.after(added) }
  }

  /** add_time and update_time of a new row. */
  times(
    format: TimeFormat,
    { added, updated }: Life = this.life(),
  ): { add_time: string; update_time: string } {
    const ms = format === 'ms' ? this.random.int(0, 999) : 0
    const last = Math.min(updated + ms, this.end)
    return { add_time: formatTime(format, Math.min(added, last)), update_time: formatTime(format, last) }
  }
}
