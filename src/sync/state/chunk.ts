import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { ByteReader } from './bytes.js'
import { Bitmap, SortedArray, type SmallSet } from './small-sets.js'
import { packedBytes, packSorted, unpackSorted } from './sorted-numbers.js'

/** A chunk holds the integers from 0 to below this. */
export const CHUNK_RANGE = 65_536

/** Up to so many members, at two bytes each, the array is smaller than the bitmap. */
const MOST_IN_ARRAY = Bitmap.bytes / 2
/** Chunks with fewer members are not worth the time that deflate takes. */
const LEAST_DEFLATED = 512
/** deflate need not look back further than a bitmap is long. */
const WINDOW_BITS = Math.log2(Bitmap.bytes)

export interface EncodedChunk {
  /** A deflated bitmap; else packed sorted numbers. */
  readonly isBitmap: boolean
  readonly bytes: Uint8Array
}

/** A set of integers from 0 to 65,535 that is small in memory and in a state, however many there are. */
export class Chunk {
  private constructor(
    private set: SmallSet,
    private encoded?: EncodedChunk,
  ) {}

  static empty(): Chunk {
    return new Chunk(new SortedArray())
  }

  /** Throws a RangeError, or an error of zlib, for what is not an encoded chunk. */
  static decode(encoded: EncodedChunk): Chunk {
    const { isBitmap, bytes } = encoded
    const set = isBitmap
      ? new Bitmap(trimmed(inflateRawSync(bytes, { maxOutputLength: Bitmap.bytes })))
      : unpackedSet(bytes)
    if (set.size === 0) throw new RangeError('A chunk has no members.')
    return new Chunk(set, encoded)
  }

  get size(): number {
    return this.set.size
  }

  has(low: number): boolean {
    return this.set.has(low)
  }

  /** Returns whether the number is new. */
  add(low: number): boolean {
    if (!this.set.add(low)) return false
    if (this.set.size > MOST_IN_ARRAY && this.set instanceof SortedArray) {
      this.set = Bitmap.of(this.set.members())
    }
    this.encoded = undefined
    return true
  }

  /** Returns whether the number was there. */
  delete(low: number): boolean {
    if (!this.set.delete(low)) return false
    this.encoded = undefined
    return true
  }

  /** In ascending order; later changes do not reach it. */
  members(): Uint16Array {
    return this.set.members()
  }

  /** The members that the other chunk lacks, as `members()`. */
  missingFrom(other: Chunk): Uint16Array {
    if (this.set instanceof Bitmap && other.set instanceof Bitmap) {
      return this.set.without(other.set).members()
    }
    return this.set.members().filter((low) => !other.set.has(low))
  }

  /** Kept until the next change. */
  encode(): EncodedChunk {
    return (this.encoded ??= encodeSet(this.set))
  }

  clone(): Chunk {
    return new Chunk(this.set.clone(), this.encoded)
  }
}

function encodeSet(set: SmallSet): EncodedChunk {
  if (set.size >= LEAST_DEFLATED) {
    const bitmap = set instanceof Bitmap ? set : Bitmap.of(set.members())
    const bytes = trimmed(deflateRawSync(bitmap.bytes, { windowBits: WINDOW_BITS }))
    if (bytes.length <= packedBytes(set.size, CHUNK_RANGE - 1)) return { isBitmap: true, bytes }
  }
  return { isBitmap: false, bytes: packSorted(set.members()) }
}

function unpackedSet(bytes: Uint8Array): SmallSet {
  const reader = new ByteReader(bytes)
  const members = unpackSorted(reader)
  reader.expectEnd()
  if ((members.at(-1) ?? 0) >= CHUNK_RANGE) throw new RangeError('A member lies outside its chunk.')
  const array = Uint16Array.from(members)
  return array.length > MOST_IN_ARRAY ? Bitmap.of(array) : new SortedArray(array, array.length)
}

/** A copy: what zlib returns holds on to a larger buffer. */
function trimmed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes)
}
