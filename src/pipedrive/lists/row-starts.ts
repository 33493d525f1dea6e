import { BEGINNING } from '../http/json-in-pieces.js'
import type { RawRow } from './raw-row.js'

const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [0x20, 0x22, 0x2c, 0x3a, 0x5c]
const CLOSING_BRACKET = 0x5d
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d]
const LAST_OF_ASCII = 0x7f

/** Of two members with this name, the later one counts. */
const DATA_AGAIN = Buffer.from('"data"')

const UNKNOWN: readonly never[] = []

/**
 * Where each row of a response starts, and where another one behind the last would; empty if that is not certain.
 *
 * Every row begins with the same member, in most lists its id. Where as many objects of the response do as it has rows,
 * these are its rows: no text inside a row has such a beginning, as its quotes would be escaped. What may begin like
 * a row in another way, behind a blank or with an escaped name, makes all of them uncertain.
 */
export function startsOf(body: Buffer, rows: readonly RawRow[]): readonly number[] {
  const name = firstOf(rows[0] ?? {})
  if (name === undefined || !hasAt(body, 0, BEGINNING)) return UNKNOWN
  const head = `{${JSON.stringify(name)}`
  const starts: number[] = []
  let start: number | undefined = BEGINNING.length
  for (const row of rows) {
    if (start === undefined || firstOf(row) !== name || !beginsWith(body, start, head, row[name]))
      return UNKNOWN
    starts.push(start)
    start = nextStart(body, start, head)
  }
  const end = endOfObject(body, starts.at(-1) ?? 0)
  const isEnd = start === undefined && body[end] === CLOSING_BRACKET && !body.includes(DATA_AGAIN, end)
  return isEnd ? [...starts, end + 1] : UNKNOWN
}

/** The name of its first member. */
function firstOf(row: RawRow): string | undefined {
  for (const name in row) return name
  return undefined
}

/** Whether the text of a row that begins with this value may start here. */
function beginsWith(body: Buffer, start: number, head: string, value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false
  const [colon, text] = [start + head.length, JSON.stringify(value)]
  const after = body[colon + 1 + text.length]
  const isMember = body[colon] === COLON && (after === COMMA || after === CLOSING_BRACE)
  return isMember && hasAt(body, start, head) && hasAt(body, colon + 1, text)
}

/** Where the next object starts that begins as a row does; 0 if that is not certain, undefined if none does. */
function nextStart(body: Buffer, from: number, head: string): number | undefined {
  for (let at = body.indexOf(CLOSING_BRACE, from); at !== -1; at = body.indexOf(CLOSING_BRACE, at + 1)) {
    const comma = afterBlanks(body, at + 1)
    if (body[comma] !== COMMA) continue
    const brace = afterBlanks(body, comma + 1)
    if (body[brace] !== OPENING_BRACE) continue
    const quote = afterBlanks(body, brace + 1)
    if (body[quote] !== QUOTE) continue
    if (quote !== at + 3) return 0
    if (hasAt(body, brace, head)) return body[brace + head.length] === COLON ? brace : 0
    // It may be the same name.
    if (hasEscape(body, quote)) return 0
  }
  return undefined
}

/** Whether the text that starts here has an escape. */
function hasEscape(body: Buffer, start: number): boolean {
  return body.subarray(start, endOfText(body, start)).includes(BACKSLASH)
}

function afterBlanks(body: Buffer, at: number): number {
  let place = at
  while ((body[place] ?? Infinity) <= SPACE) place += 1
  return place
}

/** Whether the bytes are those of this text; false for a text that is not ASCII. */
function hasAt(body: Buffer, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > LAST_OF_ASCII || body[start + at] !== code) return false
  }
  return true
}

/** The place behind the closing brace of the object that starts here. */
function endOfObject(body: Buffer, start: number): number {
  let depth = 0
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfText(body, at)
    else if (byte === OPENING_BRACE) depth += 1
    else if (byte === CLOSING_BRACE) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return body.length
}

/** The place of the closing quote of the text that starts here. */
function endOfText(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at += 1) {
    if (body[at] === BACKSLASH) at += 1
    else if (body[at] === QUOTE) return at
  }
  return body.length
}
