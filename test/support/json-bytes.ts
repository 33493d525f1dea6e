import type { JsonBytes } from '../../src/common/json-bytes.js'

/** A text as bytes, as a response has those of its rows. */
export function bytesOf(text: string): JsonBytes {
  const bytes = Buffer.from(text)
  return {
    length: bytes.length,
    copyTo: (target, at) => bytes.copy(target, at),
    toString: () => text,
    hasMoreBracketsThan: (most) => text.replace(/[^[{]/g, '').length > most,
  }
}
