import type { Time } from '../../common/time.js'
import { hasOwnList } from '../../manifest/listed-in.js'
import { changesAreCompared, isPerParent, type StreamSpec } from '../../manifest/stream.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import type { TrackedColumns } from '../records/custom-fields/label-book.js'
import { recordMapper } from '../records/record-mapper.js'
import { encodeState, type StreamState } from '../state/codec.js'
import { KeySet } from '../state/key-set.js'
import type { KnownNames } from '../state/known-names.js'
import { Disappearances } from '../state/disappearances.js'
import { disappearancesRoom, familiesRoom } from '../state/positions.js'
import type { Allowances } from './allowances.js'
import { buildCursor, isVerified, startOfRows, type CursorOptions } from './build-cursor.js'
import { Families } from './families.js'
import { ChildReader } from './child-reader.js'
import { childSource } from './child-source.js'
import type { Comparison } from './parent-version.js'
import { DifferenceSubscription } from './difference-subscription.js'
import { NestedSubscription } from './nested-subscription.js'
import { ParentBacklog } from './parent-backlog.js'
import { rereadDays } from './parent-changes.js'
import { ParentSubscription } from './parent-subscription.js'
import { References } from './references.js'
import { RowMoves } from './row-moves.js'
import type { OwnList } from './row-verification.js'
import { RowSubscription } from './row-subscription.js'
import { factNames, savedFacts } from './saved-facts.js'
import { Snapshots } from './snapshots.js'
import { StreamEmitter } from './stream-emitter.js'
import type { Subscription } from './subscription.js'

export interface StreamOptions extends CursorOptions {
  readonly facts: { of(list: string): ListFacts }
  readonly request: RequestFn
  /** Of each list of settings that the run may leave out, by the name of its stream. */
  readonly names: ReadonlyMap<string, KnownNames>
  readonly allowances: Allowances
  /** What this run finds to have disappeared gets this time. */
  readonly noticedAt: Time
  /** Whether destinations are to delete records that are gone. */
  readonly removesDeleted: boolean
  /** Columns for custom fields that the catalog asks for. */
  readonly mapped: TrackedColumns | undefined
}

/** A stream with its subscriptions, and what reads its children beside them. */
export interface BuiltStream {
  readonly emitter: StreamEmitter
  /** One per list, in the order of the stream's lists. */
  readonly subscriptions: readonly Subscription[]
  readonly children: ChildReader | undefined
  /** What has disappeared of its records. */
  readonly gone: Disappearances | undefined
}

export function buildStream(options: StreamOptions): BuiltStream {
  const { stream, mode, state, lists, account } = options
  const moving = state?.moving ?? new KeySet()
  const families = familiesOf(options)
  const snapshots = new Snapshots(state?.snapshots)
  const gone = disappearancesOf(options)
  const emitter = new StreamEmitter(stream, {
    mode,
    mapper: recordMapper(stream, account.serverTime, options),
    toState: () => encodeState(currentState(), { cursorField: stream.cursorField ?? '' }, mode),
    references: new References(stream.refersTo, options.names),
    otherChanges: () => factChanges(options) + sum([snapshots, families, gone]),
  })
  const currentState = (): StreamState => ({
    lists: new Map(emitter.parts.map(({ list, cursor }) => [list, cursor.position()])),
    facts: savedFacts(options),
    moving,
    names: options.names.get(stream.name)?.names,
    mapping: options.mapped?.mapping.saved(),
    snapshots: snapshots.toJSON(),
    childrenUntil: children?.knownUntil,
    families: families?.encode(),
    gone,
    spent: options.allowances.perParent.spentBy(stream.name),
    spentOnVerification: options.allowances.verification.spentBy(stream.name),
    tokenOwner: account.tokenOwner,
    company: account.companyId,
  })
  const moves = new RowMoves(() => emitter.parts, moving, gone && { of: gone, now: options.noticedAt })
  const children = childReader(emitter, options, families)
  const subscriptions = lists.map(({ list, role }): Subscription => {
    const cursor = buildCursor(list, role, options)
    const { name, primaryKey, strategy } = stream
    const own = isVerified(list, role, options) ? ownList(list, options) : undefined
    const rows = () => new RowSubscription(emitter, list, role, cursor, moves, own)
    if (strategy.kind === 'differences') {
      const entity = strategy.of[list.name] ?? ''
      return new DifferenceSubscription(emitter, cursor, snapshots, { list: list.name, entity })
    }
    if (strategy.kind === 'nested')
      return new NestedSubscription(rows(), { name, primaryKey, strategy, list: list.name })
    if (!children) return rows()
    const comparison = comparisonOf(list, stream)
    return isPerParent(stream)
      ? new ParentBacklog(emitter, list.name, cursor, children, comparison, rereadDays(stream))
      : new ParentSubscription(emitter, list.name, cursor, children, comparison)
  })
  for (const subscription of subscriptions) emitter.addPart(subscription)
  return { emitter, subscriptions, children, gone }
}

function ownList(list: StreamSpec, options: StreamOptions): OwnList {
  const { noticedAt, removesDeleted } = options
  return { startsAt: startOfRows(list, options), now: noticedAt, removesDeleted }
}

/** A full refresh has no earlier records. */
function disappearancesOf({ stream, mode, state }: StreamOptions): Disappearances | undefined {
  if (!hasOwnList(stream) || mode !== 'incremental') return undefined
  return state?.gone ?? Disappearances.none(disappearancesRoom(stream))
}

function familiesOf({ stream, state }: StreamOptions): Families | undefined {
  const room = familiesRoom(stream)
  return room > 0 ? new Families(room, state?.families) : undefined
}

function sum(parts: readonly ({ readonly changes: number } | undefined)[]): number {
  return parts.reduce((all, part) => all + (part?.changes ?? 0), 0)
}

/** What a state says beside the stream's positions, and that no part of the stream counts. */
function factChanges(options: StreamOptions): number {
  const { facts, mapped } = options
  return factNames(options).reduce((sum, name) => sum + facts.of(name).changes, mapped?.mapping.changes ?? 0)
}

function childReader(
  emitter: StreamEmitter,
  options: StreamOptions,
  families: Families | undefined,
): ChildReader | undefined {
  const { stream, state, account, lookbackMs, facts, lists } = options
  const { strategy } = stream
  if (strategy.kind !== 'children') return undefined
  const allowance = isPerParent(stream) ? options.allowances.perParent : undefined
  const request: RequestFn = (sent) => {
    allowance?.spend(stream.name, sent.cost)
    return options.request(sent)
  }
  return new ChildReader(emitter, {
    strategy,
    source: childSource(strategy, { stream, lists: lists.map(({ list }) => list), facts, request }),
    lists: lists.length,
    settledBefore: account.serverTime - lookbackMs,
    knownUntil: state?.childrenUntil,
    allowance,
    families,
  })
}

/** Lists that are compared row by row say by their content which parents have changed. */
function comparisonOf(list: StreamSpec, { strategy }: StreamSpec): Comparison {
  if (strategy.kind !== 'children' || strategy.read.kind === 'batch') return { of: 'none' }
  const { watch: fields, derive } = strategy
  const kept = derive && [derive.field, ...derive.along, derive.since, derive.movedAt]
  return { of: changesAreCompared(list) ? 'all' : 'without time', fields, kept }
}
