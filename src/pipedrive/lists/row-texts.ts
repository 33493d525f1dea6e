import type { JsonBytes } from '../../common/json-bytes.js'
import type { Body } from '../http/body.js'
import type { RawRow } from './raw-row.js'
import { startsOf } from './row-starts.js'

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d]
const BACKSLASH = 0x5c
const [OPENING_BRACKET, OPENING_BRACE] = [0x5b, 0x7b]

/**
 * Of what JSON.stringify writes in another way, what must not be passed on: escapes of characters that need none, which
 * could hide a secret; integers with a fraction; and line breaks, which would end a message.
 */
const UNUSUAL = /\\[u/]|\.0+[,}\]]|[\r\n]/

/** What a page has if one of its rows is unusual: four searches are faster than the pattern. */
const SIGNS_OF_UNUSUAL = [BACKSLASH, Buffer.from('.0'), LINE_FEED, CARRIAGE_RETURN] as const

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

function count(byte: number, bytes: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1
  return found
}
