import type { Row } from './row.js'
import type { Versions } from './stream-state.js'
import type { Time } from '../common/time.js'

/** A version that was sent, and the row's time once this run has met it: a saved state does not tell. */
interface Sent {
  version: string
  time?: Time | null
}

/** Quotes, colon and comma around a key and its version. */
const ENTRY_OVERHEAD = 6

/** The fingerprints of rows that were sent and may be met again. */
export class Memory {
  private readonly sent: Map<string, Sent>

  constructor(
    versions: Versions = new Map(),
    /** What a state has room for, in characters of JSON. */
    private readonly room: number,
  ) {
    this.sent = new Map([...versions].map(([key, version]) => [key, { version }]))
  }

  get size(): number {
    return this.sent.size
  }

  /** Whether exactly this version was sent. */
  knows(row: Row): boolean {
    const known = this.sent.get(row.key)
    // The version of a row that nobody remembers is never worked out.
    if (!known) return false
    if (known.version !== row.version) return false
    known.time = row.time
    return true
  }

  remember(row: Row): void {
    // The newest stand last.
    this.sent.delete(row.key)
    this.sent.set(row.key, { version: row.version, time: row.time })
  }

  /** Rows whose time is known and is not wanted any more. */
  forget(isOver: (time: Time) => boolean): void {
    for (const [key, { time }] of this.sent)
      if (typeof time === 'number' && isOver(time)) this.sent.delete(key)
  }

  /** Rows of an earlier run that this one did not meet. */
  forgetUnmet(): void {
    for (const [key, { time }] of this.sent) if (time === undefined) this.sent.delete(key)
  }

  get overflows(): boolean {
    return this.versions().size < this.sent.size
  }

  /** What fits, newest first; what does not fit is sent again rather than lost. */
  versions(): Map<string, string> {
    const kept: [string, string][] = []
    let used = 0
    for (const [key, { version }] of [...this.sent].reverse()) {
      used += key.length + version.length + ENTRY_OVERHEAD
      if (used > this.room) break
      kept.push([key, version])
    }
    return new Map(kept.reverse())
  }
}
