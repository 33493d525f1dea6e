import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Room for the set in a state, in characters. */
const ROOM = 160_000

/** Longer keys than these are taken for hashes, of which this many characters (6 bits each) are kept. */
const NUMERIC = /^\d{1,9}$/
const HASH_CHARACTERS = 5
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A large set of row keys that is small in a state: numbers in order, their differences packed and deflated.
 * Of hashed keys 30 bits are kept: among 10,000 rows, one in 100,000 strangers is mistaken for a member.
 */
export class KeySet {
  private encoded: string | undefined

  private constructor(private readonly numbers: Set<number>) {}

  static of(keys: Iterable<string> = []): KeySet {
    return new KeySet(new Set([...keys].map(numberOf)))
  }

  /** Throws where the text is no encoded set. */
  static decode(text: string): KeySet {
    const numbers = new Set<number>()
    let [last, value, shift] = [0, 0, 0]
    for (const byte of inflateRawSync(Buffer.from(text, 'base64'))) {
      value += (byte & 0x7f) * 2 ** shift
      shift += 7
      if (byte >= 0x80) continue
      last += value
      numbers.add(last)
      value = shift = 0
    }
    return new KeySet(numbers)
  }

  get size(): number {
    return this.numbers.size
  }

  has(key: string): boolean {
    return this.numbers.has(numberOf(key))
  }

  add(key: string): void {
    if (this.has(key)) return
    this.encoded = undefined
    this.numbers.add(numberOf(key))
  }

  delete(key: string): void {
    if (this.numbers.delete(numberOf(key))) this.encoded = undefined
  }

  /** The members that the other set does not have. */
  without(other: KeySet): KeySet {
    return new KeySet(new Set([...this.numbers].filter((number) => !other.numbers.has(number))))
  }

  addAll(other: KeySet): void {
    this.encoded = undefined
    for (const number of other.numbers) this.numbers.add(number)
  }

  deleteAll(other: KeySet): void {
    this.encoded = undefined
    for (const number of other.numbers) this.numbers.delete(number)
  }

  /** What has room: the highest numbers, which are the newest rows where keys count up, and any where they are hashes. */
  encode(): string {
    return (this.encoded ??= this.pack())
  }

  private pack(): string {
    const sorted = [...this.numbers].sort((a, b) => a - b)
    for (let from = 0; ; from += Math.ceil((sorted.length - from) / 4)) {
      const text = deflateRawSync(Buffer.from(differences(sorted.slice(from)))).toString('base64')
      if (text.length <= ROOM) return text
    }
  }
}

function differences(sorted: readonly number[]): number[] {
  const bytes: number[] = []
  let last = 0
  for (const number of sorted) {
    let rest = number - last
    last = number
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80)
    bytes.push(rest)
  }
  return bytes
}

function numberOf(key: string): number {
  if (NUMERIC.test(key)) return Number(key)
  let number = 0
  for (let at = 0; at < HASH_CHARACTERS; at += 1) number = number * 64 + BASE64URL.indexOf(key.charAt(at))
  return number
}
