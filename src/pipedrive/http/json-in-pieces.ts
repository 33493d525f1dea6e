import { randomUUID } from 'node:crypto'
import { readExactJson, type ExactJson } from '../../common/exact-json.js'
import { isObject } from '../../common/is-object.js'

/** How every response with rows begins; another one is not taken apart. */
export const BEGINNING = '{"success":true,"data":['

/**
 * V8 takes ten times as long to make a text beyond 128 KB. A piece is so long and the rest of a row, and where one of
 * its characters is beyond U+00FF, each takes two bytes.
 */
const PIECE_BYTES = 32 * 1024

/** Of the bytes. */
export type Encoding = 'latin1' | 'utf8'

/** The name of the last rows' array: not to be guessed by who writes the JSON. */
const LAST_ROWS = randomUUID()

const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d]

/**
 * As `readExactJson` of the whole text, but its rows are parsed in pieces; undefined where that is not possible. Each
 * piece has to be valid on its own. One that was cut elsewhere than between two rows has a bracket or a quote too few.
 */
export function readInPieces(bytes: Buffer, encoding: Encoding): ExactJson | undefined {
  try {
    return read(bytes, encoding)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function read(bytes: Buffer, encoding: Encoding): ExactJson | undefined {
  const isLarge = bytes.length >= 2 * PIECE_BYTES
  if (!isLarge || bytes.toString(encoding, 0, BEGINNING.length) !== BEGINNING) return undefined
  const rows: unknown[] = []
  let start = BEGINNING.length
  let areBigInts = false
  for (const cut of cutsOf(bytes)) {
    const { value, hasBigInts } = readExactJson(arrayOf(bytes, encoding, start, cut))
    for (const row of value as unknown[]) rows.push(row)
    areBigInts ||= hasBigInts
    start = cut + 1
  }
  const { value, hasBigInts } = readExactJson(
    `{"success":true,"${LAST_ROWS}":[${bytes.toString(encoding, start)}`,
  )
  if (!isObject(value)) return undefined
  const { [LAST_ROWS]: last, ...rest } = value
  // Of two members with this name, the later one counts.
  if (!Array.isArray(last) || Object.hasOwn(rest, 'data')) return undefined
  return { value: { ...rest, data: rows.concat(last) }, hasBigInts: areBigInts || hasBigInts }
}

/** The text of an array of these rows. Meanwhile there are brackets around them: to add them to a text copies it. */
function arrayOf(bytes: Buffer, encoding: Encoding, start: number, end: number): string {
  const [before = 0, behind = 0] = [bytes[start - 1], bytes[end]]
  bytes[start - 1] = OPENING_BRACKET
  bytes[end] = CLOSING_BRACKET
  const text = bytes.toString(encoding, start - 1, end + 1)
  bytes[start - 1] = before
  bytes[end] = behind
  return text
}

/** The commas in front of some rows, where these begin as the first row does. */
function* cutsOf(bytes: Buffer): Generator<number> {
  const first = BEGINNING.length
  const name = bytes.subarray(first, bytes.indexOf(':', first) + 1)
  const boundary = Buffer.concat([Buffer.from('},'), name])
  const next = (from: number) => bytes.indexOf(boundary, from + PIECE_BYTES)
  for (let at = next(first); at !== -1; at = next(at)) yield at + 1
}
