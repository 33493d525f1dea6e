import { enlarged } from '../common/enlarged.js'
import type { JsonBytes } from '../common/json-bytes.js'

/** Grows with the pages; one of 500 records has half a megabyte and more. */
const FIRST_BYTES = 64 * 1024

/** A buffer that is larger is not kept for the next lines. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024

/** UTF-8 needs at most so many bytes for a unit of a JavaScript text. */
const MOST_BYTES_PER_UNIT = 3

/** Lines as bytes, which are collected without an intermediate text that is as large as all of them. */
export class LineBuffer {
  private buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  private length = 0

  append(text: string): void {
    const { buffer, length } = this
    if (length + text.length * MOST_BYTES_PER_UNIT > buffer.length) this.makeRoom(Buffer.byteLength(text))
    this.length += this.buffer.write(text, length, 'utf8')
  }

  appendBytes(bytes: Uint8Array): void {
    this.makeRoom(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  appendCopy(source: JsonBytes): void {
    this.makeRoom(source.length)
    source.copyTo(this.buffer, this.length)
    this.length += source.length
  }

  /** Goes on inside of the object that was appended last: without its closing brace. */
  reopen(): void {
    this.length -= 1
  }

  /** Overwritten by what is appended after `clear`. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
    if (this.buffer.length > MOST_KEPT_BYTES) this.buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  private makeRoom(bytes: number): void {
    const { buffer, length } = this
    if (length + bytes > buffer.length) this.buffer = enlarged(buffer, length, length + bytes)
  }
}
