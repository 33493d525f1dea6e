import { ByteWriter, VARINT_BYTES, type ByteReader } from './bytes.js'
import { Chunk, CHUNK_RANGE, type EncodedChunk } from './chunk.js'

/** A set of integers from 0 to 2^53 − 1, in chunks of 65,536: about one bit each where they are dense. */
export class IntegerSet {
  private readonly chunks = new Map<number, Chunk>()
  private count = 0
  /** The chunk that was used last: keys mostly come in order. */
  private latest: { readonly index: number; readonly chunk: Chunk } | undefined

  /** Throws a RangeError, or an error of zlib, for what is not an encoded set. */
  static decode(reader: ByteReader): IntegerSet {
    const set = new IntegerSet()
    let index = -1
    for (let left = reader.varint(); left > 0; left -= 1) {
      index += reader.varint() + 1
      if (index > Number.MAX_SAFE_INTEGER / CHUNK_RANGE) throw new RangeError('A number is too large.')
      const header = reader.varint()
      const bytes = reader.take(Math.floor(header / 2))
      const chunk = Chunk.decode({ isBitmap: header % 2 === 1, bytes })
      set.chunks.set(index, chunk)
      set.count += chunk.size
    }
    return set
  }

  get size(): number {
    return this.count
  }

  has(value: number): boolean {
    const index = Math.floor(value / CHUNK_RANGE)
    return this.chunkAt(index)?.has(value - index * CHUNK_RANGE) ?? false
  }

  /** Returns whether the number is new. */
  add(value: number): boolean {
    const index = Math.floor(value / CHUNK_RANGE)
    const chunk = this.chunkAt(index) ?? this.newChunk(index)
    if (!chunk.add(value - index * CHUNK_RANGE)) return false
    this.count += 1
    return true
  }

  /** Returns whether the number was there. */
  delete(value: number): boolean {
    const index = Math.floor(value / CHUNK_RANGE)
    const chunk = this.chunkAt(index)
    if (!chunk?.delete(value - index * CHUNK_RANGE)) return false
    this.count -= 1
    if (chunk.size === 0) {
      this.chunks.delete(index)
      this.latest = undefined
    }
    return true
  }

  /** In ascending order. The set may change meanwhile: a chunk counts as it is when its turn comes. */
  *values(): Generator<number> {
    for (const index of this.indices()) {
      for (const low of this.chunks.get(index)?.members() ?? []) yield index * CHUNK_RANGE + low
    }
  }

  /** The members that the other set lacks, as `values()`. */
  *missingFrom(other: IntegerSet): Generator<number> {
    for (const index of this.indices()) {
      const [mine, theirs] = [this.chunks.get(index), other.chunks.get(index)]
      const missing = theirs ? mine?.missingFrom(theirs) : mine?.members()
      for (const low of missing ?? []) yield index * CHUNK_RANGE + low
    }
  }

  /** Packs only the chunks that have changed. */
  encode(): Uint8Array {
    const encoded = [...this.indices()].map((index) => ({ index, ...this.encodedAt(index) }))
    const length = encoded.reduce((sum, { bytes }) => sum + 2 * VARINT_BYTES + bytes.length, VARINT_BYTES)
    const writer = new ByteWriter(length).varint(encoded.length)
    let previous = -1
    for (const { index, isBitmap, bytes } of encoded) {
      writer
        .varint(index - previous - 1)
        .varint(bytes.length * 2 + (isBitmap ? 1 : 0))
        .bytes(bytes)
      previous = index
    }
    return writer.written()
  }

  clone(): IntegerSet {
    const copy = new IntegerSet()
    for (const [index, chunk] of this.chunks) copy.chunks.set(index, chunk.clone())
    copy.count = this.count
    return copy
  }

  private indices(): Float64Array {
    return Float64Array.from(this.chunks.keys()).sort()
  }

  private encodedAt(index: number): EncodedChunk {
    return (this.chunks.get(index) ?? Chunk.empty()).encode()
  }

  private chunkAt(index: number): Chunk | undefined {
    if (this.latest?.index === index) return this.latest.chunk
    const chunk = this.chunks.get(index)
    if (chunk) this.latest = { index, chunk }
    return chunk
  }

  private newChunk(index: number): Chunk {
    const chunk = Chunk.empty()
    this.chunks.set(index, chunk)
    return chunk
  }
}
