import type { Time } from '../../common/time.js'
import {
  decodeFingerprints,
  decodeLegacyFingerprints,
  encodedLength,
  encodeFingerprints,
  idOfKey,
  type Fingerprinted,
  type RowId,
} from './fingerprint-codec.js'
import { TimeIndex } from './time-index.js'

interface Entry {
  /** As a signed integer, which takes no memory of its own. */
  readonly fingerprint: number
  /** Null: the row has no time. Undefined: a state does not say. */
  time: Time | null | undefined
  isSeen: boolean
}

/** Fingerprints (unsigned, 32 bits) of rows that were emitted and may be seen again. */
export class Fingerprints {
  private readonly entries = new Map<RowId, Entry>()
  private readonly times = new TimeIndex()
  /** How many of the keys are integers, and the highest that there has been. */
  private integers = 0
  private highest = 0
  private text: string | undefined
  private changeCount = 0
  /** The latest time of the entries for which there was no room; Infinity where one had none. */
  private overflowedUntil = -Infinity

  /** The room is what `encode()` may take, in characters. */
  constructor(private readonly room: number) {}

  /** Throws for a text that is not encoded fingerprints. */
  static decode(text: string, room: number): Fingerprints {
    const decoded = Fingerprints.of(decodeFingerprints(text), room)
    if (!decoded.overflowed) decoded.text = text
    return decoded
  }

  /** Reads what a first-edition state has: row key → fingerprint. Entries of another form are left out. */
  static decodeLegacy(recent: Readonly<Record<string, string>>, room: number): Fingerprints {
    return Fingerprints.of(decodeLegacyFingerprints(recent), room)
  }

  private static of(saved: readonly Fingerprinted[], room: number): Fingerprints {
    const all = new Fingerprints(room)
    for (const [id, fingerprint] of saved) all.put(id, { fingerprint, time: undefined, isSeen: false })
    return all
  }

  get size(): number {
    return this.entries.size
  }

  /** Whether entries that are still wanted were dropped because there was no room for them. */
  get overflowed(): boolean {
    return this.overflowedUntil > -Infinity
  }

  /** Goes up whenever the encoded text changes. */
  get changes(): number {
    return this.changeCount
  }

  /** The fingerprint of the row that was set last. Counts the row as seen. */
  get(key: string): number | undefined {
    const entry = this.entries.get(idOfKey(key))
    if (!entry) return undefined
    entry.isSeen = true
    return entry.fingerprint >>> 0
  }

  /** Keeps the row's fingerprint; see `put` for what is dropped if the room is full. */
  set(key: string, fingerprint: number, time: Time | null): void {
    const id = idOfKey(key)
    const known = this.entries.get(id)
    if (known?.fingerprint !== (fingerprint | 0)) this.changed()
    if (known) this.remove(id, known)
    this.put(id, { fingerprint: fingerprint | 0, time, isSeen: true })
  }

  /** Counts the row as seen in this run and keeps its time; does nothing for a row without an entry. */
  see(key: string, time: Time | null): void {
    const id = idOfKey(key)
    const entry = this.entries.get(id)
    if (!entry) return
    entry.isSeen = true
    if (entry.time === time) return
    if (typeof entry.time === 'number') this.times.delete(entry.time, id)
    if (time !== null) this.times.add(time, id)
    entry.time = time
  }

  delete(key: string): void {
    this.drop(idOfKey(key))
  }

  /** Drops entries whose time is known and not wanted; see `TimeIndex.takeUnwanted` for those that stay longer. */
  forgetOutside(isWanted: (time: Time) => boolean): void {
    for (const id of this.times.takeUnwanted(isWanted)) this.drop(id)
    if (Number.isFinite(this.overflowedUntil) && !isWanted(this.overflowedUntil))
      this.overflowedUntil = -Infinity
  }

  /** Drops entries of earlier runs whose rows were not seen in this one. */
  forgetUnseen(): void {
    for (const [id, { isSeen }] of this.entries) if (!isSeen) this.drop(id)
  }

  /** Base64, within the room. Kept until the next change. */
  encode(): string {
    return (this.text ??= encodeFingerprints(this.entries))
  }

  /**
   * Without room, the row itself is left out: entries that it would replace belong to rows that this run has yet to
   * compare. So a list that is a little too long has only its surplus emitted again.
   */
  private put(id: RowId, entry: Entry): void {
    const highestBefore = this.highest
    this.entries.set(id, entry)
    if (typeof entry.time === 'number') this.times.add(entry.time, id)
    if (id >= 0) {
      this.integers += 1
      this.highest = Math.max(this.highest, id)
    }
    if (this.longest() <= this.room) return
    this.overflowedUntil = Math.max(this.overflowedUntil, entry.time ?? Infinity)
    this.drop(id)
    this.highest = highestBefore
  }

  /** At most so many characters `encode()` takes: encoding only to learn that would take too long. */
  private longest(): number {
    const { integers, highest } = this
    return encodedLength({ integers, highest, hashes: this.size - integers })
  }

  private drop(id: RowId): void {
    const entry = this.entries.get(id)
    if (!entry) return
    this.remove(id, entry)
    this.changed()
  }

  private remove(id: RowId, { time }: Entry): void {
    this.entries.delete(id)
    if (typeof time === 'number') this.times.delete(time, id)
    if (id >= 0) this.integers -= 1
  }

  private changed(): void {
    this.text = undefined
    this.changeCount += 1
  }
}
