import { DAY, HOUR, formatTime, type TimeFormat } from '../times.js'
import type { Random } from './random.js'

const YEARS = 4 * 365 * DAY
const BULK_EDITS = 8
const BULK_SHARE = 0.06

export interface Life {
  readonly added: number
  readonly updated: number
}

/** When rows of the company were added and last changed: growing over the years, and never in the last hour. */
export class Timeline {
  readonly end: number
  readonly #random: Random
  readonly #bulkEdits: readonly number[]

  constructor(random: Random, epoch: number) {
    this.#random = random
    this.end = Math.floor((epoch - HOUR) / 1000) * 1000
    // Imports and bulk edits stamp many rows with one second.
    this.#bulkEdits = Array.from({ length: BULK_EDITS }, () => this.before(YEARS / 2))
  }

  /** A whole second within the last `span` of the company's time. */
  before(span: number): number {
    return this.end - Math.floor((this.#random.next() * span) / 1000) * 1000
  }

  after(moment: number): number {
    return moment + Math.floor((this.#random.next() * (this.end - moment)) / 1000) * 1000
  }

  life(): Life {
    // More of it is recent than old.
    const added = this.end - Math.floor((this.#random.next() ** 1.5 * YEARS) / 1000) * 1000
    const bulk = this.#random.chance(BULK_SHARE) ? this.#random.pick(this.#bulkEdits) : 0
    if (bulk > added) return { added, updated: bulk }
    return { added, updated: this.#random.chance(0.3) ? added : this.after(added) }
  }

  /** add_time and update_time of a new row. */
  times(
    format: TimeFormat,
    { added, updated }: Life = this.life(),
  ): { add_time: string; update_time: string } {
    const ms = format === 'ms' ? this.#random.int(0, 999) : 0
    const last = Math.min(updated + ms, this.end)
    return { add_time: formatTime(format, Math.min(added, last)), update_time: formatTime(format, last) }
  }
}
