import { configError } from '../../airbyte/errors.js'
import type { JsonObject } from '../../airbyte/messages.js'
import { isObject } from '../../common/is-object.js'
import { formatTime, timeOrNull, type Time } from '../../common/time.js'
import type { SavedFacts } from '../../pipedrive/lists/list-facts.js'
import type { TokenOwner } from '../../pipedrive/account.js'
import { parseMapping, type SavedMapping } from '../records/custom-fields/mapping.js'
import { ComparedChildren } from './compared-children.js'
import { Disappearances } from './disappearances.js'
import { KeySet } from './key-set.js'
import { isFullRefreshComplete, parseOwner, parseSnapshots } from './saved-parts.js'
import { fromPerParentState, isPerParentState } from './per-parent-state.js'
import { decodePosition, encodePosition, type Saved } from './position-codec.js'
import { parseSpent, type SpentTokens } from './spent-tokens.js'
import { legacyFacts } from './legacy-facts.js'
import { decodeLegacyRoster } from './roster.js'
import type { ListPosition } from './list-position.js'

/*
 * The state of a stream, as JSON. On top its position in its first list:
 *
 * | key             | meaning                                                                                      |
 * | --------------- | -------------------------------------------------------------------------------------------- |
 * | the cursor      | where the first pending slice starts; all that another connector's state has                 |
 * | `pending`       | the pending slices, half-open, the last one open; absent: everything from the cursor on      |
 * | `fingerprints`  | of rows that were emitted and may be seen again, packed                                      |
 * | `resume`        | where a walk that was cut off goes on                                                        |
 * | `read_at`       | when the last reading of the whole list began                                                |
 * | `reread_at`     | when all rows were last read, changed or not; `reread`: where it goes on                      |
 * | `families`      | hashes of the children of each parent, or of what of each row moves no time                   |
 * | `roster`        | the keys of the list as the warehouse has them; `verified_at`, `verification`: its checks     |
 * | `children`      | which children each parent has, as the warehouse has them, and how far they are verified      |
 * | `gone`          | the records that Pipedrive has no more, the latest with their times                           |
 * | `converted`     | rows of another stream that have become rows of this one                                      |
 * | `seen_by`, `suspects` | who saw the whole list last, and which keys of the roster were missing in it          |
 * | `lists`         | the same for each further list that the stream subscribes to, by name                        |
 * | `facts`         | what was learned of each list                                                                |
 * | `spent_tokens`  | what requests for single parents cost in the last 24 hours, by the hour                      |
 * | `verification_tokens` | the same of the rolling verification of the list                         |
 * | `children_until`| the time before which all children of all parents are known, where that saves reading them   |
 * | `names`         | the names by which rows of other lists refer to the list's rows, where it is read seldom      |
 * | `custom_fields` | what the columns of custom fields held, as hashes                                             |
 * | `snapshots`     | what lists contained when they were last read whole, packed                                  |
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
  /** Records that Pipedrive has no more. */
  readonly gone?: Disappearances | undefined
  /** Which children each parent has, where they are compared with Pipedrive. */
  readonly children?: ComparedChildren | undefined
  /** Rows of another stream that have become rows of this one. */
  readonly converted?: KeySet | undefined
  /** The children of each parent as they were emitted, encoded. */
  readonly families?: string | undefined
  /** What lists contained when they were last read whole, packed, for streams of what is different since. */
  readonly snapshots?: Readonly<Record<string, string>> | undefined
  /** What requests for single parents have cost. */
  readonly spent?: SpentTokens | undefined
  /** The same of the rolling verification of its list. */
  readonly spentOnVerification?: SpentTokens | undefined
  /** Names of the list's rows, where it is not read in every run. */
  readonly names?: KeySet | undefined
  /** What records were mapped by; undefined without columns for custom fields. */
  readonly mapping?: SavedMapping | undefined
  /** Children before this time are known, of every parent; undefined: not tracked, or never complete. */
  readonly childrenUntil?: Time | undefined
  readonly tokenOwner: TokenOwner | undefined
  readonly company: number | undefined
}

/** How a stream's state is read: its lists in order, and the room that each one's fingerprints have. */
export interface StateShape {
  readonly stream: string
  readonly cursorField: string
  readonly lists: readonly ListShape[]
  /** In characters of the encoded state. */
  readonly disappearancesRoom: number
  /** 0: the stream's children are not compared. */
  readonly childRosterRoom: number
}

export interface ListShape {
  readonly name: string
  /** In characters of the encoded state. */
  readonly fingerprintRoom: number
  readonly rosterRoom: number
  readonly isArchive: boolean
  readonly keys: 'integers' | 'hashed'
}

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
  const isForeign = isPerParentState(saved, shape.cursorField)
  const names = shape.lists.map(({ name }) => name)
  const own = isForeign ? fromPerParentState(saved, names) : saved
  if (!own) return undefined
  try {
    return decode(own, shape)
  } catch (error) {
    throw configError(
      `The saved state of "${shape.stream}" is not in a form that this connector knows. ` +
        "Clear the stream's data in the connection to read it from the start.",
      { stream: shape.stream, cause: error },
    )
  }
}

function decode(saved: Saved, shape: StateShape): StreamState {
  const { cursorField, lists, disappearancesRoom, childRosterRoom } = shape
  const further = isObject(saved.lists) ? saved.lists : {}
  const positions = lists.flatMap((list, index): [string, ListPosition][] => {
    const part = index === 0 ? saved : further[list.name]
    if (!isObject(part)) return []
    const position = decodePosition(part, cursorField, list)
    // Only lists that are not read for the stream's own sake may have nothing pending.
    if (index === 0 && position.pending.length === 0) throw new TypeError('No slice is pending.')
    // The first edition kept the keys that were emitted as archived, for the whole stream.
    const isLegacy = list.isArchive && typeof saved.archived === 'string'
    const roster = isLegacy
      ? decodeLegacyRoster(String(saved.archived), list.keys, list.rosterRoom)
      : position.roster
    return [[list.name, { ...position, roster }]]
  })
  return {
    lists: new Map(positions),
    facts: isObject(saved.facts) ? (saved.facts as Record<string, SavedFacts>) : legacyFacts(saved, lists),
    moving: typeof saved.moving === 'string' ? KeySet.decode(saved.moving) : new KeySet(),
    gone: Disappearances.decode(saved.gone, disappearancesRoom),
    children: childRosterRoom > 0 ? ComparedChildren.decode(saved.children, childRosterRoom) : undefined,
    converted: typeof saved.converted === 'string' ? KeySet.decode(saved.converted) : undefined,
    families: typeof saved.families === 'string' ? saved.families : undefined,
    spent: parseSpent(saved.spent_tokens),
    spentOnVerification: parseSpent(saved.verification_tokens),
    names: typeof saved.names === 'string' ? KeySet.decode(saved.names) : undefined,
    snapshots: parseSnapshots(saved.snapshots),
    mapping: parseMapping(saved.custom_fields),
    childrenUntil: timeOrNull(saved.children_until) ?? undefined,
    tokenOwner: parseOwner(saved.token_owner ?? saved.viewer),
    company: typeof saved.company === 'number' ? saved.company : undefined,
  }
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
  const { tokenOwner, company, moving, names, childrenUntil, mapping, families, snapshots = {} } = state
  const { spent = {}, spentOnVerification = {} } = state
  const gone = state.gone?.toJSON()
  return {
    ...main?.[1],
    ...(further.length > 0 && { lists: Object.fromEntries(further) }),
    ...(Object.keys(state.facts).length > 0 && { facts: state.facts }),
    ...(childrenUntil !== undefined && { children_until: formatTime(childrenUntil) }),
    ...(Object.keys(spent).length > 0 && { spent_tokens: { ...spent } }),
    ...(Object.keys(spentOnVerification).length > 0 && { verification_tokens: { ...spentOnVerification } }),
    ...(families !== undefined && { families }),
    ...(state.children && { children: state.children.toJSON() }),
    ...(gone && { gone }),
    ...(state.converted && state.converted.size > 0 && { converted: state.converted.encode() }),
    ...(names && { names: names.encode() }),
    ...(Object.keys(snapshots).length > 0 && { snapshots: { ...snapshots } }),
    ...(mapping && { custom_fields: { ...mapping } }),
    ...(moving.size > 0 && { moving: moving.encode() }),
    ...(mode === 'full_refresh' && { full_refresh: true }),
    ...(tokenOwner && { token_owner: { ...tokenOwner } }),
    ...(company !== undefined && { company }),
  }
}
