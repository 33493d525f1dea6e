import type { Json } from './messages.js'
import { CUT, singleLine } from './readable.js'
import { TextSearch } from './text-search.js'

const MASK = '****'

/** Shorter secrets occur in ordinary words, shorter numbers in ordinary numbers. Real tokens have 40 characters. */
const SHORTEST_SECRET = 6
const SHORTEST_NUMBER = 18

/** The base64 form of a shorter text is a few letters that occur in other texts too. */
const SHORTEST_ENCODED = 16

/**
 * Masks secrets in texts, in each form in which they occur there: as they are, in quoted JSON, in a URL, in a form
 * body, in base64 (Basic headers). Secrets are learned over time: from the environment, from the config, with each
 * new token.
 */
export class Redactor {
  private readonly secrets = new Set<string>()
  /** Longest first: if one secret is part of another, the longer one must be masked as a whole. */
  private forms: string[] = []
  /** For those forms as they occur in serialized JSON; for none that another one is part of. */
  private search = new TextSearch()

  hide(secrets: readonly string[]): void {
    for (const secret of secrets) this.secrets.add(secret)
    const forms = new Set([...this.secrets].filter(isUnmistakable).flatMap(formsOf))
    this.forms = [...forms].sort((a, b) => b.length - a.length)
    this.search = new TextSearch(shortestOf(new Set(this.forms.map(escaped))))
  }

  /** Whether serialized JSON, a text or UTF-8, may have a secret, in a value or elsewhere. */
  occursIn(json: string | Buffer): boolean {
    return this.search.findsAnyIn(typeof json === 'string' ? Buffer.from(json) : json)
  }

  /** The text with every secret masked. */
  text(text: string): string {
    const masked = this.forms.reduce((result, form) => result.replaceAll(form, MASK), text)
    return masked.includes(CUT) ? this.withoutCutSecrets(masked) : masked
  }

  /** The value with every secret in its strings and numbers masked. Keys stay: they are not data. */
  value(value: Json): Json {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number' || typeof value === 'bigint')
      return this.text(String(value)) === String(value) ? value : MASK
    if (Array.isArray(value)) return value.map((item) => this.value(item))
    if (value === null || typeof value !== 'object') return value
    // fromEntries, because an assignment to the key __proto__ would be lost.
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.value(inner)]))
  }

  /** Where a text was cut, it may end in the first part of a secret. */
  private withoutCutSecrets(text: string): string {
    const parts = text.split(CUT)
    const masked = parts.slice(0, -1).map((part) => {
      const length = Math.max(0, ...this.forms.map((form) => startAtEnd(part, form)))
      return length === 0 ? part : part.slice(0, -length) + MASK
    })
    return [...masked, parts.at(-1)].join(CUT)
  }
}

/** The length of the longest start of a form that the text ends in; 0 for none, or one too short to tell. */
function startAtEnd(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST_SECRET; length--)
    if (text.endsWith(form.slice(0, length))) return length
  return 0
}

function isUnmistakable(secret: string): boolean {
  const text = secret.trim()
  return text.length >= (/^\d*$/.test(text) ? SHORTEST_NUMBER : SHORTEST_SECRET)
}

function formsOf(secret: string): string[] {
  const text = secret.toWellFormed()
  const urls = [encodeURIComponent(text), new URLSearchParams({ s: text }).toString().slice(2)]
  const encoded = text.length >= SHORTEST_ENCODED ? base64Of(text) : []
  const plain = [secret, escaped(secret), escaped(escaped(secret)), singleLine(secret)]
  return [...plain, ...urls, ...urls.map(inLowerCase), ...encoded].filter(isUnmistakable)
}

/** A text that has any of them also has one of these. */
function shortestOf(forms: ReadonlySet<string>): string[] {
  return [...forms].filter((form) => ![...forms].some((other) => other !== form && form.includes(other)))
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** RFC 3986 leaves the case of percent-encoded digits open. */
function inLowerCase(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}

/**
 * The base64 form of the secret alone, and at each of the three offsets that it can have in a longer text
 * (`id:secret`).
 */
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
