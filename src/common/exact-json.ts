import { randomUUID } from 'node:crypto'

/** Stands for a number beyond the range of a double, such as 1e400; negative for one in the other direction. */
export const TOO_LARGE = 2n ** 1024n

/**
 * The end of an integer that may be beyond 2^53, or of an exponent that may lead beyond the range of a double. Ends of
 * numbers are rare, also in keys of custom fields: to look back from them is faster than to look on from each digit.
 */
const SUSPECT_END = /\d{3}[,\]}\s](?<=\d{16}.|\d[eE]\+?\d{3,}.)/s

/** So many digits may lead beyond that range also with a short exponent behind them. */
const LONG = 200

const [DIGIT_0, DIGIT_9] = [48, 57]

/** The same from its beginning on, which keys and most texts do not have. */
const SUSPECT = /[[:,\s]-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})/

const QUOTE_OR_NUMBER = /"|-?\d[\d.eE+-]*/g
const INTEGER = /^-?\d+$/

/** Marks strings that stand for numbers; not to be guessed by who writes the JSON. */
const MARK = `${randomUUID()}:`

export interface ExactJson {
  readonly value: unknown
  /** Whether JSON.parse would have lost something: the value has bigints. */
  readonly hasBigInts: boolean
}

/**
 * As JSON.parse, but integers beyond 2^53 are bigints with all their digits, and numbers beyond the range of a double
 * are TOO_LARGE. Throws a SyntaxError.
 */
export function parseExactJson(text: string): unknown {
  return readExactJson(text).value
}

export function readExactJson(text: string): ExactJson {
  const value: unknown = JSON.parse(text)
  if (!isSuspect(text)) return { value, hasBigInts: false }
  const marked = markInexact(text)
  if (marked === text) return { value, hasBigInts: false }
  return { value: unmark(JSON.parse(marked)), hasBigInts: true }
}

/** Whether a number may not fit a double. Most responses have no such number, and are parsed by JSON.parse alone. */
function isSuspect(text: string): boolean {
  return (SUSPECT_END.test(text) || hasLongNumber(text)) && SUSPECT.test(text)
}

/** Looks at every 200th character: each run of 200 digits has one of them. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text.charCodeAt(at))) continue
    let [start, end] = [at, at + 1]
    while (isDigit(text.charCodeAt(start - 1))) start -= 1
    while (isDigit(text.charCodeAt(end))) end += 1
    if (end - start >= LONG) return true
  }
  return false
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9
}

/** Whether the bigint stands for a number that cannot be kept. */
export function isTooLarge(value: bigint): boolean {
  return value === TOO_LARGE || value === -TOO_LARGE
}

/** Valid JSON with strings in place of the numbers that a double does not hold. */
function markInexact(text: string): string {
  const parts: string[] = []
  let end = 0
  QUOTE_OR_NUMBER.lastIndex = 0
  for (let found = QUOTE_OR_NUMBER.exec(text); found; found = QUOTE_OR_NUMBER.exec(text)) {
    const [token] = found
    if (token === '"') QUOTE_OR_NUMBER.lastIndex = endOfString(text, found.index + 1)
    else if (!isExact(token)) {
      parts.push(text.slice(end, found.index), `"${MARK}${token}"`)
      end = QUOTE_OR_NUMBER.lastIndex
    }
  }
  return parts.length === 0 ? text : [...parts, text.slice(end)].join('')
}

/** The place behind the closing quote: the first one that an even number of backslashes precedes. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0
    while (text[quote - 1 - backslashes] === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote + 1
  }
}

function isExact(number: string): boolean {
  const value = Number(number)
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !INTEGER.test(number))
}

/** Replaces the marked strings, in place. Without recursion: a response may be nested to any depth. */
function unmark(root: unknown): unknown {
  const holder = { root }
  const open: object[] = [holder]
  for (let value = open.pop(); value; value = open.pop()) {
    for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
      if (typeof inner === 'object' && inner !== null) open.push(inner)
      else if (typeof inner === 'string' && inner.startsWith(MARK))
        (value as Record<string, unknown>)[key] = exactNumber(inner.slice(MARK.length))
    }
  }
  return holder.root
}

function exactNumber(number: string): bigint {
  if (Number.isFinite(Number(number))) return BigInt(number)
  return number.startsWith('-') ? -TOO_LARGE : TOO_LARGE
}
