import { configError } from '../../airbyte/errors.js'
import type { JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, parseTime } from '../../common/time.js'
import type { SavedFacts } from '../../pipedrive/lists/list-facts.js'
import { parsePosition } from '../../pipedrive/lists/position.js'
import type { TokenOwner } from '../../pipedrive/account.js'
import type { ResumePoint, VerificationPoint } from './checkpoint.js'
import { capped, cursorOf, union, type Coverage, type Slice } from './coverage.js'
import { Fingerprints } from './fingerprints.js'
import { KeySet } from './key-set.js'
import { decodeLegacyRoster, Roster, type SavedRoster } from './roster.js'
import type { ListPosition } from './stream-cursor.js'

/*
 * The state of a stream, as JSON. On top its position in its first list:
 *
 * | key             | meaning                                                                                      |
 * | --------------- | -------------------------------------------------------------------------------------------- |
 * | the cursor      | where the first pending slice starts; all that another connector's state has                 |
 * | `pending`       | the pending slices, half-open, the last one open; absent: everything from the cursor on      |
 * | `fingerprints`  | of rows that were emitted and may be seen again, packed                                      |
 * | `resume`        | where a walk that was cut off goes on                                                        |
 * | `roster`        | the keys of the list as the warehouse has them; `verified_at`, `verification`: its last and present check |
 * | `lists`         | the same for each further list that the stream subscribes to, by name                        |
 * | `facts`         | what was learned of each list                                                                |
 * | `moving`        | keys that may have been emitted from another list than the rosters say                       |
 * | `full_refresh`  | written by a full refresh; the two modes ignore each other's states                          |
 * | `token_owner`   | who read it                                                                                  |
 * | `company`       | whose data it describes                                                                      |
 */

export type StateMode = 'full_refresh' | 'incremental'

export interface StreamState {
  /** By the name of the list; the first one is the stream's main list. */
  readonly lists: ReadonlyMap<string, ListPosition>
  readonly facts: Readonly<Record<string, SavedFacts>>
  readonly moving: KeySet
  readonly tokenOwner: TokenOwner | undefined
  readonly company: number | undefined
}

/** How a stream's state is read: its lists in order, and the room that each one's fingerprints have. */
export interface StateShape {
  readonly stream: string
  readonly cursorField: string
  readonly lists: readonly ListShape[]
}

export interface ListShape {
  readonly name: string
  /** In characters of the encoded state. */
  readonly fingerprintRoom: number
  readonly isArchive: boolean
  readonly keys: 'integers' | 'hashed'
}

const FULL_REFRESH_MARKER = '__ab_full_refresh_sync_complete'
/** What the platform stores when a full refresh is complete; ours, and those of Airbyte's Python sources. */
const MARKERS = [FULL_REFRESH_MARKER, '__ab_no_cursor_state_message']

export const FULL_REFRESH_COMPLETE: JsonObject = { [FULL_REFRESH_MARKER]: true }

type Saved = Readonly<Record<string, unknown>>

/**
 * The state to continue from; undefined where there is none: nothing saved, a completed full refresh, the other mode's
 * state. Throws a config error for a state that is there and not understood: starting over silently would be expensive.
 */
export function decodeState(
  saved: Saved | undefined,
  shape: StateShape,
  mode: StateMode,
): StreamState | undefined {
  if (!saved || isFullRefreshComplete(saved)) return undefined
  if ((saved.full_refresh === true) !== (mode === 'full_refresh')) return undefined
  try {
    return decode(saved, shape)
  } catch (error) {
    throw configError(
      `The saved state of "${shape.stream}" is not in a form that this connector knows. ` +
        "Clear the stream's data in the connection to read it from the start.",
      { stream: shape.stream, cause: error },
    )
  }
}

function decode(saved: Saved, { cursorField, lists }: StateShape): StreamState {
  const further = isObject(saved.lists) ? saved.lists : {}
  const positions = lists.flatMap((list, index): [string, ListPosition][] => {
    const part = index === 0 ? saved : further[list.name]
    if (!isObject(part)) return []
    const position = decodePosition(part, cursorField, list.fingerprintRoom)
    // Only lists that are not read for the stream's own sake may have nothing pending.
    if (index === 0 && position.pending.length === 0) throw new TypeError('No slice is pending.')
    // The first edition kept the keys that were emitted as archived, for the whole stream.
    const isLegacy = list.isArchive && typeof saved.archived === 'string'
    const roster = isLegacy ? decodeLegacyRoster(String(saved.archived), list.keys) : position.roster
    return [[list.name, { ...position, roster }]]
  })
  return {
    lists: new Map(positions),
    facts: isObject(saved.facts) ? (saved.facts as Record<string, SavedFacts>) : legacyFacts(saved, lists),
    moving: typeof saved.moving === 'string' ? KeySet.decode(saved.moving) : new KeySet(),
    tokenOwner: decodeOwner(saved.token_owner ?? saved.viewer),
    company: typeof saved.company === 'number' ? saved.company : undefined,
  }
}

/** The first edition kept when it had last looked for rows without a time, and found none. */
function legacyFacts(saved: Saved, lists: readonly ListShape[]): Record<string, SavedFacts> {
  const further = isObject(saved.lists) ? saved.lists : {}
  const known = lists.flatMap(({ name }, index): [string, SavedFacts][] => {
    const part = index === 0 ? saved : further[name]
    if (!isObject(part) || typeof part.probed !== 'string' || isObject(part.undated)) return []
    return [[name, { undatedRows: { value: 'none', at: part.probed } }]]
  })
  return Object.fromEntries(known)
}

function decodePosition(saved: Saved, cursorField: string, room: number): ListPosition {
  const cursor = parseTime(saved[cursorField])
  const pending =
    'pending' in saved ? decodeSlices(saved.pending) : cursor === null ? undefined : [[cursor, null] as const]
  if (!pending) throw new TypeError('There is neither a cursor nor a list of pending slices.')
  return {
    isNew: false,
    pending,
    fingerprints: decodeFingerprints(saved, room),
    resume: decodeResume(saved.resume ?? saved.pass),
    roster: isObject(saved.roster) ? Roster.decode(saved.roster as unknown as SavedRoster) : undefined,
    verifiedAt: parseTime(saved.verified_at) ?? undefined,
    verification: decodeVerification(saved.verification),
  }
}

/** Packed; or, in states of the first edition, an object of key and hash, rows without a time apart. */
function decodeFingerprints(saved: Saved, room: number): Fingerprints | undefined {
  if (typeof saved.fingerprints === 'string') return Fingerprints.decode(saved.fingerprints, room)
  if (!isObject(saved.recent)) return undefined
  const entries = Object.entries({ ...saved.recent, ...(isObject(saved.undated) ? saved.undated : {}) })
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Fingerprints.decodeLegacy(Object.fromEntries(texts), room)
}

function decodeSlices(value: unknown): Coverage | undefined {
  if (!Array.isArray(value)) return undefined
  const slices = value.map((slice: unknown): Slice => {
    if (!Array.isArray(slice)) throw new TypeError('A slice is not a pair of times.')
    const [from, until] = [parseTime(slice[0]), slice[1] === null ? null : parseTime(slice[1])]
    if (from === null || (until === null && slice[1] !== null))
      throw new TypeError('A slice has no start or end.')
    return [from, until]
  })
  const merged = union(slices)
  // Without an open end, nothing that comes later would ever be read. No slices at all: a list that is only followed.
  return merged.length === 0 || merged.at(-1)?.[1] === null ? merged : undefined
}

function decodeResume(value: unknown): ResumePoint | undefined {
  if (!isObject(value)) return undefined
  const startedAt = parseTime(value.started_at ?? value.began)
  const position = parsePosition(value.position ?? value.at)
  return startedAt === null || position === undefined ? undefined : { startedAt, position }
}

function decodeVerification(value: unknown): VerificationPoint | undefined {
  const resume = decodeResume(value)
  if (!resume || !isObject(value) || typeof value.seen !== 'string') return undefined
  return { ...resume, seen: KeySet.decode(value.seen) }
}

function decodeOwner(value: unknown): TokenOwner | undefined {
  return isObject(value) ? { user: Number(value.user), admin: value.admin === true } : undefined
}

/** A marker, or one for each partition that the list was read in. */
function isFullRefreshComplete(saved: Saved): boolean {
  if (MARKERS.some((marker) => marker in saved)) return true
  const partitions: unknown[] = Array.isArray(saved.states) ? saved.states : []
  return (
    partitions.length > 0 &&
    partitions.every((part) => isObject(part) && isObject(part.cursor) && isFullRefreshComplete(part.cursor))
  )
}

/** The opposite of decodeState. */
export function encodeState(
  state: StreamState,
  shape: Pick<StateShape, 'cursorField'>,
  mode: StateMode,
): JsonObject {
  const [main, ...further] = [...state.lists].map(([name, position]): [string, JsonObject] => [
    name,
    encodePosition(position, shape.cursorField),
  ])
  const { tokenOwner, company, moving } = state
  return {
    ...main?.[1],
    ...(further.length > 0 && { lists: Object.fromEntries(further) }),
    ...(Object.keys(state.facts).length > 0 && { facts: state.facts }),
    ...(moving.size > 0 && { moving: moving.encode() }),
    ...(mode === 'full_refresh' && { full_refresh: true }),
    ...(tokenOwner && { token_owner: { ...tokenOwner } }),
    ...(company !== undefined && { company }),
  }
}

function encodePosition(position: ListPosition, cursorField: string): JsonObject {
  const { fingerprints, resume, roster, verifiedAt, verification } = position
  const pending = capped(position.pending)
  const isSimple = pending.length === 1 && pending[0]?.[1] === null
  return {
    ...(pending.length > 0 && { [cursorField]: formatTime(cursorOf(pending)) }),
    ...(!isSimple && { pending: pending.map(encodeSlice) }),
    ...(fingerprints && { fingerprints: fingerprints.encode() }),
    ...(resume && { resume: encodeResume(resume) }),
    ...(roster && { roster: { ...roster.encode() } }),
    ...(verifiedAt !== undefined && { verified_at: formatTime(verifiedAt) }),
    ...(verification && {
      verification: { ...encodeResume(verification), seen: verification.seen.encode() },
    }),
  }
}

function encodeSlice([from, until]: Slice): [string, string | null] {
  return [formatTime(from), until === null ? null : formatTime(until)]
}

function encodeResume({ startedAt, position }: ResumePoint): JsonObject {
  return { started_at: formatTime(startedAt), position: { ...position } as JsonObject }
}
