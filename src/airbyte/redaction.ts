const MASK = '****'

/** A shorter secret would blank out ordinary words, and one of digits the numbers of records; real ones have 40 characters. */
const SHORTEST_SECRET = 6
const SHORTEST_NUMBER = 18

/** Base64 of a short one is a few letters that stand in other texts too. */
const SHORTEST_ENCODED = 16

/**
 * A function that masks each secret in a line of JSON, in the forms in which it could get there: as it is, inside JSON
 * that is quoted, in a URL, in a form body, in base64 (Basic headers).
 */
export function redaction(secrets: readonly string[]): (line: string) => string {
  const forms = secrets.filter(isUnmistakable).flatMap(formsOf)
  // Longest first: when one secret is part of another, the rest of the longer one must not stay behind.
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length)
  return (line) => sorted.reduce((masked, form) => masked.replaceAll(form, MASK), line)
}

function isUnmistakable(secret: string): boolean {
  return secret.length >= (/^\d*$/.test(secret) ? SHORTEST_NUMBER : SHORTEST_SECRET)
}

/** A bare quote in a line of JSON is no text but its frame: only the escaped form may be masked. */
function formsOf(secret: string): string[] {
  const text = secret.toWellFormed()
  const urls = [encodeURIComponent(text), new URLSearchParams({ s: text }).toString().slice(2)]
  const encoded = text.length >= SHORTEST_ENCODED ? base64Of(text) : []
  return [escaped(secret), escaped(escaped(secret)), ...urls, ...urls.map(inLowerCase), ...encoded]
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** RFC 3986 leaves the case of the two digits open. */
function inLowerCase(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}

/** Base64 by itself, and at each of the three places where a secret can start in a longer text (`id:secret`). */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inside = [0, 1, 2].map((skipped) =>
    bytes.subarray(skipped, skipped + wholeTriples(bytes.length - skipped)),
  )
  return [bytes, ...inside].map((part) => part.toString('base64').replace(/=+$/, ''))
}

function wholeTriples(length: number): number {
  return length - (length % 3)
}
