import type { Time } from '../../common/time.js'
import { areChildrenCompared } from '../../manifest/compared.js'
import { hasOwnList, listedIn } from '../../manifest/listed-in.js'
import { rereadDays } from '../../manifest/reread.js'
import { changesAreCompared, type StreamSpec } from '../../manifest/stream.js'
import type { StateShape } from './codec.js'
import { initialCoverage } from './coverage.js'
import { Fingerprints } from './fingerprints.js'
import type { ListPosition } from './list-position.js'

/**
 * Room in a state, in characters: 256 KB for the whole of it. A list that is compared row by row has no roster of its
 * own; a list that is read by time keeps the fingerprints of few rows. While a list is verified, the keys that were
 * seen take as much as its roster.
 */
const ROOM = {
  comparedList: 230_000,
  ownList: 50_000,
  furtherList: 12_000,
  parentLists: 60_000,
  families: 40_000,
  childRoster: 78_000,
  disappeared: 24_000,
  disappearedOfComparedList: 4_000,
  disappearedChildren: 8_000,
  comparedRoster: 14_000,
  archiveRoster: 48_000,
  /** Of a list that is read by time: one whose rows may be archived, and others. */
  archivedFromRoster: 30_000,
  liveRoster: 80_000,
  watchedRoster: 26_000,
  watchedRows: 120_000,
} satisfies Record<string, number>

/** Room for the keys of a list in the state of a stream. `hasTwins`: whether rows of the stream move to other lists. */
export function rosterRoom(stream: StreamSpec, list: StreamSpec, hasTwins: boolean): number {
  if (list.archiveOf) return ROOM.archiveRoster
  if (list.name !== stream.name || !hasOwnList(stream)) return 0
  if (changesAreCompared(stream)) return ROOM.comparedRoster
  if (rereadDays(stream) !== undefined) return ROOM.watchedRoster
  return hasTwins ? ROOM.archivedFromRoster : ROOM.liveRoster
}

/** Room for the fingerprints of a stream's rows in one of its lists. */
export function fingerprintRoom(stream: StreamSpec, list: StreamSpec): number {
  if (changesAreCompared(stream)) return ROOM.comparedList
  // They are read whole each time.
  if (!hasOwnList(stream) && stream.strategy.kind !== 'children') return 0
  if (stream.strategy.kind === 'children') {
    const room = changesAreCompared(list) ? ROOM.comparedList : ROOM.parentLists
    return (room - familiesRoom(stream)) / stream.strategy.of.length
  }
  return list.name === stream.name ? ROOM.ownList : ROOM.furtherList
}

/** Room for the keys of a stream's records that have disappeared. */
export function disappearancesRoom(stream: StreamSpec): number {
  if (areChildrenCompared(stream)) return ROOM.disappearedChildren
  if (!hasOwnList(stream)) return 0
  return changesAreCompared(stream) ? ROOM.disappearedOfComparedList : ROOM.disappeared
}

/** Room for the children of each parent, as the warehouse has them. */
export function childRosterRoom(stream: StreamSpec): number {
  return areChildrenCompared(stream) ? ROOM.childRoster : 0
}

/** Room for the hashes of the children of each parent, or of each row. */
export function familiesRoom(stream: StreamSpec): number {
  if (rereadDays(stream) === undefined) return 0
  return stream.strategy.kind === 'children' ? ROOM.families : ROOM.watchedRows
}

/** How the state of a stream is read. All lists count that the stream could subscribe to, whatever is selected. */
export function stateShape(stream: StreamSpec, manifest: readonly StreamSpec[]): StateShape {
  return {
    stream: stream.name,
    disappearancesRoom: disappearancesRoom(stream),
    childRosterRoom: childRosterRoom(stream),
    cursorField: stream.cursorField ?? '',
    lists: possibleLists(stream, manifest).map((list, _, all) => ({
      name: list.name,
      fingerprintRoom: fingerprintRoom(stream, list),
      rosterRoom: rosterRoom(stream, list, all.length > 1),
      isArchive: list.archiveOf !== undefined,
      keys: manifest.some(({ name, lookup }) => lookup && name === list.archiveOf?.stream)
        ? 'integers'
        : 'hashed',
    })),
  }
}

function possibleLists(stream: StreamSpec, manifest: readonly StreamSpec[]): StreamSpec[] {
  const { archiveOf } = stream
  const others = listedIn(stream)
  if (others.length > 0) return others.flatMap((name) => manifest.filter((list) => list.name === name))
  const twins = manifest.filter(
    (other) => other.archiveOf?.stream === stream.name || other.name === archiveOf?.stream,
  )
  return [stream, ...twins]
}

/** A list that has not been read yet, from its start date on; `never`: it is not read for the stream's own sake. */
export function initialPosition(startDate: Time | undefined | 'never', room: number): ListPosition {
  return {
    isNew: true,
    pending: startDate === 'never' ? [] : initialCoverage(startDate),
    fingerprints: new Fingerprints(room),
  }
}
