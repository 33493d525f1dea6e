import type { Row } from '../../pipedrive/lists/row.js'
import { Fingerprints } from '../state/fingerprints.js'

/**
 * The children of each parent, or parts of each row, as they were last emitted, so that the same ones are not emitted
 * again.
 */
export class Families {
  private readonly known: Fingerprints

  /**
   * `room`: in a state, in characters; the children of parents without room are emitted whenever they are read. A saved
   * text that is not understood counts as none.
   */
  constructor(room: number, saved = '') {
    this.known = decoded(saved, room) ?? new Fingerprints(room)
  }

  get changes(): number {
    return this.known.changes
  }

  /** Undefined: there is nothing to keep. */
  encode(): string | undefined {
    return this.known.size > 0 ? this.known.encode() : undefined
  }

  /** Whether these are all children of the parent, as they were emitted before. */
  isKnown(parent: string, children: readonly Row[]): boolean {
    return this.known.get(parent) === hashOf(children)
  }

  /** The records of all children of the parent are written. */
  record(parent: string, children: readonly Row[]): void {
    this.known.set(parent, hashOf(children), null)
  }

  /** The records of further children of the parent are written. */
  add(parent: string, children: readonly Row[]): void {
    this.known.set(parent, ((this.known.get(parent) ?? 0) + hashOf(children)) >>> 0, null)
  }
}

function decoded(saved: string, room: number): Fingerprints | undefined {
  if (saved === '') return undefined
  try {
    return Fingerprints.decode(saved, room)
  } catch {
    return undefined
  }
}

/** Unsigned, 32 bits, whatever the order of the rows; that of two sets of rows is the sum. */
function hashOf(rows: readonly Row[]): number {
  return rows.reduce((sum, { fingerprint }) => (sum + fingerprint) >>> 0, rows.length)
}
