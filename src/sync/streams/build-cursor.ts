import type { Time } from '../../common/time.js'
import { rereadDays } from '../../manifest/reread.js'
import { changesAreCompared, hasStartDate, type StreamSpec } from '../../manifest/stream.js'
import type { Account } from '../../pipedrive/account.js'
import type { StateMode, StreamState } from '../state/codec.js'
import { cursorOf } from '../state/coverage.js'
import { Fingerprints } from '../state/fingerprints.js'
import type { ListPosition } from '../state/list-position.js'
import { fingerprintRoom, initialPosition, rosterRoom } from '../state/positions.js'
import { Roster } from '../state/roster.js'
import { StreamCursor } from '../state/stream-cursor.js'
import type { Role } from './list-part.js'
import { viewerOf } from './viewer.js'

export interface CursorOptions {
  readonly stream: StreamSpec
  readonly mode: StateMode
  readonly state: StreamState | undefined
  readonly lists: readonly { readonly list: StreamSpec; readonly role: Role }[]
  readonly account: Account
  readonly startDate: Time | undefined
  readonly startDates: Readonly<Record<string, Time>>
  readonly lookbackMs: number
}

/**
 * What of a stream's lists the server may not show yet, when its time cannot be trusted: a day is more than any clock
 * errs.
 */
const CLOCK_ERROR_MS = 24 * 3_600_000

export function buildCursor(list: StreamSpec, role: Role, options: CursorOptions): StreamCursor {
  const { stream } = options
  const room = fingerprintRoom(stream, list)
  const remembering = changesAreCompared(role === 'parents' ? list : stream)
    ? 'all rows'
    : 'rows in pending slices'
  return new StreamCursor(positionOf(list, role, room, options), remembering, () => new Fingerprints(room))
}

function positionOf(list: StreamSpec, role: Role, room: number, options: CursorOptions): ListPosition {
  const { state, lists, mode, stream, account } = options
  const start = startOf(list, role, options)
  const known = state?.lists.get(list.name) ?? initialPosition(start, room)
  // A full refresh reads every list, however long ago it was read.
  const saved = mode === 'full_refresh' ? { ...known, readAt: undefined } : known
  // States of the first edition have slices even of a list that is not read for the stream's own sake.
  const rereadAt = rereadDays(stream) === undefined ? undefined : (saved.rereadAt ?? account.serverTime)
  const position = { ...saved, ...(start === 'never' && { pending: [] }), rereadAt }
  if (isVerified(list, role, options)) return withOwnRoster(position, list, options)
  if (role === 'parents' && !list.archiveOf && position.isNew)
    return { ...position, roster: undefined, verifiedAt: account.serverTime }
  if (!keepsRoster(list, role, lists)) return { ...position, roster: undefined }
  return { ...position, roster: position.roster ?? Roster.unknown(rosterRoom(stream, list, hasTwins(lists))) }
}

/** Whether the list is compared with what the warehouse has of it. Archives have a walk of their own. */
export function isVerified(list: StreamSpec, role: Role, { mode, stream }: CursorOptions): boolean {
  const isOwn = role === 'own' && list.name === stream.name && list.archiveOf === undefined
  return isOwn && mode === 'incremental' && !list.isPersonal
}

/** Of a list that was never read, the warehouse has no row: that is all there is to know. */
function withOwnRoster(position: ListPosition, list: StreamSpec, options: CursorOptions): ListPosition {
  const roster = position.roster ?? Roster.unknown(rosterRoom(options.stream, list, hasTwins(options.lists)))
  if (!position.isNew) return { ...position, roster }
  roster.markComplete()
  const { account } = options
  return { ...position, roster, verifiedAt: account.serverTime, seenBy: viewerOf(account) }
}

function hasTwins(lists: CursorOptions['lists']): boolean {
  return lists.some(({ role }) => role === 'twin')
}

/**
 * Streams whose rows, or parents, move between lists keep the keys of these, but not of a list that they only return
 * to.
 */
function keepsRoster({ archiveOf }: StreamSpec, role: Role, lists: CursorOptions['lists']): boolean {
  if (role === 'parents') return lists.some((other) => other.list.name === archiveOf?.stream)
  return archiveOf !== undefined
}

/** Older rows of a list that is read by time are not rows of the stream. */
export function startOfRows(list: StreamSpec, { startDate, startDates }: CursorOptions): Time {
  return hasStartDate(list) ? (startDates[list.name] ?? startDate ?? -Infinity) : -Infinity
}

/**
 * A twin counts from the first run on: rows that were archived before are not rows of the stream. The list that rows
 * are restored to is not read for its own sake.
 */
function startOf(list: StreamSpec, role: Role, options: CursorOptions): Time | undefined | 'never' {
  const { account, startDate, startDates, lookbackMs, state, stream } = options
  const configured = startDates[list.name] ?? startDate
  // A date that is a little ahead is accepted, as time zones differ; a cursor is never ahead of the run.
  if (role !== 'twin') return configured === undefined ? undefined : Math.min(configured, account.serverTime)
  if (list.archiveOf === undefined) return 'never'
  const own = state?.lists.get(stream.name)
  if (own) return cursorOf(own.pending)
  return account.serverTime - lookbackMs - (account.isServerTimeCredible ? 0 : CLOCK_ERROR_MS)
}
