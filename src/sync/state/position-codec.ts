import type { JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, parseTime } from '../../common/time.js'
import { parsePosition } from '../../pipedrive/lists/position.js'
import type { RereadPoint, ResumePoint, VerificationPoint } from './checkpoint.js'
import { capped, cursorOf, union, type Coverage, type Slice } from './coverage.js'
import { Fingerprints } from './fingerprints.js'
import { KeySet } from './key-set.js'
import { Roster, type SavedRoster } from './roster.js'
import type { ListPosition } from './list-position.js'

export type Saved = Readonly<Record<string, unknown>>

/** How many characters of the state these may take. */
interface Room {
  readonly fingerprintRoom: number
  readonly rosterRoom: number
}

/** A stream's position in one list, from a state. Throws for what is there and not understood. */
export function decodePosition(saved: Saved, cursorField: string, room: Room): ListPosition {
  const cursor = parseTime(saved[cursorField])
  const pending =
    'pending' in saved ? decodeSlices(saved.pending) : cursor === null ? undefined : [[cursor, null] as const]
  if (!pending) throw new TypeError('There is neither a cursor nor a list of pending slices.')
  return {
    isNew: false,
    pending,
    fingerprints: decodeFingerprints(saved, room.fingerprintRoom),
    resume: decodeResume(saved.resume ?? saved.pass),
    readAt: parseTime(saved.read_at) ?? undefined,
    rereadAt: parseTime(saved.reread_at) ?? undefined,
    reread: decodeReread(saved.reread),
    roster: isObject(saved.roster)
      ? Roster.decode(saved.roster as unknown as SavedRoster, room.rosterRoom)
      : undefined,
    verifiedAt: parseTime(saved.verified_at) ?? undefined,
    verification: decodeVerification(saved.verification),
    seenBy: typeof saved.seen_by === 'string' ? saved.seen_by : undefined,
    suspects: typeof saved.suspects === 'string' ? KeySet.decode(saved.suspects) : undefined,
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
  if (startedAt === null || position === undefined) return undefined
  return { startedAt, position, ...(value.whole === false && { isWhole: false }) }
}

function decodeReread(value: unknown): RereadPoint | undefined {
  if (!isObject(value)) return undefined
  const startedAt = parseTime(value.started_at)
  const after = typeof value.after === 'string' ? value.after : undefined
  return startedAt === null ? undefined : { startedAt, position: parsePosition(value.position), after }
}

function decodeVerification(value: unknown): VerificationPoint | undefined {
  const resume = decodeResume(value)
  if (!resume || !isObject(value) || typeof value.seen !== 'string') return undefined
  const { pages, viewer } = value
  return {
    ...resume,
    seen: KeySet.decode(value.seen),
    pages: typeof pages === 'number' ? pages : 0,
    ...(typeof viewer === 'string' && { viewer }),
  }
}

/** The opposite of decodePosition. */
export function encodePosition(position: ListPosition, cursorField: string): JsonObject {
  const { fingerprints, resume, readAt, rereadAt, reread, roster, verifiedAt, verification } = position
  const { seenBy, suspects } = position
  const pending = capped(position.pending)
  const isSimple = pending.length === 1 && pending[0]?.[1] === null
  const savedRoster = roster?.encode()
  // Keys are compared with a roster; without one, seeing them again costs nothing.
  const seen = roster && !roster.outgrown ? verification?.seen : new KeySet()
  return {
    ...(pending.length > 0 && { [cursorField]: formatTime(cursorOf(pending)) }),
    ...(!isSimple && { pending: pending.map(encodeSlice) }),
    ...(fingerprints && { fingerprints: fingerprints.encode() }),
    ...(resume && { resume: encodeResume(resume) }),
    ...(readAt !== undefined && { read_at: formatTime(readAt) }),
    ...(rereadAt !== undefined && { reread_at: formatTime(rereadAt) }),
    ...(reread && { reread: encodeReread(reread) }),
    ...(savedRoster && { roster: { ...savedRoster } }),
    ...(verifiedAt !== undefined && { verified_at: formatTime(verifiedAt) }),
    ...(verification && seen && { verification: encodeVerification(verification, seen) }),
    ...(seenBy !== undefined && { seen_by: seenBy }),
    ...(suspects && suspects.size > 0 && { suspects: suspects.encode() }),
  }
}

function encodeReread({ startedAt, position, after }: RereadPoint): JsonObject {
  return {
    started_at: formatTime(startedAt),
    ...(position && { position: { ...position } as JsonObject }),
    ...(after !== undefined && { after }),
  }
}

function encodeVerification(point: VerificationPoint, seen: KeySet): JsonObject {
  const { pages, viewer } = point
  return { ...encodeResume(point), pages, seen: seen.encode(), ...(viewer !== undefined && { viewer }) }
}

function encodeSlice([from, until]: Slice): [string, string | null] {
  return [formatTime(from), until === null ? null : formatTime(until)]
}

function encodeResume({ startedAt, position, isWhole = true }: ResumePoint): JsonObject {
  const saved = { started_at: formatTime(startedAt), position: { ...position } as JsonObject }
  return isWhole ? saved : { ...saved, whole: false }
}
