import type { ConfiguredStream } from '../airbyte/catalog.js'
import { ConnectorError } from '../airbyte/errors.js'
import type { Time } from '../common/time.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { RequestFn } from '../pipedrive/http/request.js'
import { unknownStream } from './error-messages.js'
import { conversionsOf } from './state/conversions.js'
import { FactsBook } from './state/facts-book.js'
import { KnownNames } from './state/known-names.js'
import { Lanes } from './readers/lanes.js'
import { ListScan } from './readers/list-scan.js'
import { verifiedUnits } from './readers/rolling-units.js'
import type { Unit } from './readers/units.js'
import { LabelBook } from './records/custom-fields/label-book.js'
import type { StateMode, StreamState } from './state/codec.js'
import { assertSameCompany, seesMore, withKnownScopes } from './state/owner.js'
import { savedState } from './state/saved-state.js'
import type { Allowance } from './streams/allowance.js'
import { allowancesOf, type AllowanceShares } from './streams/allowances.js'
import { buildStream, type BuiltStream } from './streams/build-stream.js'
import { buildDeletions, type Deletions } from './streams/deletions.js'
import { isGoneFrom } from './streams/is-gone.js'
import { ParentLanes } from './streams/parent-lanes.js'
import { SharedResponses } from './streams/shared-responses.js'
import { trackColumns } from './streams/track-columns.js'
import { listsOfStream } from './subscriptions.js'

export interface PlanOptions extends AllowanceShares {
  request: RequestFn
  manifest: readonly StreamSpec[]
  states: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  startDate: Time | undefined
  /** The same for single lists, and for what is read along with them. */
  startDates: Readonly<Record<string, Time>>
  lookbackMs: number
  /** Whether the columns that the catalog asks for are computed. */
  customFields: 'columns' | 'raw'
  /** Whether all rows of a stream are read again when its columns have changed. */
  customFieldsBackfill: boolean
  /** Whether destinations are to delete records that are gone. */
  removesDeleted?: boolean
  /** Whether all lists are compared now, and nothing else is read. */
  verifiesOnly?: boolean
  /** How long a reading of a list of settings counts; 0 or absent: until the next run. */
  settingsEveryMs?: number
  /** How many pages to read side by side, as things are; absent: one. */
  concurrency?: () => number
}

/** A stream whose cursor lies in the future: it reads nothing and returns its state. */
export interface FutureCursor {
  stream: StreamSpec
  state: Readonly<Record<string, unknown>>
  cursor: Time
}

export interface SyncPlan {
  /** What is read, in the order in which it starts. */
  units: Unit[]
  streams: BuiltStream[]
  /** What lists the records that have disappeared from the other streams. */
  deletions: Deletions[]
  /** What is known of each list. */
  facts: FactsBook
  /** For streams that cost a request per parent. */
  allowance: Allowance
  /** For comparing lists with what the warehouse has of them. */
  verification: Allowance
  lanes: Lanes
  futureCursors: FutureCursor[]
  /** Streams that cannot be read, and why; the others are read all the same. */
  unavailable: { name: string; error: ConnectorError }[]
  /** Streams whose states were written by a token that may have seen less. */
  widerVisibility: string[]
  /** Streams whose rows are all read again because their columns have changed. */
  backfilled: string[]
}

type Notes = Pick<SyncPlan, 'futureCursors' | 'unavailable' | 'widerVisibility' | 'backfilled'>

interface Selected {
  stream: StreamSpec
  mode: StateMode
  state: StreamState | undefined
  properties: ConfiguredStream['properties']
}

/** Which lists are read for which streams, and in which order. Throws a config error for another company's state. */
export function planSync(configured: readonly ConfiguredStream[], options: PlanOptions): SyncPlan {
  const notes: Notes = { futureCursors: [], unavailable: [], widerVisibility: [], backfilled: [] }
  const selected = configured.flatMap((stream) => select(stream, notes, options))
  const account = withKnownScopes(options.account, selected)
  return planSelected(selected, notes, configured, { ...options, account })
}

function planSelected(
  selected: readonly Selected[],
  notes: Notes,
  configured: readonly ConfiguredStream[],
  options: PlanOptions,
): SyncPlan {
  const facts = new FactsBook(selected.map(({ state }) => state?.facts ?? {}))
  const labels = new LabelBook(options.manifest, options.request)
  const allowances = allowancesOf(selected, options)
  const [lanes, names] = [new Lanes(options.concurrency), namesOfSettings(selected, facts, options)]
  const [noticedAt, parentLanes] = [noticeTime(selected, options), new ParentLanes(options.concurrency)]
  const shared = new SharedResponses(selected.map(({ stream }) => stream))
  const [streams, deletions]: [BuiltStream[], Deletions[]] = [[], []]
  const [conversions, isGone] = [conversionsOf(selected), isGoneFrom(streams)]
  const known = { facts, names, allowances, conversions, isGone, noticedAt, shared, parentLanes }
  const common = { removesDeleted: false, ...options, ...known }
  const scans = new Map<string, ListScan>()
  for (const { stream, mode, state, properties } of selected) {
    const lists = listsOfStream(stream, mode, configured, options.manifest)
    const columns = options.customFields === 'columns' ? labels.columnsOf(stream, properties) : undefined
    const tracked = trackColumns(columns, state, mode, options.customFieldsBackfill)
    if (tracked.isBackfill) notes.backfilled.push(stream.name)
    if (stream.strategy.kind === 'disappearances') {
      deletions.push(buildDeletions({ ...common, stream, mode, state, lists }))
      continue
    }
    const built = buildStream({ ...common, stream, mode, ...tracked, lists })
    streams.push(built)
    // Whether the account has the feature by now is asked again when the fact expires.
    if (facts.of(stream.name).get('featureMissing') && stream.feature) continue
    for (const { list } of lists) {
      const scanOptions = { ...options, lanes, names: names.get(list.name) }
      const scan =
        scans.get(list.name) ?? new ListScan(list, facts.of(list.name), options.request, scanOptions)
      scans.set(list.name, scan)
      const part = built.subscriptions.find((subscription) => subscription.list === list.name)
      if (part) scan.subscribe(part)
    }
  }
  return {
    ...notes,
    streams,
    deletions,
    facts,
    allowance: allowances.perParent,
    verification: allowances.verification,
    lanes,
    units: verifiedUnits([...scans.values()], allowances.verification, options),
  }
}

/** Later than all that the stream of deletions has listed, whatever the clock says. */
function noticeTime(selected: readonly Selected[], { account }: PlanOptions): Time {
  const list = selected.find(({ stream: { strategy } }) => strategy.kind === 'disappearances')
  const [position] = list?.state?.lists.values() ?? []
  return Math.max(account.serverTime, (position?.pending[0]?.[0] ?? -Infinity) + 1)
}

/** What other lists call the rows of the settings that this run may leave out. */
function namesOfSettings(
  selected: readonly Selected[],
  facts: FactsBook,
  { settingsEveryMs = 0 }: PlanOptions,
): ReadonlyMap<string, KnownNames> {
  const seldom = selected.filter(({ mode }) => settingsEveryMs > 0 && mode === 'incremental')
  const known = seldom.flatMap(({ stream: { name, settings }, state }): [string, KnownNames][] => {
    if (!settings) return []
    const readAt = state?.names && state.lists.get(name)?.readAt
    return [[name, new KnownNames(settings.knownBy, facts.of(name), readAt, state?.names)]]
  })
  return new Map(known)
}

/** The stream with the state that it continues from; notes why it is not read, if so. */
function select(configured: ConfiguredStream, notes: Notes, options: PlanOptions): Selected[] {
  const { name, syncMode, properties } = configured
  const { account, manifest, states } = options
  const stream = manifest.find((candidate) => candidate.name === name)
  if (!stream) {
    notes.unavailable.push({
      name,
      error: unknownStream(
        name,
        manifest.map((known) => known.name),
      ),
    })
    return []
  }
  const mode = stream.cursorField === undefined ? 'full_refresh' : syncMode
  const raw = states.get(name)
  const state = savedState(stream, mode, raw, options.manifest)
  if (state instanceof ConnectorError) {
    notes.unavailable.push({ name, error: state })
    return []
  }
  assertSameCompany(state, account)
  if (state?.tokenOwner && seesMore(state.tokenOwner, account.tokenOwner)) notes.widerVisibility.push(name)
  const [main] = state?.lists.values() ?? []
  const cursor = main?.pending[0]?.[0] ?? -Infinity
  if (raw && cursor > account.serverTime) {
    notes.futureCursors.push({ stream, state: raw, cursor })
    return []
  }
  return [{ stream, mode, state, properties }]
}
