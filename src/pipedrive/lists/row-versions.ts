import type { Time } from '../../common/time.js'
import { identityOf, type Row } from './row.js'

type Version = Pick<Row, 'key' | 'time'>

/** What fits a small integer of the JavaScript engine, which takes no memory of its own. */
const SMALL_INTEGER = /^[1-9]\d{0,8}$/

/** A set of versions of rows: which row, and its time. Takes a third of the memory of a set of texts. */
export class RowVersions {
  private readonly times = new Map<string | number, Time | null>()
  /** Between these lie the times of all rows that have one: in a list in the order of time, a new row is outside. */
  private oldest = Infinity
  private newest = -Infinity
  /** Of rows with several versions, those behind the first. */
  private readonly others = new Set<string>()

  /** How many rows there are; their versions count once. */
  get size(): number {
    return this.times.size
  }

  has({ key, time }: Version): boolean {
    if (time !== null && (time > this.newest || time < this.oldest)) return false
    const known = this.times.get(compact(key))
    if (known === undefined) return false
    return known === time || (this.others.size > 0 && this.others.has(identityOf({ key, time })))
  }

  add({ key, time }: Version): void {
    const id = compact(key)
    const known = this.times.get(id)
    if (time !== null) this.oldest = Math.min(this.oldest, time)
    if (time !== null) this.newest = Math.max(this.newest, time)
    if (known === undefined) this.times.set(id, time)
    else if (known !== time) this.others.add(identityOf({ key, time }))
  }
}

function compact(key: string): string | number {
  return SMALL_INTEGER.test(key) ? Number(key) : key
}
