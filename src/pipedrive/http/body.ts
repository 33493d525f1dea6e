import { isAscii, isUtf8 } from 'node:buffer'
import { finished, type Readable } from 'node:stream'
import { enlarged } from '../../common/enlarged.js'
import { readExactJson, type ExactJson } from '../../common/exact-json.js'
import { readInPieces, type Encoding } from './json-in-pieces.js'

const BYTE_ORDER_MARK = '\uFEFF'

/** Grows with the bodies; a page of 500 rows has half a megabyte and more. */
const FIRST_BYTES = 64 * 1024

/** So many buffers are kept, none of them larger than this. */
const KEPT = { buffers: 12, bytes: 4 * 1024 * 1024 } satisfies Record<string, number>

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge' as const
}

/** The bytes of a response, outside of the JavaScript heap. */
export class Body {
  /** The buffer and its first part, which is the body; undefined once they were given back. */
  private held: { readonly buffer: Buffer; readonly bytes: Buffer } | undefined

  /** `giveBack` takes the buffer, if it is to be used again. */
  constructor(
    buffer: Buffer,
    length = buffer.length,
    private readonly giveBack?: (buffer: Buffer) => void,
  ) {
    this.held = { buffer, bytes: buffer.subarray(0, length) }
  }

  /** Overwritten by another body after `free`; throws from then on. */
  get bytes(): Buffer {
    if (!this.held) throw new Error('The bytes of a response were asked for after they had been given back.')
    return this.held.bytes
  }

  /** Invalid bytes become U+FFFD. */
  text(): string {
    return decode(this.bytes, encodingOf(this.bytes))
  }

  /** Throws a SyntaxError. */
  json(): ExactJson {
    const { bytes } = this
    const encoding = encodingOf(bytes)
    return readInPieces(bytes, encoding) ?? readExactJson(decode(bytes, encoding))
  }

  /** Whether the text has all that the bytes have. */
  isUtf8(): boolean {
    return isUtf8(this.bytes)
  }

  /** The same in a buffer of its own, which need not be given back. */
  detached(): Body {
    const copy = Buffer.from(this.bytes)
    this.free()
    return new Body(copy)
  }

  free(): void {
    if (this.held) this.giveBack?.(this.held.buffer)
    this.held = undefined
  }
}

/** Most bodies are ASCII, which takes a third of the time to decode as such. */
function encodingOf(bytes: Buffer): Encoding {
  return isAscii(bytes) ? 'latin1' : 'utf8'
}

function decode(bytes: Buffer, encoding: Encoding): string {
  const text = bytes.toString(encoding)
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

/** Buffers for bodies, which are used again: the garbage collector would look for free ones through the whole heap. */
export class BodyBuffers {
  private readonly free: Buffer[] = []

  /** Throws BodyTooLarge, and what the stream fails with. */
  read(stream: Readable, mostBytes: number): Promise<Body> {
    let buffer = this.free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES)
    let length = 0
    stream.on('data', (chunk: Buffer) => {
      const end = length + chunk.length
      if (end > mostBytes) {
        stream.destroy(new BodyTooLarge())
        return
      }
      if (end > buffer.length) buffer = enlarged(buffer, length, end)
      chunk.copy(buffer, length)
      length = end
    })
    return new Promise((resolve, reject) => {
      finished(stream, (error) => {
        if (error) reject(error)
        else resolve(new Body(buffer, length, this.keep))
      })
    })
  }

  private readonly keep = (buffer: Buffer): void => {
    if (this.free.length < KEPT.buffers && buffer.length <= KEPT.bytes) this.free.push(buffer)
  }
}
