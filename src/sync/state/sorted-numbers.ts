import { ByteWriter, VARINT_BYTES, type ByteReader } from './bytes.js'

/*
 * Sorted numbers as the gaps between them, in Rice code: the low bits of a gap as they are, the rest in unary.
 * At worst this takes a tenth more than what random numbers hold in information. Unlike with varints or deflate,
 * the size is known from the count and the highest number alone: no set has to be packed to learn its size.
 */

/** The count, and how many low bits a gap has. */
const HEADER_BYTES = VARINT_BYTES + 1
const MOST_LOW_BITS = 53

/** At most so many bytes hold `count` different integers from 0 to `highest`, wherever they lie. */
export function packedBytes(count: number, highest: number): number {
  if (count === 0) return 1
  return HEADER_BYTES + Math.ceil(packedBits(count, highest) / 8)
}

/** Packs integers from 0 to 2^53 − 1 that are different and in ascending order. */
export function packSorted(sorted: ArrayLike<number>): Uint8Array {
  const count = sorted.length
  if (count === 0) return Uint8Array.of(0)
  const highest = sorted[count - 1] ?? 0
  const lowBits = lowBitsOf(count, highest)
  const writer = new BitWriter(Math.ceil(packedBits(count, highest) / 8))
  let previous = -1
  for (let index = 0; index < count; index += 1) {
    const value = sorted[index] ?? 0
    writer.gap(value - previous - 1, lowBits)
    previous = value
  }
  const bits = writer.written()
  // A copy of just its size: sets keep it.
  return new ByteWriter(HEADER_BYTES + bits.length)
    .varint(count)
    .varint(lowBits)
    .bytes(bits)
    .written()
    .slice()
}

/** Reads what `packSorted` wrote; throws a RangeError for bytes that it cannot have written. */
export function unpackSorted(reader: ByteReader): Float64Array {
  const count = reader.varint()
  if (count === 0) return new Float64Array()
  const lowBits = reader.byte()
  const bits = new BitReader(reader.peek())
  if (lowBits > MOST_LOW_BITS || count * (lowBits + 1) > bits.length) {
    throw new RangeError('There are fewer numbers than expected.')
  }
  const values = new Float64Array(count)
  let previous = -1
  for (let index = 0; index < count; index += 1) {
    previous += bits.gap(lowBits) + 1
    if (previous > Number.MAX_SAFE_INTEGER) throw new RangeError('A number is too large.')
    values[index] = previous
  }
  reader.take(bits.bytesRead)
  return values
}

function packedBits(count: number, highest: number): number {
  const lowBits = lowBitsOf(count, highest)
  return count * (lowBits + 1) + Math.floor(gapsOf(count, highest) / 2 ** lowBits)
}

/** The number of low bits at which the bound of the size is lowest. */
function lowBitsOf(count: number, highest: number): number {
  return Math.floor(Math.log2(Math.max(1, gapsOf(count, highest) / count)))
}

/** The sum of all gaps. */
function gapsOf(count: number, highest: number): number {
  return Math.max(0, highest + 1 - count)
}

class BitWriter {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(length: number) {
    this.bytes = new Uint8Array(length)
  }

  gap(gap: number, lowBits: number): void {
    // Unary: as many zeros, which stand there already, and a one.
    this.at += Math.floor(gap / 2 ** lowBits)
    this.bits(1, 1)
    this.bits(gap % 2 ** lowBits, lowBits)
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, Math.ceil(this.at / 8))
  }

  private bits(value: number, count: number): void {
    let rest = value
    for (let left = count; left > 0;) {
      const [byte, offset] = [this.at >>> 3, this.at & 7]
      const taken = Math.min(8 - offset, left)
      this.bytes[byte] = (this.bytes[byte] ?? 0) | ((rest % 2 ** taken) << offset)
      rest = Math.floor(rest / 2 ** taken)
      this.at += taken
      left -= taken
    }
  }
}

class BitReader {
  private at = 0

  constructor(private readonly bytes: Uint8Array) {}

  get length(): number {
    return this.bytes.length * 8
  }

  get bytesRead(): number {
    return Math.ceil(this.at / 8)
  }

  gap(lowBits: number): number {
    const start = this.at
    while (this.bits(1) === 0);
    const high = this.at - start - 1
    return high * 2 ** lowBits + this.bits(lowBits)
  }

  private bits(count: number): number {
    let value = 0
    for (let got = 0; got < count;) {
      const byte = this.bytes[this.at >>> 3]
      if (byte === undefined) throw new RangeError('The bytes end too early.')
      const offset = this.at & 7
      const taken = Math.min(8 - offset, count - got)
      value += ((byte >>> offset) & (2 ** taken - 1)) * 2 ** got
      this.at += taken
      got += taken
    }
    return value
  }
}
