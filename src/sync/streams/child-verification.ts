import { log, type Emission } from '../../airbyte/messages.js'
import { timeOrNull } from '../../common/time.js'
import { ApiError } from '../../pipedrive/http/api-error.js'
import { PagingError } from '../../pipedrive/lists/paging-error.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { ChildWalk } from '../state/compared-children.js'
import { KeySet } from '../state/key-set.js'
import type { ChildVerificationOptions } from './child-reader-options.js'
import type { ChildRecords } from './child-records.js'
import { type LostChild } from './confirm-lost.js'
import type { ChildPart } from './children.js'
import { LostChildren } from './lost-children.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { VerificationReport } from './verification-report.js'

const HOUR_MS = 3_600_000

const POLICY = {
  /** As lists are: see readers/verify-rows.ts. */
  everyMs: 23 * HOUR_MS,
  batchesPerRun: 100,
} satisfies Record<string, number>

/** Compares the children of parents with those that the warehouse has. */
export class ChildVerification {
  private missing = 0
  private readonly disappeared: LostChildren
  /** Children that their parents lacked when they were read, and those parents. */
  private readonly lost = new Map<string, string>()

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly records: ChildRecords,
    private readonly options: ChildVerificationOptions,
  ) {
    this.disappeared = new LostChildren(emitter, options)
  }

  /** Whether nothing else is read in this run. */
  get isAll(): boolean {
    return this.options.terms.isAtOnce
  }

  /** Whether the warehouse has children of the parent. */
  knows(parent: string): boolean {
    return this.roster.childrenOf(parent).length > 0
  }

  /** The records of these children are written. They are all that their parents have. */
  record(part: ChildPart): void {
    for (const { key, parent } of this.compare(part)) this.lost.set(key, parent)
  }

  /** Behind all else: what changed parents lacked, and then some of all parents. A failure only ends it. */
  async *run(): AsyncGenerator<Emission> {
    try {
      yield* this.settleLost()
      yield* this.walk()
    } catch (error) {
      if (!(error instanceof ApiError) && !(error instanceof PagingError)) throw error
      yield log('INFO', `${this.name}: the verification goes on in the next sync. ${error.message}`)
    }
  }

  report(): VerificationReport {
    const { roster, verifiedAt, walk } = this.options.compared
    const all = roster.parentsBehind(undefined).length
    const behind = walk && roster.parentsBehind(walk.after).length
    return {
      stream: this.name,
      known: roster.outgrown ? undefined : roster.size,
      findsDeleted: !roster.outgrown,
      verifiedAt,
      share: behind === undefined ? undefined : (all - behind) / Math.max(1, all),
      missing: this.missing,
      deleted: this.disappeared.count,
    }
  }

  private get name(): string {
    return this.emitter.stream.name
  }

  private get roster() {
    return this.options.compared.roster
  }

  /** Notes which children the parents have, and returns those that they had and lack. */
  private compare({ rows, of = [] }: ChildPart): LostChild[] {
    const { compared, gone, parentKey, noticedAt } = this.options
    const present = new Set(rows.map(({ key }) => key))
    for (const { key, data } of rows) {
      this.roster.add(key, String(data[parentKey]))
      compared.walk?.missing.delete(key)
      gone.returned(key, noticedAt)
    }
    return of.flatMap((parent) =>
      this.roster.childrenOf(parent).flatMap((key) => (present.has(key) ? [] : [{ key, parent }])),
    )
  }

  /** A parent that has changed was in its list: what it lacks was removed, unless another parent has it now. */
  private async *settleLost(): AsyncGenerator<Emission> {
    const lost = [...this.lost].filter(([key, parent]) => this.roster.parentOf(key) === parent)
    const keys = lost.map(([key]) => key)
    // What is not certain is left to the walk over all parents.
    yield* this.disappeared.settle(keys, () => false, new Set(lost.map(([, parent]) => parent)))
  }

  private async *walk(): AsyncGenerator<Emission> {
    const { compared, source, terms } = this.options
    const { viewer, now, isAtOnce } = terms
    if (!this.isWalkDue()) return
    // What another owner of the token has seen says nothing about this one's children.
    const saved = compared.walk?.viewer === viewer && !isAtOnce ? compared.walk : undefined
    let walk = saved ?? { startedAt: now, viewer, missing: new KeySet() }
    compared.walked(walk)
    const parents = this.roster.parentsBehind(walk.after)
    for (let at = 0; at < parents.length; at += source.most) {
      const isEnough = at >= POLICY.batchesPerRun * source.most && !isAtOnce
      if (isEnough || !this.disappeared.affords) return
      const batch = parents.slice(at, at + source.most)
      yield* this.readBatch(batch, walk)
      walk = { ...walk, after: batch.at(-1) }
      compared.walked(walk)
      yield* this.emitter.checkpoint()
    }
    yield* this.finish(walk)
  }

  private isWalkDue(): boolean {
    const { compared, terms } = this.options
    const { verifiedAt } = compared
    if (this.roster.outgrown || !this.disappeared.affords) return false
    if (terms.isAtOnce || compared.walk || verifiedAt === undefined) return true
    return terms.now - verifiedAt >= POLICY.everyMs
  }

  private async *readBatch(parents: readonly string[], walk: ChildWalk): AsyncGenerator<Emission> {
    for await (const part of this.options.source.children(parents.map(refTo))) {
      // A parent that cannot be read says nothing about its children.
      if ('missing' in part) continue
      const unknown = part.rows.filter(({ key }) => this.roster.parentOf(key) === undefined)
      this.missing += unknown.filter((row) => this.isMissing(row)).length
      yield* this.records.emitMissing(unknown)
      for (const { key } of this.compare(part)) walk.missing.add(key)
    }
  }

  private isMissing({ key, data }: Row): boolean {
    const { cursorField = '' } = this.emitter.stream
    const { gone, settledBefore } = this.options
    return !gone.has(key) && (timeOrNull(data[cursorField]) ?? -Infinity) < settledBefore
  }

  private async *finish(walk: ChildWalk): AsyncGenerator<Emission> {
    const { compared } = this.options
    const missing = [...walk.missing.keys()].filter((key) => this.roster.parentOf(key) !== undefined)
    yield* this.disappeared.settle(missing, (key) => compared.suspects.has(key), new Set())
    const suspects = new KeySet()
    for (const key of missing) if (this.roster.parentOf(key) !== undefined) suspects.add(key)
    compared.finished(walk, suspects)
    yield* this.emitter.checkpoint()
  }
}

function refTo(id: string) {
  return { id, value: id, knownUntil: undefined }
}
