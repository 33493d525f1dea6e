/** Throws where the text is not base64 in its usual form: `Buffer.from` would skip what it does not understand. */
export function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new RangeError('The text is not base64.')
  return bytes
}

/** How many characters of base64 stand for so many bytes. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** The most bytes that a varint takes. */
export const VARINT_BYTES = 8

/** Writes bytes from first to last into a buffer of a size that its user knows to be enough. */
export class ByteWriter {
  private readonly buffer: Uint8Array
  private at = 0

  constructor(mostBytes: number) {
    this.buffer = new Uint8Array(mostBytes)
  }

  /** An integer from 0 to 2^53 − 1, seven bits per byte, the lowest first; the high bit says that more follow. */
  varint(value: number): this {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.buffer[this.at++] = (rest % 0x80) + 0x80
    this.buffer[this.at++] = rest
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
    return this
  }

  written(): Uint8Array {
    return this.buffer.subarray(0, this.at)
  }
}

/** Reads bytes from first to last. Every method throws a RangeError where the bytes end too early. */
export class ByteReader {
  private at = 0

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }

  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new RangeError('The bytes end too early.')
    this.at += 1
    return byte
  }

  varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('A number is too large.')
      if (byte < 0x80) return value
    }
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RangeError('The bytes end too early.')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** What is left to read, without reading it. */
  peek(): Uint8Array {
    return this.bytes.subarray(this.at)
  }

  expectEnd(): void {
    if (!this.isAtEnd) throw new RangeError('There are more bytes than expected.')
  }
}
