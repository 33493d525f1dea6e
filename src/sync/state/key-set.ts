import { hash } from 'node:crypto'
import { ByteReader, fromBase64 } from './bytes.js'
import { HashSet } from './hash-set.js'
import { IntegerSet } from './integer-set.js'

/** The first byte of an encoded set. */
const FORM = 1
/** Digits of 2^53 − 1. */
const MOST_DIGITS = 16
const HASH_DIGITS = 12
const [DIGIT_0, DIGIT_9] = [48, 57]

/** The first 48 bits of the key's sha1. */
export function hashOfKey(key: string): number {
  return Number.parseInt(hash('sha1', key).slice(0, HASH_DIGITS), 16)
}

/** The integer that the key stands for; −1 unless it is decimal, from 0 to 2^53 − 1, without leading zeros. */
export function integerOfKey(key: string): number {
  const { length } = key
  if (length === 0 || length > MOST_DIGITS || (length > 1 && key.charCodeAt(0) === DIGIT_0)) return -1
  let value = 0
  for (let at = 0; at < length; at += 1) {
    const code = key.charCodeAt(at)
    if (code < DIGIT_0 || code > DIGIT_9) return -1
    value = value * 10 + (code - DIGIT_0)
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1
}

/**
 * A set of row keys that is compact in memory and in a state. Keys that are integers are kept exactly, all others by
 * a 48-bit hash, apart from the integers: with 10,000,000 hashed members, one in 28 million other keys is taken for a
 * member.
 */
export class KeySet {
  private text: string | undefined

  constructor(
    private readonly integers: IntegerSet = new IntegerSet(),
    private readonly hashed: HashSet = new HashSet(),
  ) {}

  /** Throws for a text that is not an encoded set. */
  static decode(text: string): KeySet {
    const reader = new ByteReader(fromBase64(text))
    if (reader.byte() !== FORM) throw new RangeError('The form of the key set is unknown.')
    const set = new KeySet(IntegerSet.decode(reader), HashSet.decode(reader))
    reader.expectEnd()
    set.text = text
    return set
  }

  get size(): number {
    return this.integers.size + this.hashed.size
  }

  get hashedSize(): number {
    return this.hashed.size
  }

  has(key: string): boolean {
    if (this.isEmpty) return false
    const integer = integerOfKey(key)
    return integer < 0 ? this.hashed.has(hashOfKey(key)) : this.integers.has(integer)
  }

  /** Returns whether the key is new. */
  add(key: string): boolean {
    const integer = integerOfKey(key)
    return integer < 0 ? this.addHash(hashOfKey(key)) : this.changed(this.integers.add(integer))
  }

  /** Returns whether the key was there. */
  delete(key: string): boolean {
    if (this.isEmpty) return false
    const integer = integerOfKey(key)
    return integer < 0 ? this.deleteHash(hashOfKey(key)) : this.changed(this.integers.delete(integer))
  }

  hasHash(hash: number): boolean {
    return this.hashed.has(hash)
  }

  addHash(hash: number): boolean {
    return this.changed(this.hashed.add(hash))
  }

  deleteHash(hash: number): boolean {
    return this.changed(this.hashed.delete(hash))
  }

  /** The integers as decimal text, in ascending order. Hashed members cannot be listed: see `hashes`. */
  *keys(): Generator<string> {
    for (const integer of this.integers.values()) yield String(integer)
  }

  /** Of the hashed members, in ascending order. */
  hashes(): Iterable<number> {
    return this.hashed.values()
  }

  /** The keys of this set that the other lacks, as `keys()`. Either set may be changed meanwhile. */
  *missingFrom(other: KeySet): Generator<string> {
    for (const integer of this.integers.missingFrom(other.integers)) yield String(integer)
  }

  /** Base64. Kept until the next change, and then only the chunks that changed are packed again. */
  encode(): string {
    return (this.text ??= Buffer.concat([
      Uint8Array.of(FORM),
      this.integers.encode(),
      this.hashed.encode(),
    ]).toString('base64'))
  }

  clone(): KeySet {
    const copy = new KeySet(this.integers.clone(), this.hashed.clone())
    copy.text = this.text
    return copy
  }

  /** Several sets are mostly empty, and asked for each row. */
  private get isEmpty(): boolean {
    return this.integers.size === 0 && this.hashed.size === 0
  }

  private changed(isChanged: boolean): boolean {
    if (isChanged) this.text = undefined
    return isChanged
  }
}
