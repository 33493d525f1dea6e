import { areChildrenCompared, isCompared } from '../../manifest/compared.js'
import { rereadDays } from '../../manifest/reread.js'
import { isPerParent, type StreamSpec } from '../../manifest/stream.js'
import { recordMapper } from '../records/record-mapper.js'
import { encodeState, type StreamState } from '../state/codec.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import { Disappearances } from '../state/disappearances.js'
import { ComparedChildren } from '../state/compared-children.js'
import { childRosterRoom, disappearancesRoom, familiesRoom } from '../state/positions.js'
import { buildCursor, isVerified, startOfRows } from './build-cursor.js'
import { Families } from './families.js'
import { buildChildReader } from './build-child-reader.js'
import type { ChildReader } from './child-reader.js'
import { comparisonOf } from './parent-version.js'
import { DifferenceSubscription } from './difference-subscription.js'
import { NestedSubscription } from './nested-subscription.js'
import { ParentBacklog } from './parent-backlog.js'
import { ParentSubscription } from './parent-subscription.js'
import { References } from './references.js'
import { RowMoves, type GoneRows } from './row-moves.js'
import type { OwnList } from './row-verification.js'
import { rowReread, type RowReread } from './row-reread.js'
import { RowSubscription } from './row-subscription.js'
import type { Role } from './list-part.js'
import { factNames, savedFacts } from './saved-facts.js'
import type { StreamOptions } from './stream-options.js'
import { Snapshots } from './snapshots.js'
import { StreamEmitter } from './stream-emitter.js'
import type { Subscription } from './subscription.js'
import type { VerificationReport } from './verification-report.js'
import { viewerOf } from './viewer.js'

/** A stream with its subscriptions, and what reads its children beside them. */
export interface BuiltStream {
  readonly emitter: StreamEmitter
  /** One per list, in the order of the stream's lists. */
  readonly subscriptions: readonly Subscription[]
  readonly children: ChildReader | undefined
  /** What has disappeared of its records. */
  readonly gone: Disappearances | undefined
  /** How far what the warehouse has of the stream is verified, where it is. */
  readonly reports: () => VerificationReport[]
}

export function buildStream(options: StreamOptions): BuiltStream {
  const { stream, mode, state, lists, account } = options
  const { moving = new KeySet() } = state ?? {}
  const families = familiesOf(options)
  const snapshots = new Snapshots(state?.snapshots)
  const gone = disappearancesOf(options)
  const compared = comparedChildren(options)
  const named = options.conversions.find(({ list }) => list === stream.name)
  const emitter = new StreamEmitter(stream, {
    mode,
    mapper: recordMapper(stream, account.serverTime, options),
    toState: () => encodeState(currentState(), { cursorField: stream.cursorField ?? '' }, mode),
    references: new References(stream.refersTo, options.names),
    conversions: named,
    otherChanges: () => factChanges(options) + sum([snapshots, families, gone, compared, named]),
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
    children: compared,
    gone,
    converted: named?.saved,
    ...spentBy(options),
    tokenOwner: account.tokenOwner,
    company: account.companyId,
  })
  const moves = new RowMoves(() => emitter.parts, moving, gone && goneRows(gone, options))
  const children = buildChildReader(emitter, options, { families, compared, gone })
  const shared = { children, families, snapshots, moves }
  const subscriptions = lists.map((part) => subscribe(emitter, part, shared, options))
  for (const subscription of subscriptions) emitter.addPart(subscription)
  const verifications = () => [...subscriptions, ...(children ? [children] : [])]
  const reports = () => verifications().flatMap(({ verification }) => verification?.report() ?? [])
  return { emitter, subscriptions, children, gone, reports }
}

/** What the stream's parts in its lists share. */
interface SharedParts {
  readonly children: ChildReader | undefined
  readonly families: Families | undefined
  readonly snapshots: Snapshots
  readonly moves: RowMoves
}

/** The stream's part in one of its lists. */
function subscribe(
  emitter: StreamEmitter,
  { list, role }: StreamOptions['lists'][number],
  { children, families, snapshots, moves }: SharedParts,
  options: StreamOptions,
): Subscription {
  const { stream } = options
  const cursor = buildCursor(list, role, options)
  const { name, primaryKey, strategy } = stream
  const reread = ownReread(role, cursor, families, options)
  const own = ownList(list, role, options)
  const rows = () => new RowSubscription(emitter, list, role, cursor, moves, reread, own)
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
}

function ownReread(
  role: Role,
  cursor: StreamCursor,
  families: Families | undefined,
  { stream, allowances }: StreamOptions,
): RowReread | undefined {
  return role === 'own' ? rowReread(stream, cursor, allowances.perParent, families) : undefined
}

/** Undefined: what the stream has of the list is not compared with it. */
function ownList(list: StreamSpec, role: Role, options: StreamOptions): OwnList | undefined {
  if (!isVerified(list, role, options)) return undefined
  const { noticedAt, removesDeleted } = options
  return { startsAt: startOfRows(list, options), now: noticedAt, removesDeleted }
}

/** A full refresh has no earlier records. */
function disappearancesOf({ stream, mode, state }: StreamOptions): Disappearances | undefined {
  if (!isCompared(stream) || mode !== 'incremental') return undefined
  return state?.gone ?? Disappearances.none(disappearancesRoom(stream))
}

function goneRows(of: Disappearances, { stream, conversions, noticedAt }: StreamOptions): GoneRows {
  return { of, conversions: conversions.find((one) => one.of === stream.name), now: noticedAt }
}

/** Of a stream that was never read, the warehouse has no record. */
function comparedChildren({ stream, mode, state, account }: StreamOptions): ComparedChildren | undefined {
  if (!areChildrenCompared(stream) || mode !== 'incremental') return undefined
  const none = () => ComparedChildren.none(childRosterRoom(stream), account.serverTime, viewerOf(account))
  return state ? state.children : none()
}

function spentBy({ stream, allowances }: StreamOptions): Pick<StreamState, 'spent' | 'spentOnVerification'> {
  const { perParent, verification } = allowances
  return { spent: perParent.spentBy(stream.name), spentOnVerification: verification.spentBy(stream.name) }
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
