import { log, type Emission } from '../../airbyte/messages.js'
import { ApiError } from '../../pipedrive/http/api-error.js'
import { PagingError } from '../../pipedrive/lists/paging-error.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { ChildWalk } from '../state/compared-children.js'
import { KeySet } from '../state/key-set.js'
import type { ChildVerificationOptions } from './child-reader-options.js'
import type { ChildRecords } from './child-records.js'
import { ChildComparison } from './child-comparison.js'
import type { ChildPart } from './children.js'
import { LostChildren } from './lost-children.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { VerificationReport } from './verification-report.js'
import { isDueAgain } from './verification-terms.js'

const POLICY = {
  batchesPerRun: 100,
} satisfies Record<string, number>

/** Compares the children of parents with those that the warehouse has. */
export class ChildVerification {
  private readonly comparison: ChildComparison
  private readonly disappeared: LostChildren
  /** Children that their parents lacked when they were read, and those parents. */
  private readonly lost = new Map<string, string>()

  constructor(
    private readonly emitter: StreamEmitter,
    records: ChildRecords,
    private readonly options: ChildVerificationOptions,
  ) {
    this.comparison = new ChildComparison(emitter, records, options)
    this.disappeared = new LostChildren(emitter, options)
  }

  /** Whether nothing else is read in this run. */
  get isAll(): boolean {
    return this.options.terms.isAtOnce
  }

  /** Whether the warehouse has children of the parent. */
  knows(parent: string): boolean {
    return this.comparison.knows(parent)
  }

  /** Whether parents show that they may have children. */
  get notices(): boolean {
    return this.options.impliedBy !== undefined && !this.roster.outgrown
  }

  /** A parent of which nothing says that its children have changed. */
  notice({ key, data }: Row): void {
    const { compared, impliedBy = '' } = this.options
    const mayHaveChildren = Number(data[impliedBy]) > 0 && data.is_deleted !== true
    if (mayHaveChildren && this.notices && !this.knows(key)) compared.notice(key)
  }

  /** The records of these children are written. They are all that their parents have. */
  record(part: ChildPart): void {
    for (const { key, parent } of this.comparison.compare(part)) this.lost.set(key, parent)
  }

  /** Behind all else: what changed parents lacked, and then some of the others. A failure only ends it. */
  async *run(): AsyncGenerator<Emission> {
    try {
      yield* this.settleLost()
      yield* this.settleOrphans()
      const isDue = this.isWalkDue()
      if (isDue) yield* this.readNoticed()
      this.judgeKnowledge()
      if (isDue) yield* this.walk()
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof PagingError)) throw error
      yield log('INFO', `${this.name}: the verification goes on in the next sync. ${error.message}`)
    }
  }

  report(): VerificationReport {
    const { roster, isComplete, verifiedAt, walk } = this.options.compared
    const all = roster.parentsBehind(undefined).length
    const behind = walk && roster.parentsBehind(walk.after).length
    return {
      stream: this.name,
      known: roster.outgrown ? undefined : roster.size,
      findsDeleted: !roster.outgrown,
      verifiedAt: isComplete ? verifiedAt : undefined,
      share: behind === undefined ? undefined : (all - behind) / Math.max(1, all),
      missing: this.comparison.missing,
      deleted: this.disappeared.count,
    }
  }

  private get name(): string {
    return this.emitter.stream.name
  }

  private get roster() {
    return this.options.compared.roster
  }

  /** A parent that has changed was in its list: what it lacks was removed, unless another parent has it now. */
  private async *settleLost(): AsyncGenerator<Emission> {
    const lost = [...this.lost].filter(([key, parent]) => this.roster.parentOf(key) === parent)
    const keys = lost.map(([key]) => key)
    // What is not certain is left to the walk over all parents.
    yield* this.disappeared.settle(keys, () => false, new Set(lost.map(([, parent]) => parent)))
  }

  /** Children of deleted parents are gone with them. */
  private *settleOrphans(): Generator<Emission> {
    const { isParentGone } = this.options
    const parents = this.roster.parentsBehind(undefined).filter(isParentGone)
    yield* this.disappeared.withParents(parents)
  }

  /** Parents that may have children, of which the warehouse is not known to have any. Many have none, day after day. */
  private async *readNoticed(): AsyncGenerator<Emission> {
    const { compared, source, terms } = this.options
    for (let batches = 0; batches < POLICY.batchesPerRun || terms.isAtOnce; batches += 1) {
      const parents = compared.unreadParents(source.most)
      if (parents.length === 0 || !this.disappeared.affords) break
      yield* this.comparison.read(parents)
      compared.read(parents)
      yield* this.emitter.checkpoint()
    }
  }

  /** Whether all children are known now, as all parents have been seen. */
  private judgeKnowledge(): void {
    const { compared, terms } = this.options
    const seen = this.emitter.parts.map(({ cursor }) => cursor.verifiedAt ?? -Infinity)
    compared.noticedAll(Math.min(...seen), terms.now)
  }

  private async *walk(): AsyncGenerator<Emission> {
    const { compared, source, terms } = this.options
    const { viewer, now, isAtOnce } = terms
    // What another owner of the token has seen says nothing about this one's children.
    const saved = compared.walk?.viewer === viewer && !isAtOnce ? compared.walk : undefined
    let walk = saved ?? { startedAt: now, viewer, missing: new KeySet() }
    compared.walked(walk)
    const parents = this.roster.parentsBehind(walk.after)
    for (let at = 0; at < parents.length; at += source.most) {
      const isEnough = at >= POLICY.batchesPerRun * source.most && !isAtOnce
      if (isEnough || !this.disappeared.affords) return
      const batch = parents.slice(at, at + source.most)
      for (const { key } of yield* this.comparison.read(batch)) walk.missing.add(key)
      walk = { ...walk, after: batch.at(-1) }
      compared.walked(walk)
      yield* this.emitter.checkpoint()
    }
    yield* this.finish(walk)
  }

  private isWalkDue(): boolean {
    const { compared, terms } = this.options
    if (this.roster.outgrown || !this.disappeared.affords) return false
    return terms.isAtOnce || compared.walk !== undefined || isDueAgain(compared.verifiedAt, terms.now)
  }

  private async *finish(walk: ChildWalk): AsyncGenerator<Emission> {
    const { compared } = this.options
    const missing = [...walk.missing.keys()]
    yield* this.disappeared.settle(missing, (key) => compared.suspects.has(key), new Set())
    const suspects = new KeySet()
    for (const key of missing) if (this.roster.parentOf(key) !== undefined) suspects.add(key)
    compared.finished(walk, suspects)
    yield* this.emitter.checkpoint()
  }
}
