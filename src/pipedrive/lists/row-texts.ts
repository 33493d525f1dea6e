import type { JsonBytes } from '../../common/json-bytes.js'
import type { Body } from '../http/body.js'
import type { RawRow } from './raw-row.js'

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d]
const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d]
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d]

/** How every response with rows begins; another one is not cut. */
const BEGINNING = '{"success":true,"data":['

/**
 * What JSON.stringify writes in another way: escapes of characters that need none, which could hide a secret; integers
 * with a fraction; and line breaks, which would end a message.
 */
const UNUSUAL = /\\[u/]|\.0+[,}\]]|[\r\n]/

/** What a page has if one of its rows is unusual: four searches are faster than the pattern. */
const SIGNS_OF_UNUSUAL = [BACKSLASH, Buffer.from('.0'), LINE_FEED, CARRIAGE_RETURN] as const

const LAST_OF_ASCII = 0x7f

const NOTHING: readonly never[] = []

/**
 * The texts of the rows of one page, cut out of the bytes of its response: a row that is emitted as it is need not be
 * serialised again. Nothing is searched for before the first text is asked for.
 */
export class RowTexts {
  private starts: readonly number[] | undefined
  private mayBeUnusual = true

  /** `body` is valid UTF-8. */
  constructor(
    private readonly body: Pick<Body, 'bytes' | 'free'>,
    private rows: readonly RawRow[],
  ) {}

  /** Undefined where it is not certain, or is not what JSON.stringify would write. */
  of(index: number): JsonBytes | undefined {
    const starts = (this.starts ??= this.find())
    const [start, next] = [starts[index], starts[index + 1]]
    if (start === undefined || next === undefined) return undefined
    const text = new RowText(this.body, start, next - 1)
    return this.mayBeUnusual && UNUSUAL.test(text.toString()) ? undefined : text
  }

  /** The texts are not asked for any more, and those that were given out are not read any more. */
  drop(): void {
    this.body.free()
    this.rows = this.starts = NOTHING
  }

  private find(): readonly number[] {
    const { bytes } = this.body
    this.mayBeUnusual = SIGNS_OF_UNUSUAL.some((sign) => bytes.includes(sign))
    return startsOf(bytes, this.rows)
  }
}

/** The JSON of a row, as it stands in a response whose bytes are still there. */
class RowText implements JsonBytes {
  constructor(
    private readonly body: Pick<Body, 'bytes'>,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get length(): number {
    return this.end - this.start
  }

  copyTo(target: Buffer, at: number): void {
    this.body.bytes.copy(target, at, this.start, this.end)
  }

  toString(): string {
    return this.body.bytes.toString('utf8', this.start, this.end)
  }

  hasMoreBracketsThan(most: number): boolean {
    if (this.length < 2 * most) return false
    const bytes = this.body.bytes.subarray(this.start, this.end)
    return count(OPENING_BRACE, bytes) + count(OPENING_BRACKET, bytes) > most
  }
}

/**
 * Where each row starts, and where another one behind the last would; empty if that is not certain. Every row begins
 * with the same member, in most lists its id. Where as many objects of the response do as it has rows, these are its
 * rows: no text inside a row has such a beginning, as its quotes would be escaped.
 */
function startsOf(body: Buffer, rows: readonly RawRow[]): readonly number[] {
  const [name] = Object.keys(rows[0] ?? {})
  if (name === undefined || !hasAt(body, 0, BEGINNING)) return []
  const head = `{${JSON.stringify(name)}:`
  const boundary = Buffer.from(`},${head}`)
  const starts: number[] = []
  let start = BEGINNING.length
  for (const row of rows) {
    if (start < BEGINNING.length || firstOf(row) !== name || !beginsWith(body, start, head, row[name]))
      return []
    starts.push(start)
    start = body.indexOf(boundary, start) + 2
  }
  const end = endOfObject(body, starts.at(-1) ?? 0)
  const isEnd = start < BEGINNING.length && body[end] === CLOSING_BRACKET
  return isEnd ? [...starts, end + 1] : []
}

/** The name of its first member. An object in an earlier row could stand for a row that begins with another one. */
function firstOf(row: RawRow): string | undefined {
  for (const name in row) return name
  return undefined
}

/** Whether the text of a row that begins with this value may start here. */
function beginsWith(body: Buffer, start: number, head: string, value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false
  const text = head + JSON.stringify(value)
  const after = body[start + text.length]
  return (after === COMMA || after === CLOSING_BRACE) && hasAt(body, start, text)
}

/** Whether the bytes are those of this text; false for a text that is not ASCII. */
function hasAt(body: Buffer, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > LAST_OF_ASCII || body[start + at] !== code) return false
  }
  return true
}

function count(byte: number, bytes: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1
  return found
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
