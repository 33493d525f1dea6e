import type { Time } from '../../common/time.js'
import { rereadDays } from '../../manifest/reread.js'
import { changesAreCompared, isPerParent, type StreamSpec } from '../../manifest/stream.js'
import type { Account } from '../../pipedrive/account.js'
import type { RequestFn } from '../../pipedrive/http/request.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import type { TrackedColumns } from '../records/custom-fields/label-book.js'
import { recordMapper } from '../records/record-mapper.js'
import { encodeState, type StateMode, type StreamState } from '../state/codec.js'
import { cursorOf } from '../state/coverage.js'
import { KeySet } from '../state/key-set.js'
import type { KnownNames } from '../state/known-names.js'
import { familiesRoom, fingerprintRoom, initialPosition, rosterRoom } from '../state/positions.js'
import { Roster } from '../state/roster.js'
import { Fingerprints } from '../state/fingerprints.js'
import type { ListPosition } from '../state/list-position.js'
import { StreamCursor } from '../state/stream-cursor.js'
import type { Allowance } from './allowance.js'
import { Families } from './families.js'
import { ChildReader } from './child-reader.js'
import { childSource } from './child-source.js'
import { comparisonOf } from './parent-version.js'
import { DifferenceSubscription } from './difference-subscription.js'
import { NestedSubscription } from './nested-subscription.js'
import { ParentBacklog } from './parent-backlog.js'
import { ParentSubscription } from './parent-subscription.js'
import { References } from './references.js'
import { RowMoves } from './row-moves.js'
import { rowReread } from './row-reread.js'
import { RowSubscription } from './row-subscription.js'
import { factNames, savedFacts } from './saved-facts.js'
import type { SharedResponses } from './shared-responses.js'
import { Snapshots } from './snapshots.js'
import { StreamEmitter } from './stream-emitter.js'
import type { Role } from './list-part.js'
import type { Subscription } from './subscription.js'

export interface StreamOptions {
  readonly stream: StreamSpec
  readonly mode: StateMode
  readonly state: StreamState | undefined
  readonly lists: readonly { readonly list: StreamSpec; readonly role: Role }[]
  readonly facts: { of(list: string): ListFacts }
  readonly account: Account
  readonly request: RequestFn
  readonly startDate: Time | undefined
  readonly startDates: Readonly<Record<string, Time>>
  readonly lookbackMs: number
  /** Of each list of settings that the run may leave out, by the name of its stream. */
  readonly names: ReadonlyMap<string, KnownNames>
  /** For streams that cost a request per parent. */
  readonly allowance: Allowance
  readonly shared: SharedResponses
  /** Columns for custom fields that the catalog asks for. */
  readonly mapped: TrackedColumns | undefined
}

/** A stream with its subscriptions, and what reads its children beside them. */
export interface BuiltStream {
  readonly emitter: StreamEmitter
  /** One per list, in the order of the stream's lists. */
  readonly subscriptions: readonly Subscription[]
  readonly children: ChildReader | undefined
}

/**
 * What of a stream's lists the server may not show yet, when its time cannot be trusted: a day is more than any clock
 * errs.
 */
const CLOCK_ERROR_MS = 24 * 3_600_000

export function buildStream(options: StreamOptions): BuiltStream {
  const { stream, mode, state, lists, account } = options
  const moving = state?.moving ?? new KeySet()
  const room = familiesRoom(stream)
  const families = room > 0 ? new Families(room, state?.families) : undefined
  const snapshots = new Snapshots(state?.snapshots)
  const emitter = new StreamEmitter(stream, {
    mode,
    mapper: recordMapper(stream, account.serverTime, options.mapped),
    toState: () => encodeState(currentState(), { cursorField: stream.cursorField ?? '' }, mode),
    references: new References(stream.refersTo, options.names),
    otherChanges: () => factChanges(options) + snapshots.changes + (families?.changes ?? 0),
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
    spent: options.allowance.spentBy(stream.name),
    tokenOwner: account.tokenOwner,
    company: account.companyId,
  })
  const moves = new RowMoves(() => emitter.parts, moving)
  const children = childReader(emitter, options, families)
  const subscriptions = lists.map(({ list, role }): Subscription => {
    const cursor = buildCursor(list, role, options)
    const { name, primaryKey, strategy } = stream
    const reread = role === 'own' ? rowReread(stream, cursor, options.allowance, families) : undefined
    const rows = () => new RowSubscription(emitter, list, role, cursor, moves, reread)
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
  return { emitter, subscriptions, children }
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
  const allowance = isPerParent(stream) ? options.allowance : undefined
  const request = options.shared.requestOf(stream, (sent) => {
    allowance?.spend(stream.name, sent.cost)
    return options.request(sent)
  })
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

function buildCursor(list: StreamSpec, role: Role, options: StreamOptions): StreamCursor {
  const { stream } = options
  const room = fingerprintRoom(stream, list)
  const remembering = changesAreCompared(role === 'parents' ? list : stream)
    ? 'all rows'
    : 'rows in pending slices'
  return new StreamCursor(positionOf(list, role, room, options), remembering, () => new Fingerprints(room))
}

function positionOf(list: StreamSpec, role: Role, room: number, options: StreamOptions): ListPosition {
  const { state, lists, mode, stream, account } = options
  const start = startOf(list, role, options)
  const known = state?.lists.get(list.name) ?? initialPosition(start, room)
  // A full refresh reads every list, however long ago it was read.
  const saved = mode === 'full_refresh' ? { ...known, readAt: undefined } : known
  // States of the first edition have slices even of a list that is not read for the stream's own sake.
  const rereadAt = rereadDays(stream) === undefined ? undefined : (saved.rereadAt ?? account.serverTime)
  const position = { ...saved, ...(start === 'never' && { pending: [] }), rereadAt }
  if (!keepsRoster(list, role, lists)) return { ...position, roster: undefined }
  return { ...position, roster: position.roster ?? Roster.unknown(rosterRoom(list)) }
}

/**
 * Streams whose rows, or parents, move between lists keep the keys of these, but not of a list that they only return
 * to.
 */
function keepsRoster({ archiveOf }: StreamSpec, role: Role, lists: StreamOptions['lists']): boolean {
  if (role === 'parents') return lists.some((other) => other.list.name === archiveOf?.stream)
  return archiveOf !== undefined || (role === 'own' && lists.some((other) => other.role === 'twin'))
}

/**
 * A twin counts from the first run on: rows that were archived before are not rows of the stream. The list that rows
 * are restored to is not read for its own sake.
 */
function startOf(list: StreamSpec, role: Role, options: StreamOptions): Time | undefined | 'never' {
  const { account, startDate, startDates, lookbackMs, state, stream } = options
  const configured = startDates[list.name] ?? startDate
  // A date that is a little ahead is accepted, as time zones differ; a cursor is never ahead of the run.
  if (role !== 'twin') return configured === undefined ? undefined : Math.min(configured, account.serverTime)
  if (list.archiveOf === undefined) return 'never'
  const own = state?.lists.get(stream.name)
  if (own) return cursorOf(own.pending)
  return account.serverTime - lookbackMs - (account.isServerTimeCredible ? 0 : CLOCK_ERROR_MS)
}
