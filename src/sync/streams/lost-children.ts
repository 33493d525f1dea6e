import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { ComparedChildren } from '../state/compared-children.js'
import type { Disappearances } from '../state/disappearances.js'
import type { ChildSource } from './children.js'
import { confirmLost, type ConfirmedChild } from './confirm-lost.js'
import { explainDoubt, judgeMissing, sightOf } from './missing-rows.js'
import type { StreamEmitter } from './stream-emitter.js'
import { tombstonesOf } from './tombstones.js'
import type { Terms } from './verification-terms.js'

export interface LostChildrenOptions {
  readonly compared: ComparedChildren
  /** What has disappeared of the stream's records. */
  readonly gone: Disappearances
  /** Reads children behind everything else, within the allowance of the terms. */
  readonly source: ChildSource
  readonly terms: Terms
  /** What this run finds to have disappeared gets this time. */
  readonly noticedAt: Time
  /** Whether destinations are to delete records that are gone. */
  readonly removesDeleted: boolean
}

/** Finds out what became of children that the warehouse has, and their parents have not. */
export class LostChildren {
  private found = 0

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly options: LostChildrenOptions,
  ) {}

  /** How many of them Pipedrive has no more, as this run has found. */
  get count(): number {
    return this.found
  }

  /** Whether one more request may be sent. */
  get affords(): boolean {
    return this.options.terms.allowance.affords(this.emitter.stream.cost) >= 1
  }

  /** Those that Pipedrive has no more leave the roster. `listed`: parents that their lists have. */
  async *settle(
    missing: readonly string[],
    wasMissing: (key: string) => boolean,
    listed: ReadonlySet<string>,
  ): AsyncGenerator<Emission> {
    const { compared, source, terms } = this.options
    const { roster, seenBy } = compared
    const sight = sightOf(terms, seenBy)
    const verdict = judgeMissing({ missing, wasMissing, known: roster.size, sight, isDoubtful: false })
    yield* explainDoubt(this.emitter.stream.name, verdict, missing.length)
    const affords = () => this.affords
    const lost = await confirmLost(verdict.toConfirm, { roster, source, affords })
    // What no response proves has to be missing twice.
    const gone = lost.filter(({ key, isProved }) => isProved || wasMissing(key))
    yield* this.disappeared(gone, listed)
  }

  /** The children of parents that are deleted. */
  *withParents(parents: readonly string[]): Generator<Emission> {
    const { roster } = this.options.compared
    const children = parents.flatMap((parent) =>
      roster.childrenOf(parent).map((key) => ({ key, parent, isProved: true, hasSiblings: false })),
    )
    yield* this.disappeared(children, new Set())
  }

  private *disappeared(
    children: readonly ConfirmedChild[],
    listed: ReadonlySet<string>,
  ): Generator<Emission> {
    const { gone, noticedAt, compared, removesDeleted } = this.options
    const keys = children.map(({ key }) => key)
    if (removesDeleted) yield* this.emitter.emit(tombstonesOf(this.emitter.stream, keys, noticedAt))
    for (const { key, parent, hasSiblings } of children) {
      // Otherwise the parent itself may be deleted.
      const reason = hasSiblings || listed.has(parent) ? 'removed_from_parent' : 'deleted'
      if (gone.add({ key, foundAt: noticedAt, seenAt: compared.verifiedAt ?? null, reason })) this.found += 1
      compared.roster.delete(key)
    }
  }
}
