import type { JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, parseTime, type Time } from '../../common/time.js'
import { ChildRoster } from './child-roster.js'
import { KeySet } from './key-set.js'

/** A walk over all parents that are known to have children. */
export interface ChildWalk {
  readonly startedAt: Time
  readonly viewer: string
  /** The last parent whose children were read; undefined: none. */
  readonly after?: string | undefined
  /** Children that their parents lacked. */
  readonly missing: KeySet
}

interface Progress {
  /** When the last complete walk began, and who saw it. */
  readonly verifiedAt?: Time | undefined
  readonly seenBy?: string | undefined
  /** Children that it lacked for a reason that is not certain. */
  readonly suspects: KeySet
  readonly walk?: ChildWalk | undefined
}

/** The children that the warehouse has, and how far they have been compared with Pipedrive. */
export class ComparedChildren {
  private applied = 0

  private constructor(
    readonly roster: ChildRoster,
    private progress: Progress,
  ) {}

  /** Of a stream that was never read, the warehouse has no row: that is all there is to know. */
  static none(room: number, verifiedAt: Time, seenBy: string): ComparedChildren {
    return new ComparedChildren(new ChildRoster(room), { verifiedAt, seenBy, suspects: new KeySet() })
  }

  /** Nothing saved: the warehouse may have children that are not known. Throws for what is not understood. */
  static decode(saved: unknown, room: number): ComparedChildren {
    if (!isObject(saved)) return new ComparedChildren(new ChildRoster(room), { suspects: new KeySet() })
    const { roster, seen_by } = saved
    return new ComparedChildren(ChildRoster.decode(typeof roster === 'string' ? roster : undefined, room), {
      verifiedAt: parseTime(saved.verified_at) ?? undefined,
      seenBy: typeof seen_by === 'string' ? seen_by : undefined,
      suspects: setIn(saved.suspects),
      walk: decodeWalk(saved.walk),
    })
  }

  get verifiedAt(): Time | undefined {
    return this.progress.verifiedAt
  }

  get seenBy(): string | undefined {
    return this.progress.seenBy
  }

  get suspects(): KeySet {
    return this.progress.suspects
  }

  /** Where the walk goes on that an earlier run began. */
  get walk(): ChildWalk | undefined {
    return this.progress.walk
  }

  get changes(): number {
    return this.applied + this.roster.changes
  }

  walked(walk: ChildWalk): void {
    this.applied += 1
    this.progress = { ...this.progress, walk }
  }

  /** The walk has come to its end. */
  finished({ startedAt, viewer }: ChildWalk, suspects: KeySet): void {
    this.applied += 1
    this.progress = { verifiedAt: startedAt, seenBy: viewer, suspects }
  }

  toJSON(): JsonObject {
    const { verifiedAt, seenBy, suspects, walk } = this.progress
    const roster = this.roster.encode()
    if (roster === undefined) return {}
    return {
      roster,
      ...(verifiedAt !== undefined && { verified_at: formatTime(verifiedAt) }),
      ...(seenBy !== undefined && { seen_by: seenBy }),
      ...(suspects.size > 0 && { suspects: suspects.encode() }),
      ...(walk && { walk: encodeWalk(walk) }),
    }
  }
}

function encodeWalk({ startedAt, viewer, after, missing }: ChildWalk): JsonObject {
  return {
    started_at: formatTime(startedAt),
    viewer,
    ...(after !== undefined && { after }),
    ...(missing.size > 0 && { missing: missing.encode() }),
  }
}

function decodeWalk(saved: unknown): ChildWalk | undefined {
  if (!isObject(saved)) return undefined
  const startedAt = parseTime(saved.started_at)
  const { viewer, after } = saved
  if (startedAt === null || typeof viewer !== 'string') return undefined
  return {
    startedAt,
    viewer,
    after: typeof after === 'string' ? after : undefined,
    missing: setIn(saved.missing),
  }
}

function setIn(saved: unknown): KeySet {
  return typeof saved === 'string' ? KeySet.decode(saved) : new KeySet()
}
