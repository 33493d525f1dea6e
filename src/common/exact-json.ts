import { randomUUID } from 'node:crypto'

/** Stands for a number beyond the range of a double, such as 1e400; negative for one in the other direction. */
export const TOO_LARGE = 2n ** 1024n

/**
 * A number that a double may not hold: 16 digits or more before the point, or an exponent of three digits. It may stand
 * inside a string, too. Most responses have none, and are parsed by JSON.parse alone.
 */
const SUSPECT = /[[:,\s]-?(?:\d{16}|\d[\d.]*[eE]\+?\d{3})/

const QUOTE_OR_NUMBER = /"|-?\d[\d.eE+-]*/g
const INTEGER = /^-?\d+$/

/** Marks strings that stand for numbers; not to be guessed by who writes the JSON. */
const MARK = `${randomUUID()}:`

/**
 * As JSON.parse, but integers beyond 2^53 are bigints with all their digits, and numbers beyond the range of a double
 * are TOO_LARGE. Throws a SyntaxError.
 */
export function parseExactJson(text: string): unknown {
  const parsed: unknown = JSON.parse(text)
  if (!SUSPECT.test(text)) return parsed
  const marked = markInexact(text)
  return marked === text ? parsed : unmark(JSON.parse(marked))
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
