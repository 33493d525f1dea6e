/** Sets of integers from 0 to 65,535, in the two forms that a chunk takes. */
export interface SmallSet {
  readonly size: number
  has(low: number): boolean
  /** Returns whether the number is new. */
  add(low: number): boolean
  /** Returns whether the number was there. */
  delete(low: number): boolean
  /** In ascending order; later changes do not reach it. */
  members(): Uint16Array
  clone(): SmallSet
}

/** Two bytes per member. */
export class SortedArray implements SmallSet {
  constructor(
    private array: Uint16Array = new Uint16Array(4),
    private count = 0,
  ) {}

  get size(): number {
    return this.count
  }

  has(low: number): boolean {
    const place = this.placeOf(low)
    return place < this.count && this.array[place] === low
  }

  add(low: number): boolean {
    const place = this.placeOf(low)
    if (place < this.count && this.array[place] === low) return false
    if (this.count === this.array.length) this.grow()
    this.array.copyWithin(place + 1, place, this.count)
    this.array[place] = low
    this.count += 1
    return true
  }

  delete(low: number): boolean {
    const place = this.placeOf(low)
    if (place === this.count || this.array[place] !== low) return false
    this.array.copyWithin(place, place + 1, this.count)
    this.count -= 1
    return true
  }

  members(): Uint16Array {
    return this.array.slice(0, this.count)
  }

  clone(): SortedArray {
    return new SortedArray(this.array.slice(), this.count)
  }

  /** The place of the first number that is not lower. */
  private placeOf(low: number): number {
    let [from, until] = [0, this.count]
    // Most numbers come in ascending order.
    if (until > 0 && low > (this.array[until - 1] ?? 0)) return until
    while (from < until) {
      const middle = (from + until) >>> 1
      if ((this.array[middle] ?? 0) < low) from = middle + 1
      else until = middle
    }
    return from
  }

  private grow(): void {
    const larger = new Uint16Array(this.array.length * 2)
    larger.set(this.array)
    this.array = larger
  }
}

/** One bit per number, whether or not it is a member. */
export class Bitmap implements SmallSet {
  static readonly bytes = 8_192
  private count: number

  constructor(readonly bytes: Uint8Array = new Uint8Array(Bitmap.bytes)) {
    if (bytes.length !== Bitmap.bytes) throw new RangeError('A bitmap has the wrong length.')
    this.count = bytes.reduce((sum, byte) => sum + bitsIn(byte), 0)
  }

  static of(members: Uint16Array): Bitmap {
    const bitmap = new Bitmap()
    for (const low of members) bitmap.add(low)
    return bitmap
  }

  get size(): number {
    return this.count
  }

  has(low: number): boolean {
    return ((this.bytes[low >>> 3] ?? 0) & (1 << (low & 7))) !== 0
  }

  add(low: number): boolean {
    if (this.has(low)) return false
    this.bytes[low >>> 3] = (this.bytes[low >>> 3] ?? 0) | (1 << (low & 7))
    this.count += 1
    return true
  }

  delete(low: number): boolean {
    if (!this.has(low)) return false
    this.bytes[low >>> 3] = (this.bytes[low >>> 3] ?? 0) & ~(1 << (low & 7))
    this.count -= 1
    return true
  }

  members(): Uint16Array {
    const members = new Uint16Array(this.count)
    let found = 0
    for (const [index, byte] of this.bytes.entries()) {
      for (let bit = 0; byte >>> bit !== 0; bit += 1) {
        if (((byte >>> bit) & 1) === 1) members[found++] = index * 8 + bit
      }
    }
    return members
  }

  without(other: Bitmap): Bitmap {
    return new Bitmap(this.bytes.map((byte, index) => byte & ~(other.bytes[index] ?? 0)))
  }

  clone(): Bitmap {
    return new Bitmap(this.bytes.slice())
  }
}

function bitsIn(byte: number): number {
  let count = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1
  return count
}
