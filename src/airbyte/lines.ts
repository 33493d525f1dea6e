import { MAX_BYTES, ReadError } from './read-text.js'

const LINE_FEED = 0x0a

/** The lines of a text, without their line breaks; holds one at a time. Throws a ReadError if a line is too large. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8')
      parts = []
      bytes = 0
      start = end + 1
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
    bytes += chunk.length - start
    if (bytes > MAX_BYTES) throw new ReadError('EFBIG')
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8')
}
