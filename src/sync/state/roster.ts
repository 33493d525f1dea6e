import { inflateRawSync } from 'node:zlib'
import { ByteReader, fromBase64 } from './bytes.js'
import { hashOfKey, integerOfKey, KeySet } from './key-set.js'
import { TextKeys } from './text-keys.js'

/** A roster that is larger, in keys or in characters of a state, is given up: the second shows when it is encoded. */
const MOST_KEYS = 3_000_000
const MOST_CHARACTERS = 192 * 1024
/** So many hashes take more characters in any case: each takes more than four bytes. */
const MOST_HASHED = (MOST_CHARACTERS * 3) / 4 / 4

export type SavedRoster =
  | { readonly keys: string; readonly complete: boolean; readonly texts?: string }
  /** The list has more keys than a state has room for. */
  | { readonly outgrown: true }

export interface MissingKeys {
  readonly keys: string[]
  /** Of keys that are known by their hash only: `hashOfKey`. */
  readonly hashes: number[]
}

/** The keys of a list as the warehouse has them. Unless it is complete, a key that it lacks may be in the list. */
export class Roster {
  private keys = new KeySet()
  /** Of the keys, those that are no integers. */
  private texts = new TextKeys()
  private isComplete = false
  private isOutgrown = false
  private changeCount = 0

  private constructor(
    private readonly room: number,
    private readonly mostKeys = MOST_KEYS,
  ) {}

  /** Of a list of which no key is known. `room`: how many characters of a state it may take. */
  static unknown(room = MOST_CHARACTERS, mostKeys = MOST_KEYS): Roster {
    return new Roster(room, mostKeys)
  }

  /** Unknown where nothing was saved. Throws for keys that are not an encoded set. */
  static decode(saved: SavedRoster | undefined, room = MOST_CHARACTERS): Roster {
    const roster = new Roster(room)
    if (!saved) return roster
    roster.isOutgrown = 'outgrown' in saved
    if (!('outgrown' in saved)) {
      roster.keys = KeySet.decode(saved.keys)
      if (saved.texts !== undefined) roster.texts = TextKeys.decode(saved.texts)
      roster.isComplete = saved.complete
    }
    return roster
  }

  /** Whether every key of the list is in it: then a key that it lacks is not in the list. */
  get complete(): boolean {
    return this.isComplete
  }

  /** Whether it was given up because it was too large. It then keeps no keys, until `markUnknown`. */
  get outgrown(): boolean {
    return this.isOutgrown
  }

  get size(): number {
    return this.keys.size
  }

  /** Goes up whenever the saved form changes. */
  get changes(): number {
    return this.changeCount
  }

  has(key: string): boolean {
    return this.keys.has(key)
  }

  /** Whether a key that leaves the list can be named. */
  get namesKeys(): boolean {
    return !this.isOutgrown && !this.texts.givenUp
  }

  /** Returns whether the key is new. */
  add(key: string): boolean {
    if (this.isOutgrown) return false
    const isNew = this.keys.add(key)
    // States of earlier versions have hashes alone.
    const isNamed = integerOfKey(key) < 0 && this.texts.add(key)
    if (!isNew && !isNamed) return false
    this.changeCount += 1
    if (this.keys.size > this.mostKeys || this.keys.hashedSize > MOST_HASHED) this.giveUp()
    return isNew
  }

  delete(key: string): void {
    if (this.keys.delete(key)) this.changeCount += 1
    this.texts.delete(key)
  }

  /** Deletes a key of which only the hash is known: see `missing`. */
  deleteHash(hash: number): void {
    if (this.keys.deleteHash(hash)) this.changeCount += 1
  }

  /** Has no effect on a roster that is outgrown. */
  markComplete(): void {
    if (this.isComplete || this.isOutgrown) return
    this.isComplete = true
    this.changeCount += 1
  }

  /** Drops the keys. */
  markUnknown(): void {
    this.keys = new KeySet()
    this.texts = new TextKeys()
    this.isComplete = this.isOutgrown = false
    this.changeCount += 1
  }

  /** The keys of this roster that were not seen in the list: those that left it. */
  missing(seen: KeySet): MissingKeys {
    const texts = this.texts.missingFrom(seen)
    const named = new Set(texts.map(hashOfKey))
    const hashes = [...this.keys.hashes()].filter((hash) => !seen.hasHash(hash) && !named.has(hash))
    return { keys: [...this.keys.missingFrom(seen), ...texts], hashes }
  }

  /** Gives the roster up if it has become too large for a state. */
  encode(): SavedRoster {
    if (!this.isOutgrown && this.keys.encode().length > this.room) this.giveUp()
    if (this.isOutgrown) return { outgrown: true }
    const keys = this.keys.encode()
    const texts = this.texts.encode(this.room - keys.length)
    return { keys, complete: this.isComplete, ...(texts !== undefined && { texts }) }
  }

  private giveUp(): void {
    this.markUnknown()
    this.isOutgrown = true
  }
}

/** First-edition sets hold integers of up to nine digits as they are, of all other keys 30 bits. */
const MOST_LEGACY_INTEGER = 999_999_999

/**
 * Reads a set of a first-edition state: sorted numbers, the differences as varints, deflated. Throws for other texts.
 * Its integers are known, but there may be others: it kept what it had room for. Its hashes are too short to be of use.
 */
export function decodeLegacyRoster(
  text: string,
  kind: 'integers' | 'hashed',
  room = MOST_CHARACTERS,
): Roster {
  const roster = Roster.unknown(room)
  const reader = new ByteReader(inflateRawSync(fromBase64(text)))
  for (let number = 0; !reader.isAtEnd;) {
    number += reader.varint()
    const isKey = number <= MOST_LEGACY_INTEGER && !isOfLongInteger(number)
    if (kind === 'integers' && isKey) roster.add(String(number))
  }
  return roster
}

/** Of an integer with ten digits or more, the first five digits were taken for characters of base64url: 52 to 61. */
function isOfLongInteger(number: number): boolean {
  return [0, 1, 2, 3, 4].every((place) => {
    const character = Math.floor(number / 64 ** place) % 64
    return character >= 52 && character <= 61
  })
}
