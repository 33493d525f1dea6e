import { isAscii } from 'node:buffer'
import { finished, type Readable } from 'node:stream'
import { enlarged } from '../../common/enlarged.js'

const BYTE_ORDER_MARK = '\uFEFF'

/** Grows with the bodies; a page of 500 rows has half a megabyte and more. */
const FIRST_BYTES = 64 * 1024

/** So many buffers are kept, none of them larger than this. */
const KEPT = { buffers: 12, bytes: 4 * 1024 * 1024 } satisfies Record<string, number>

export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge' as const
}

/** The bytes of a response, outside of the JavaScript heap. */
export interface Body {
  /** May be asked for once: the bytes are overwritten by another body then. */
  text(): string
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
        else resolve({ text: () => this.take(buffer, length) })
      })
    })
  }

  private take(buffer: Buffer, length: number): string {
    const text = textOf(buffer.subarray(0, length))
    if (this.free.length < KEPT.buffers && buffer.length <= KEPT.bytes) this.free.push(buffer)
    return text
  }
}

/** Most bodies are ASCII, which takes a third of the time to decode as such. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1')
  const text = bytes.toString('utf8')
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}
