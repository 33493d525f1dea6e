// Names of this module: under jest, a global is looked up anew in each of a million draws.
const { floor, imul } = Math

/** A small seeded generator of numbers: faker's is too slow for forty thousand rows. */
export class Random {
  private state: number

  constructor(private readonly seed: number) {
    this.state = (seed * 2_654_435_761) >>> 0
  }

  /** In [0, 1): mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A sequence of its own for the same seed and name, whatever was drawn before. */
  fork(name: string): Random {
    let mixed = this.seed
    for (const character of name) mixed = (imul(mixed, 31) + (character.codePointAt(0) ?? 0)) >>> 0
    return new Random(mixed)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** From min to max, both included. */
  int(min: number, max: number): number {
    return min + floor(this.next() * (max - min + 1))
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)]
    if (item === undefined) throw new Error('Nothing to pick from')
    return item
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length)
      text += floor(this.next() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0')
    return text.slice(0, length)
  }

  uuid(): string {
    const hex = this.hex(31)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-1${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`
  }
}
