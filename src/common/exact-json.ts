import { randomUUID } from 'node:crypto'

/** Stands for a number beyond the range of a double, such as 1e400; negative for one in the other direction. */
export const TOO_LARGE = 2n ** 1024n

/** An integer with so many digits may be beyond 2^53. */
const MANY_DIGITS = 16

/**
 * An exponent that may lead beyond the range of a double. The end of a number is rare, also in keys of custom fields:
 * to look back from it is faster than to look on from each digit.
 */
const LARGE_EXPONENT = /\d{3}[,\]}\s](?<=\d[eE]\+?\d{3,}[,\]}\s])/

/** The same, or many digits, as a number of its own, or inside a string that looks like one. */
const SUSPECT = /[[:,\s]-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})/

/** As in SUSPECT: what may stand before the digits of an integer. */
const BEFORE_NUMBER = '[:,- \n\r\t'

const [DIGIT_0, DIGIT_9] = [48, 57]

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

/**
 * Whether a number may not fit a double. Most responses have no such number, and are parsed by JSON.parse alone: the
 * first two searches are faster than the pattern.
 */
function isSuspect(text: string): boolean {
  return (hasManyDigits(text) || LARGE_EXPONENT.test(text)) && SUSPECT.test(text)
}

/** Looks at every 16th character: each run of 16 digits has one of them. Keys of custom fields may have runs, too. */
function hasManyDigits(text: string): boolean {
  for (let at = MANY_DIGITS - 1; at < text.length; at += MANY_DIGITS) {
    if (!isDigit(text.charCodeAt(at))) continue
    let [start, end] = [at, at + 1]
    while (isDigit(text.charCodeAt(start - 1))) start -= 1
    while (isDigit(text.charCodeAt(end))) end += 1
    if (end - start >= MANY_DIGITS && BEFORE_NUMBER.includes(text.charAt(start - 1))) return true
    at = end
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
