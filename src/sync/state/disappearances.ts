import type { Json, JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import type { Time } from '../../common/time.js'
import { KeySet } from './key-set.js'

/** Why a record is missing in Pipedrive, as far as Pipedrive shows it. */
export const REASONS = ['deleted', 'converted', 'removed_from_parent'] as const
export type Reason = (typeof REASONS)[number]

/** A record that has disappeared from Pipedrive, and perhaps come back. */
export interface Disappearance {
  readonly key: string
  /** When it was found missing; null: no longer known. */
  readonly foundAt: Time | null
  /** When it was last seen there; null: not known. */
  readonly seenAt: Time | null
  readonly reason: Reason
  /** When it was back. */
  readonly restoredAt?: Time | undefined
}

/** So many are kept with their times: 50 characters each. */
const MOST_RECENT = 100

/**
 * The records of a stream that have disappeared from Pipedrive, and the warehouse still has. The latest are kept with
 * their times, for the stream that lists them: it may be selected later, or have been cut off.
 */
export class Disappearances {
  private readonly latest = new Map<string, Disappearance>()
  private changeCount = 0

  private constructor(
    /** How many characters of a state the keys may take. */
    private readonly room: number,
    private keys = new KeySet(),
  ) {}

  static none(room: number): Disappearances {
    return new Disappearances(room)
  }

  /** Throws for keys that are not an encoded set; leaves out entries of another form. */
  static decode(saved: unknown, room: number): Disappearances {
    if (!isObject(saved) || typeof saved.keys !== 'string') return Disappearances.none(room)
    const gone = new Disappearances(room, KeySet.decode(saved.keys))
    for (const entry of Array.isArray(saved.latest) ? saved.latest : []) {
      const parsed = parse(entry)
      if (parsed) gone.latest.set(parsed.key, parsed)
    }
    return gone
  }

  get changes(): number {
    return this.changeCount
  }

  /** Whether the warehouse has the record although Pipedrive has not. */
  has(key: string): boolean {
    return this.keys.size > 0 && this.keys.has(key)
  }

  /** The record is missing. Returns whether that is new. */
  add(entry: Disappearance): boolean {
    if (!this.keys.add(entry.key)) return false
    this.note(entry)
    return true
  }

  /** The record is there again. */
  returned(key: string, at: Time): void {
    if (!this.keys.delete(key)) return
    const known = this.latest.get(key)
    const { foundAt = null, seenAt = null, reason = 'deleted' } = known ?? {}
    this.note({ key, foundAt, seenAt, reason, restoredAt: at })
  }

  /** What has happened since that time, in the order in which it happened. */
  since(time: Time): Disappearance[] {
    return [...this.latest.values()].filter((entry) => timeOf(entry) > time)
  }

  /** Undefined: there is nothing to keep. */
  toJSON(): JsonObject | undefined {
    // Without room, records that come back are not noticed as such.
    if (this.keys.encode().length > this.room) this.keys = new KeySet()
    if (this.keys.size === 0 && this.latest.size === 0) return undefined
    return { keys: this.keys.encode(), latest: [...this.latest.values()].map(toArray) }
  }

  private note(entry: Disappearance): void {
    this.changeCount += 1
    this.latest.delete(entry.key)
    this.latest.set(entry.key, entry)
    const [oldest] = this.latest.keys()
    if (this.latest.size > MOST_RECENT && oldest !== undefined) this.latest.delete(oldest)
  }
}

/** When it happened: the later of both times. */
export function timeOf({ foundAt, restoredAt }: Disappearance): Time {
  return Math.max(foundAt ?? -Infinity, restoredAt ?? -Infinity)
}

function toArray({ key, foundAt, seenAt, reason, restoredAt }: Disappearance): Json[] {
  return [key, foundAt, seenAt, reason, restoredAt ?? null]
}

function parse(entry: unknown): Disappearance | undefined {
  if (!Array.isArray(entry)) return undefined
  const [key, foundAt, seenAt, reason, restoredAt] = entry as unknown[]
  const known = REASONS.find((name) => name === reason)
  if (typeof key !== 'string' || !known) return undefined
  const restored = timeIn(restoredAt)
  return {
    key,
    foundAt: timeIn(foundAt),
    seenAt: timeIn(seenAt),
    reason: known,
    ...(restored !== null && { restoredAt: restored }),
  }
}

function timeIn(value: unknown): Time | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}
