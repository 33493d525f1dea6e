import { base64Length, ByteReader, fromBase64 } from './bytes.js'
import { HASH_RANGE } from './hash-set.js'
import { hashOfKey, integerOfKey } from './key-set.js'
import { packedBytes, packSorted, unpackSorted } from './sorted-numbers.js'

/** The first byte of an encoded text. */
const FORM = 1
const FINGERPRINT_BYTES = 4

/** First-edition states have keys of more than 11 characters as so many of the base64url text of their sha1. */
const LEGACY_HASHED_KEY = /^[A-Za-z0-9_-]{11}$/
/** And fingerprints as the first 48 bits of the row's sha1. */
const LEGACY_FINGERPRINT = /^[A-Za-z0-9_-]{8}$/
/** Of base64url, for the 48 bits that a hashed key has today. */
const HASH_CHARACTERS = 8

/** A key as a number: an integer as it is, any other by its hash, as a negative number. */
export type RowId = number

/** Its fingerprint is a signed integer of 32 bits. */
export type Fingerprinted = readonly [id: RowId, fingerprint: number]

export function idOfKey(key: string): RowId {
  const integer = integerOfKey(key)
  return integer < 0 ? idOfHash(hashOfKey(key)) : integer
}

/** At most so many characters take so many entries, wherever up to `highest` the integers among them lie. */
export function encodedLength(counts: { integers: number; hashes: number; highest: number }): number {
  const { integers, hashes, highest } = counts
  const keys = packedBytes(integers, highest) + packedBytes(hashes, HASH_RANGE - 1)
  return base64Length(1 + keys + (integers + hashes) * FINGERPRINT_BYTES)
}

/** Base64 of the keys, sorted and packed, integers before hashes, and of the fingerprints in the same order. */
export function encodeFingerprints(entries: ReadonlyMap<RowId, { readonly fingerprint: number }>): string {
  const sorted = Float64Array.from(entries.keys()).sort()
  const integers = sorted.filter((id) => id >= 0)
  // The lower a negative id, the higher its hash.
  const hashed = sorted.filter((id) => id < 0).reverse()
  const fingerprints = Buffer.alloc(sorted.length * FINGERPRINT_BYTES)
  let at = 0
  for (const ids of [integers, hashed]) {
    for (const id of ids) at = fingerprints.writeInt32BE(entries.get(id)?.fingerprint ?? 0, at)
  }
  const keys = [packSorted(integers), packSorted(hashed.map(hashOfId))]
  return Buffer.concat([Uint8Array.of(FORM), ...keys, fingerprints]).toString('base64')
}

/** Throws for a text that is not encoded fingerprints. */
export function decodeFingerprints(text: string): Fingerprinted[] {
  const reader = new ByteReader(fromBase64(text))
  if (reader.byte() !== FORM) throw new RangeError('The form of the fingerprints is unknown.')
  const integers = unpackSorted(reader)
  const hashes = unpackSorted(reader)
  if ((hashes.at(-1) ?? 0) >= HASH_RANGE) throw new RangeError('A hash is too large.')
  const ids = [...integers, ...hashes.map(idOfHash)]
  const fingerprints = Buffer.from(reader.take(ids.length * FINGERPRINT_BYTES))
  reader.expectEnd()
  return ids.map((id, index) => [id, fingerprints.readInt32BE(index * FINGERPRINT_BYTES)])
}

/** Reads the fingerprints of a first-edition state; entries of another form are left out. */
export function decodeLegacyFingerprints(recent: Readonly<Record<string, string>>): Fingerprinted[] {
  return Object.entries(recent)
    .filter(([, text]) => LEGACY_FINGERPRINT.test(text))
    .map(([key, text]) => [idOfLegacyKey(key), Buffer.from(text, 'base64url').readInt32BE()])
}

function idOfLegacyKey(key: string): RowId {
  if (integerOfKey(key) >= 0 || !LEGACY_HASHED_KEY.test(key)) return idOfKey(key)
  const bytes = Buffer.from(key.slice(0, HASH_CHARACTERS), 'base64url')
  return idOfHash(bytes.readUIntBE(0, bytes.length))
}

function idOfHash(hash: number): RowId {
  return -1 - hash
}

function hashOfId(id: RowId): number {
  return -1 - id
}
