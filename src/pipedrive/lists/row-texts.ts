import type { RawRow } from './raw-row.js'

/** How every response with rows begins; another one is not cut. */
const BEGINNING = '{"success":true,"data":['

/**
 * What JSON.stringify writes in another way: escapes of characters that need none, which could hide a secret; integers
 * with a fraction; and line breaks, which would end a message.
 */
const UNUSUAL = /\\[u/]|\.0+[,}\]]|[\r\n]/

/** What a page has if one of its rows is unusual: four searches are faster than the pattern. */
const SIGNS_OF_UNUSUAL = ['\\', '.0', '\n', '\r'] as const

const NOTHING: readonly never[] = []

/**
 * The texts of the rows of one page, cut out of its response: a row that is emitted as it is need not be serialised
 * again. Nothing is searched for before the first text is asked for.
 */
export class RowTexts {
  private starts: readonly number[] | undefined
  private mayBeUnusual = true

  constructor(
    private body: string,
    private rows: readonly RawRow[],
  ) {}

  /** Undefined where it is not certain, or is not what JSON.stringify would write. */
  of(index: number): string | undefined {
    const starts = (this.starts ??= this.find())
    const [start, next] = [starts[index], starts[index + 1]]
    if (start === undefined || next === undefined) return undefined
    const text = this.body.slice(start, next - 1)
    return this.mayBeUnusual && UNUSUAL.test(text) ? undefined : text
  }

  /** The texts are not asked for any more. A row that something still refers to does not keep its whole page. */
  drop(): void {
    this.body = ''
    this.rows = this.starts = NOTHING
  }

  private find(): readonly number[] {
    this.mayBeUnusual = SIGNS_OF_UNUSUAL.some((sign) => this.body.includes(sign))
    return startsOf(this.body, this.rows)
  }
}

/**
 * Where each row starts, and where another one behind the last would; empty if that is not certain. Every row begins
 * with the same member, in most lists its id. Where as many objects of the response do as it has rows, these are its
 * rows: no text inside a row has such a beginning, as its quotes would be escaped.
 */
function startsOf(body: string, rows: readonly RawRow[]): readonly number[] {
  const [name] = Object.keys(rows[0] ?? {})
  if (name === undefined || !body.startsWith(BEGINNING)) return []
  const boundary = `},{${JSON.stringify(name)}:`
  const starts: number[] = []
  let start = BEGINNING.length
  for (const row of rows) {
    if (start < BEGINNING.length || !beginsWith(row, name, body, start)) return []
    starts.push(start)
    start = body.indexOf(boundary, start) + 2
  }
  const end = endOfObject(body, starts.at(-1) ?? 0)
  const isEnd = start < BEGINNING.length && body[end] === ']'
  return isEnd ? [...starts, end + 1] : []
}

/** Whether the text of the row, whose first member is `name`, may start here. */
function beginsWith(row: RawRow, name: string, body: string, start: number): boolean {
  const value = row[name]
  if (typeof value !== 'number' && typeof value !== 'string') return false
  const head = `{${JSON.stringify(name)}:${JSON.stringify(value)}`
  const after = body[start + head.length]
  return body.startsWith(head, start) && (after === ',' || after === '}')
}

/** The place behind the closing brace of the object that starts here. */
function endOfObject(body: string, start: number): number {
  let depth = 0
  for (let at = start; at < body.length; at += 1) {
    const character = body[at]
    if (character === '"') at = endOfText(body, at)
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return body.length
}

/** The place of the closing quote of the text that starts here. */
function endOfText(body: string, start: number): number {
  for (let at = start + 1; at < body.length; at += 1) {
    if (body[at] === '\\') at += 1
    else if (body[at] === '"') return at
  }
  return body.length
}
