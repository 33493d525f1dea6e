import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Checkpoint, ResumePoint, VerificationPoint } from './checkpoint.js'
import { contains, cursorOf, sameSlices, subtract, type Coverage } from './coverage.js'
import type { Fingerprints } from './fingerprints.js'
import type { ListPosition, Remembering } from './list-position.js'
import { RereadProgress } from './reread-progress.js'
import type { Roster } from './roster.js'
import { VerificationProgress } from './verification-progress.js'

/**
 * How far a stream has come in one list: what is still to be read, which rows it has emitted, which keys it knows. It
 * advances only behind written records: emit, apply the page's checkpoint, remember the rows, take the state.
 */
export class StreamCursor {
  /** What was pending when the run began. Rows are judged by it, so that a row that is seen late is not lost. */
  private due: Coverage
  private coverage: Coverage
  private resumePoint: ResumePoint | undefined
  private readTime: Time | undefined
  /** Rows that are older are covered when the walk ends. */
  private rememberFrom: Time = -Infinity
  private applied = 0
  private readonly wasResumed: boolean
  readonly isNew: boolean
  /** Whether fingerprints alone decide. Another connector's state has none: the cursor decides then, once. */
  private readonly comparesRows: boolean
  readonly fingerprints: Fingerprints
  readonly roster: Roster | undefined
  readonly reread: RereadProgress
  readonly verified: VerificationProgress

  constructor(
    from: ListPosition,
    private readonly remembering: Remembering,
    newFingerprints: () => Fingerprints,
  ) {
    this.isNew = from.isNew
    this.due = this.coverage = from.pending
    this.comparesRows = remembering === 'all rows' && from.fingerprints !== undefined
    this.fingerprints = from.fingerprints ?? newFingerprints()
    this.resumePoint = from.resume
    this.readTime = from.readAt
    this.reread = new RereadProgress(from.rereadAt, from.reread)
    this.roster = from.roster
    this.verified = new VerificationProgress(from)
    // The rows of a list whose roster is complete are read beside its verification.
    const readsByWalk = from.verification !== undefined && from.roster?.complete === false
    this.wasResumed = from.resume !== undefined || readsByWalk
  }

  get pending(): Coverage {
    return this.coverage
  }

  /** Where the first pending slice starts. */
  get oldest(): Time {
    return cursorOf(this.coverage)
  }

  /** The walk that an earlier run could not finish. */
  get resume(): ResumePoint | undefined {
    return this.resumePoint
  }

  /** When the last reading of the whole list began. */
  get readAt(): Time | undefined {
    return this.readTime
  }

  get verification(): VerificationPoint | undefined {
    return this.verified.point
  }

  get verifiedAt(): Time | undefined {
    return this.verified.at
  }

  /** Grows with everything that a state would say differently. */
  get changes(): number {
    return this.applied + this.fingerprints.changes + (this.roster?.changes ?? 0)
  }

  /** Whether exactly this version was emitted before. */
  hasEmitted(row: Row): boolean {
    const known = this.fingerprints.get(row.key)
    // Hashing a row costs more than all else that is done with it.
    return known !== undefined && known === row.fingerprint
  }

  /** Whether the row's time, or its list, makes it part of what this run has to read. */
  isDue(row: Row): boolean {
    return this.comparesRows || (row.time === null ? this.due.length > 0 : this.isDueAt(row.time))
  }

  /** Whether this run has to read what happened at that time. */
  isDueAt(time: Time): boolean {
    return contains(this.due, time)
  }

  /** All that was due has been read, its fingerprints forgotten. From here on, what is still pending is due. */
  dueIsRead(): void {
    this.due = this.coverage
  }

  /** Keeps the fingerprints of rows that were emitted and may be seen again. */
  recordEmitted(rows: readonly Row[]): void {
    for (const row of rows) if (this.mayBeSeenAgain(row)) this.remember(row)
  }

  /** Rows that were read and not emitted. Lists that are compared row by row keep these too. */
  recordSeen(rows: readonly Row[]): void {
    for (const row of rows) {
      if (this.remembering === 'all rows') this.remember(row)
      else this.fingerprints.see(row.key, row.time)
    }
  }

  /** The key stands in the list. It may do so in a part that the walk which verifies the roster has behind it. */
  recordMember(key: string): void {
    if (this.roster?.add(key)) this.verification?.seen.add(key)
  }

  /** The records of the page are written; this is what the page has proved. */
  apply(checkpoint: Checkpoint): void {
    if (checkpoint.kind !== 'none' && checkpoint.kind !== 'covered') this.applied += 1
    this.reread.apply(checkpoint)
    this.verified.apply(checkpoint)
    switch (checkpoint.kind) {
      case 'covered':
        this.cover(checkpoint.from, checkpoint.until)
        break
      case 'paused':
        this.resumePoint = checkpoint.at
        this.rememberFrom = checkpoint.covers
        break
      case 'finished':
        this.finish(checkpoint.covers)
        this.readTime = checkpoint.readAt ?? this.readTime
        if (checkpoint.sawAll) this.fingerprints.forgetUnseen()
        break
      case 'verifying':
        this.rememberFrom = checkpoint.covers
        break
      case 'verified':
        this.rememberFrom = -Infinity
        this.roster?.markComplete()
        this.cover(this.oldest, checkpoint.covers)
        break
    }
  }

  /**
   * Everything that was due has been read: rows of earlier runs that were not seen are gone, or their time has moved.
   * Walks that see each row compare as they end; one that was resumed has not seen all.
   */
  endRun(): void {
    if (this.remembering === 'rows in pending slices' && !this.wasResumed) this.fingerprints.forgetUnseen()
  }

  position(): ListPosition {
    return {
      isNew: false,
      pending: this.coverage,
      fingerprints: this.fingerprints,
      resume: this.resumePoint,
      readAt: this.readTime,
      rereadAt: this.reread.lastAt,
      reread: this.reread.point,
      roster: this.roster,
      ...this.verified.position(),
    }
  }

  private finish(covers: Time): void {
    this.resumePoint = undefined
    this.rememberFrom = -Infinity
    this.cover(this.oldest, covers)
  }

  private cover(from: Time, until: Time): void {
    const left = subtract(this.coverage, from, until)
    if (sameSlices(left, this.coverage)) return
    this.coverage = left
    this.applied += 1
    if (this.remembering === 'all rows') return
    this.fingerprints.forgetOutside((time) => contains(left, time))
  }

  private remember(row: Row): void {
    this.fingerprints.set(row.key, row.fingerprint, row.time)
  }

  private mayBeSeenAgain({ time }: Row): boolean {
    if (time === null || this.remembering === 'all rows') return true
    return time >= this.rememberFrom && contains(this.coverage, time)
  }
}
