import type { ByteReader } from './bytes.js'
import { packSorted, unpackSorted } from './sorted-numbers.js'

/** Hashes are integers from 0 to below this: 48 bits. */
export const HASH_RANGE = 2 ** 48

const LEAST_SLOTS = 16
/** How full the table may be, and how much larger the next one is: together 10 to 15 bytes per hash. */
const FULLEST = 0.8
const GROWTH = 1.5

/** A set of 48-bit hashes in an open-addressing table. */
export class HashSet {
  /** A hash plus one; zero where the slot is free. */
  private slots = new Float64Array(LEAST_SLOTS)
  private count = 0

  /** Throws a RangeError for what is not an encoded set. */
  static decode(reader: ByteReader): HashSet {
    const hashes = unpackSorted(reader)
    if ((hashes.at(-1) ?? 0) >= HASH_RANGE) throw new RangeError('A hash is too large.')
    const set = new HashSet()
    set.resize(Math.ceil(hashes.length / FULLEST) + LEAST_SLOTS)
    for (const hash of hashes) set.add(hash)
    return set
  }

  get size(): number {
    return this.count
  }

  has(hash: number): boolean {
    return this.slots[this.slotOf(hash)] !== 0
  }

  /** Returns whether the hash is new. */
  add(hash: number): boolean {
    if (this.count + 1 > this.slots.length * FULLEST) this.resize(Math.ceil(this.slots.length * GROWTH))
    const slot = this.slotOf(hash)
    if (this.slots[slot] !== 0) return false
    this.slots[slot] = hash + 1
    this.count += 1
    return true
  }

  /** Returns whether the hash was there. */
  delete(hash: number): boolean {
    let hole = this.slotOf(hash)
    if (this.slots[hole] === 0) return false
    // What was pushed on by the deleted hash moves back, so that a search never ends at the hole.
    for (let slot = this.after(hole); ; slot = this.after(slot)) {
      const moved = this.slots[slot] ?? 0
      if (moved === 0) break
      const home = this.homeOf(moved - 1)
      if (this.distance(home, slot) < this.distance(hole, slot)) continue
      this.slots[hole] = moved
      hole = slot
    }
    this.slots[hole] = 0
    this.count -= 1
    return true
  }

  /** In ascending order; later changes do not reach it. */
  values(): Float64Array {
    return this.slots
      .filter((entry) => entry !== 0)
      .map((entry) => entry - 1)
      .sort()
  }

  /** Six bytes per hash at most, but for the first few: the more there are, the fewer. */
  encode(): Uint8Array {
    return packSorted(this.values())
  }

  clone(): HashSet {
    const copy = new HashSet()
    copy.slots = this.slots.slice()
    copy.count = this.count
    return copy
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  private slotOf(hash: number): number {
    let slot = this.homeOf(hash)
    for (; ; slot = this.after(slot)) {
      const entry = this.slots[slot]
      if (entry === 0 || entry === hash + 1) return slot
    }
  }

  private homeOf(hash: number): number {
    return Math.floor((hash / HASH_RANGE) * this.slots.length)
  }

  private after(slot: number): number {
    return slot + 1 === this.slots.length ? 0 : slot + 1
  }

  private distance(from: number, to: number): number {
    return to >= from ? to - from : to - from + this.slots.length
  }

  private resize(length: number): void {
    const old = this.slots
    this.slots = new Float64Array(length)
    for (const entry of old) if (entry !== 0) this.slots[this.slotOf(entry - 1)] = entry
  }
}
