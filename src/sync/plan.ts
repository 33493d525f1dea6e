import type { ConfiguredStream } from '../airbyte/catalog.js'
import { configError, ConnectorError } from '../airbyte/errors.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import type { RequestFn } from '../pipedrive/http/request.js'
import type { Account, Viewer } from './account.js'
import { ChildStream } from './child-stream.js'
import { Consumer } from './consumer.js'
import { streamGone } from './error-messages.js'
import { KeySet } from './key-set.js'
import { listsOf, type ListPart } from './list-parts.js'
import { Progress } from './progress.js'
import { RowStream } from './row-stream.js'
import { Scan } from './scan.js'
import { initialState, parseState, type SavedState, type StateMode } from './stream-state.js'
import type { StreamRun } from './stream-run.js'
import type { Time } from '../common/time.js'

export interface PlanOptions {
  client: Client
  account: Account
  manifest: readonly StreamSpec[]
  states: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  startDate: Time | undefined
  /** The same for single lists, and for what is read along with them. */
  startDates: Readonly<Record<string, Time>>
  lookbackMs: number
}

/** The options, with requests that carry the priority of the group that they are read for. */
interface PrioritizedOptions extends PlanOptions {
  request: RequestFn
}

/** A stream whose cursor lies in the future: it reads nothing and gives its state back. */
export interface AheadOfTime {
  stream: StreamSpec
  state: Readonly<Record<string, unknown>>
  cursor: Time
}

export interface Plan {
  /** Lists that have streams in common are read one after another, groups side by side; the furthest behind first. */
  groups: Scan[][]
  ahead: AheadOfTime[]
  /** Streams that cannot be read, and why; the others are read all the same. */
  refused: { name: string; error: ConnectorError }[]
  /** Streams whose states were written by somebody who may have seen less. */
  wider: string[]
}

/** Which lists are read for which streams, and in which order. Throws a config error for another company's state. */
export function planSync(configured: readonly ConfiguredStream[], given: PlanOptions): Plan {
  const priorities = new Map<string, number>()
  const request: RequestFn = (one) =>
    given.client.request({ ...one, priority: priorities.get(one.label) ?? 0 })
  const options: PrioritizedOptions = { ...given, request }
  const scans = new Map<string, Scan>()
  const plan: Omit<Plan, 'groups'> = { ahead: [], refused: [], wider: [] }
  for (const { name, syncMode } of configured) {
    const stream = options.manifest.find((candidate) => candidate.name === name)
    if (!stream) {
      plan.refused.push({ name, error: streamGone(name) })
      continue
    }
    const mode = stream.cursorField === undefined ? 'full_refresh' : syncMode
    const raw = options.states.get(name)
    const saved = savedState(stream, mode, raw)
    if (saved instanceof ConnectorError) {
      plan.refused.push({ name, error: saved })
      continue
    }
    assertSameCompany(saved, options.account)
    if (saved?.viewer && seesMore(saved.viewer, options.account.viewer)) plan.wider.push(name)
    const cursor = saved?.pending[0]?.[0] ?? -Infinity
    if (raw && cursor > options.account.serverTime) plan.ahead.push({ stream, state: raw, cursor })
    else attach(stream, mode, saved, listsOf(stream, mode, configured, options.manifest), scans, options)
  }
  const groups = inGroups([...scans.values()])
  for (const [name, priority] of prioritiesOf(groups)) priorities.set(name, priority)
  return { groups, ...plan }
}

/** Gives the stream a part in each of its lists. */
function attach(
  stream: StreamSpec,
  mode: StateMode,
  saved: SavedState | undefined,
  parts: readonly ListPart[],
  scans: Map<string, Scan>,
  options: PrioritizedOptions,
): void {
  const twin = parts.some(({ role }) => role === 'archived' || role === 'restored')
  const archived = twin || stream.archiveOf ? (saved?.archived ?? KeySet.of()) : undefined
  const run = runOf(stream, mode, archived, options)
  parts.forEach((part, index) => {
    const { list } = part
    const scan = scans.get(list.name) ?? new Scan(list, options.request, options.lookbackMs)
    scans.set(list.name, scan)
    const progress = progressOf(stream, mode, saved, part, index === 0, options)
    const consumer = new Consumer(run, list.name, progress, part.interest(archived))
    run.consumers.push(consumer)
    scan.consumers.push(consumer)
  })
}

function runOf(
  stream: StreamSpec,
  mode: StateMode,
  archived: KeySet | undefined,
  options: PrioritizedOptions,
): StreamRun {
  const { account, request, lookbackMs } = options
  if (stream.strategy.kind !== 'children') return new RowStream(stream, mode, account, archived)
  return new ChildStream(stream, stream.strategy, mode, account, request, account.serverTime - lookbackMs)
}

function progressOf(
  stream: StreamSpec,
  mode: StateMode,
  saved: SavedState | undefined,
  { list, role }: ListPart,
  isMain: boolean,
  { account, startDate, startDates, lookbackMs }: PlanOptions,
): Progress {
  // What was archived before the stream was first read is none of its rows; from then on it is.
  const since =
    role === 'archived' || role === 'restored'
      ? (saved?.pending[0]?.[0] ?? account.serverTime - lookbackMs)
      : (startDates[list.name] ?? startDate)
  const state = (isMain ? saved : saved?.lists?.[list.name]) ?? initialState(since)
  return new Progress(state, {
    cursorField: stream.cursorField ?? '',
    mode: isMain ? mode : 'incremental',
    memory: list.strategy.kind === 'full-scan' ? 'all' : 'recent',
    ...(isMain && account.companyId !== undefined && { company: account.companyId }),
  })
}

/** The state to go on from, or why there is none although there should be. */
function savedState(
  { name, cursorField }: StreamSpec,
  mode: StateMode,
  raw: Readonly<Record<string, unknown>> | undefined,
): SavedState | ConnectorError | undefined {
  if (cursorField === undefined) return undefined
  try {
    return parseState(raw, { name, cursorField }, mode)
  } catch (error) {
    if (error instanceof ConnectorError) return error
    throw error
  }
}

/** Whether the token's owner may see rows that the last one could not. */
function seesMore(before: Viewer, now: Viewer): boolean {
  return now.admin ? !before.admin : now.user !== before.user
}

/** Rows of two companies in one warehouse could not be told apart any more: nothing is read. */
function assertSameCompany(saved: SavedState | undefined, { companyId, companyName }: Account): void {
  if (saved?.company === undefined || companyId === undefined || saved.company === companyId) return
  throw configError(
    `The saved state belongs to another Pipedrive company (${saved.company}) than the token (${companyId}, ${companyName}). ` +
      'Use a token of the same company, or clear the data and start over.',
  )
}

/**
 * Streams that were cut off are furthest behind; read first, a budget that ends every day starves none of them.
 * An archive goes right before the list that its rows come from: what is restored meanwhile is then met there.
 */
function inGroups(scans: readonly Scan[]): Scan[][] {
  for (const scan of scans)
    scan.live = scans.find(({ stream }) => stream.name === scan.stream.archiveOf?.stream)
  const archivesFirst = [...scans].sort((a, b) => Number(b.live !== undefined) - Number(a.live !== undefined))
  const groups: Scan[][] = []
  for (const scan of archivesFirst) {
    const related = groups.filter((group) => group.some((other) => areRelated(scan, other)))
    for (const group of related) groups.splice(groups.indexOf(group), 1)
    groups.push([...related.flat(), scan])
  }
  return groups.sort((a, b) => Math.sign(oldestCursor(a) - oldestCursor(b)) || streamsOn(b) - streamsOn(a))
}

/** The group that is furthest behind comes first at the rate limit. */
function prioritiesOf(groups: readonly (readonly Scan[])[]): [name: string, priority: number][] {
  return groups.flatMap((scans, priority) =>
    scans.flatMap(({ stream, consumers }) =>
      [stream, ...consumers.map(({ run }) => run.stream)].map(({ name }): [string, number] => [
        name,
        priority,
      ]),
    ),
  )
}

/** Of those that are equally far behind, the one with most to read begins, so that it is not what all wait for in the end. */
function streamsOn(scans: readonly Scan[]): number {
  return scans.reduce((sum, { consumers }) => sum + consumers.length, 0)
}

/** Whether two lists have a stream in common, or rows that move from one to the other. */
function areRelated(a: Scan, b: Scan): boolean {
  const shared = a.consumers.some(({ run }) => b.consumers.some((other) => other.run === run))
  return shared || a.live === b || b.live === a
}

function oldestCursor(scans: readonly Scan[]): Time {
  return Math.min(...scans.map((scan) => scan.oldestCursor))
}
