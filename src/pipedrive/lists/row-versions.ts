import type { Time } from '../../common/time.js'
import { identityOf, type Row } from './row.js'

type Version = Pick<Row, 'key' | 'time'>

/** What fits a small integer of the JavaScript engine, which takes no memory of its own. */
const SMALL_INTEGER = /^[1-9]\d{0,8}$/

/** Room for the rows of a large page. */
const FIRST_ROOM = 512

/** More rows of one time than this are not looked through one by one. */
const FEW = 16

/** Where a row has no time. */
const NO_TIME = NaN

/**
 * A set of versions of rows: which row, and its time. Rows that come in the order of time, as most do, are found by
 * their time. Only for others, and for many rows of one time, there is an index, which takes several times the memory.
 */
export class RowVersions {
  private readonly keys: (string | number)[] = []
  /** Those of the keys. */
  private times = new Float64Array(FIRST_ROOM)
  private isSorted = true
  private oldest = Infinity
  private newest = -Infinity
  private readonly index = new Map<string | number, Time | null>()
  /** How many keys the index has. */
  private indexed = 0
  /** Of rows with several versions, those behind the first. */
  private readonly others = new Set<string>()

  get size(): number {
    return this.keys.length
  }

  has(row: Version): boolean {
    const { time } = row
    if (time !== null && (time > this.newest || time < this.oldest)) return false
    return this.isSorted ? this.isAmongSorted(row) : this.isIndexed(row)
  }

  add({ key, time }: Version): void {
    if (this.size === this.times.length) this.makeRoom()
    this.isSorted &&= time !== null && time >= this.newest
    this.times[this.size] = time ?? NO_TIME
    this.keys.push(compact(key))
    if (time === null) return
    this.oldest = Math.min(this.oldest, time)
    this.newest = Math.max(this.newest, time)
  }

  private isAmongSorted(row: Version): boolean {
    const { key, time } = row
    if (time === null) return false
    let at = this.firstFrom(time)
    if (this.times[at + FEW] === time) return this.isIndexed(row)
    const wanted = compact(key)
    while (at < this.size && this.times[at] === time && this.keys[at] !== wanted) at += 1
    return at < this.size && this.times[at] === time
  }

  /** The place of the first row that is not older. */
  private firstFrom(time: Time): number {
    let [low, high] = [0, this.size]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.times[middle] ?? Infinity) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  private isIndexed({ key, time }: Version): boolean {
    this.indexAll()
    const known = this.index.get(compact(key))
    if (known === undefined) return false
    return known === time || (this.others.size > 0 && this.others.has(identityOf({ key, time })))
  }

  private indexAll(): void {
    for (; this.indexed < this.size; this.indexed += 1) {
      const [key = '', noted = NO_TIME] = [this.keys[this.indexed], this.times[this.indexed]]
      const time = Number.isNaN(noted) ? null : noted
      const known = this.index.get(key)
      if (known === undefined) this.index.set(key, time)
      else if (known !== time) this.others.add(identityOf({ key: String(key), time }))
    }
  }

  private makeRoom(): void {
    const times = new Float64Array(2 * this.times.length)
    times.set(this.times)
    this.times = times
  }
}

function compact(key: string): string | number {
  return SMALL_INTEGER.test(key) ? Number(key) : key
}
