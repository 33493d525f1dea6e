const MASK = '****'

/** A shorter secret would blank out ordinary words and numbers; real ones have 40 characters. */
const SHORTEST_SECRET = 6

/** Base64 of a short one is a few letters that stand in other texts too. */
const SHORTEST_ENCODED = 16

/**
 * A function that masks each secret in a line of output, in the forms in which it could get there:
 * as it is, inside a JSON string, in a URL, in a form body, in base64 (Basic headers).
 */
export function redaction(secrets: readonly string[]): (line: string) => string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf)
  // Longest first: when one secret is part of another, the rest of the longer one must not stay behind.
  const sorted = [...new Set(forms)].sort((a, b) => b.length - a.length)
  return (line) => sorted.reduce((masked, form) => masked.replaceAll(form, MASK), line)
}

function formsOf(secret: string): string[] {
  const form = new URLSearchParams({ s: secret }).toString().slice(2)
  const encoded = secret.length >= SHORTEST_ENCODED ? base64Of(secret) : []
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), form, ...encoded]
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
