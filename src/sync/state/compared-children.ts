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
  /** Then some parents may have had children of which none is known; `undated`: now. Undefined: none had. */
  readonly unknownAt?: Time | 'undated' | undefined
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
    private readonly room: number,
    readonly roster: ChildRoster,
    private progress: Progress,
    /** Parents that may have children, none of which is known. They are read next. */
    private readonly unread = new KeySet(),
  ) {}

  /** Of a stream that was never read, the warehouse has no row: that is all there is to know. */
  static none(room: number, verifiedAt: Time, seenBy: string): ComparedChildren {
    return new ComparedChildren(room, new ChildRoster(room), { verifiedAt, seenBy, suspects: new KeySet() })
  }

  /** Nothing saved: the warehouse may have children that are not known. Throws for what is not understood. */
  static decode(saved: unknown, room: number): ComparedChildren {
    const unknown = { unknownAt: 'undated', suspects: new KeySet() } as const
    if (!isObject(saved)) return new ComparedChildren(room, new ChildRoster(room), unknown)
    const { roster, seen_by } = saved
    const known = ChildRoster.decode(typeof roster === 'string' ? roster : undefined, room)
    const progress = {
      unknownAt: saved.complete === true ? undefined : (parseTime(saved.unknown_at) ?? 'undated'),
      verifiedAt: parseTime(saved.verified_at) ?? undefined,
      seenBy: typeof seen_by === 'string' ? seen_by : undefined,
      suspects: setIn(saved.suspects),
      walk: decodeWalk(saved.walk),
    } as const
    return new ComparedChildren(room, known, progress, setIn(saved.unread))
  }

  /** Whether all children are known that the warehouse has. */
  get isComplete(): boolean {
    return this.progress.unknownAt === undefined
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

  /** Up to so many parents that may have children, none of which is known. */
  unreadParents(most: number): string[] {
    const parents: string[] = []
    for (const key of this.unread.keys()) {
      if (parents.length === most) break
      parents.push(key)
    }
    return parents
  }

  /** The parent may have children, none of which is known. */
  notice(parent: string): void {
    if (this.unread.add(parent)) this.applied += 1
  }

  /** All children of these parents are known. */
  read(parents: readonly string[]): void {
    for (const parent of parents) if (this.unread.delete(parent)) this.applied += 1
  }

  /**
   * The parents that were noticed have been read, as far as could be. `seenSince`: when the last walk began that has
   * seen all parents; undefined: none has.
   */
  noticedAll(seenSince: Time | undefined, now: Time): void {
    const { unknownAt } = this.progress
    if (unknownAt === undefined) return
    const since = unknownAt === 'undated' ? now : unknownAt
    const isKnown = seenSince !== undefined && seenSince >= since && this.unread.size === 0
    this.progress = { ...this.progress, unknownAt: isKnown ? undefined : since }
    this.applied += 1
  }

  walked(walk: ChildWalk): void {
    this.applied += 1
    this.progress = { ...this.progress, walk }
  }

  /** The walk has come to its end. */
  finished({ startedAt, viewer }: ChildWalk, suspects: KeySet): void {
    this.applied += 1
    const { unknownAt } = this.progress
    this.progress = { unknownAt, verifiedAt: startedAt, seenBy: viewer, suspects }
  }

  toJSON(): JsonObject {
    const { unknownAt, verifiedAt, seenBy, suspects, walk } = this.progress
    const roster = this.roster.encode()
    if (roster === undefined) return {}
    let left = this.room - roster.length
    // What has no room is found by a later walk.
    const fitting = (keys: KeySet | undefined): string | undefined => {
      const text = keys && keys.size > 0 ? keys.encode() : ''
      if (text.length > left) return undefined
      left -= text.length
      return text
    }
    const [suspected, missing, unread] = [suspects, walk?.missing, this.unread].map(fitting)
    return {
      roster,
      ...(unread && { unread }),
      // Parents without room are unknown again.
      ...(unread !== undefined && unknownAt === undefined && { complete: true }),
      ...(unread !== undefined && typeof unknownAt === 'number' && { unknown_at: formatTime(unknownAt) }),
      ...(verifiedAt !== undefined && { verified_at: formatTime(verifiedAt) }),
      ...(seenBy !== undefined && { seen_by: seenBy }),
      ...(suspected && { suspects: suspected }),
      ...(walk && { walk: { ...encodeWalk(walk), ...(missing && { missing }) } }),
    }
  }
}

function encodeWalk({ startedAt, viewer, after }: ChildWalk): JsonObject {
  return { started_at: formatTime(startedAt), viewer, ...(after !== undefined && { after }) }
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
