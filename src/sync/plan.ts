import type { ConfiguredStream } from '../airbyte/catalog.js'
import { configError } from '../airbyte/errors.js'
import type { ChildScan, StreamSpec } from '../manifest/stream.js'
import type { Client } from '../pipedrive/client.js'
import type { Account } from './account.js'
import { ChildConsumer } from './child-consumer.js'
import type { Consumer } from './consumer.js'
import { Progress, type MemoryPolicy } from './progress.js'
import { RowConsumer } from './row-consumer.js'
import { Scan } from './scan.js'
import { initialState, parseState, type StateMode, type StreamState } from './stream-state.js'
import type { Time } from './time.js'

export interface PlanOptions {
  client: Client
  account: Account
  manifest: readonly StreamSpec[]
  states: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  startDate: Time | undefined
  lookbackMs: number
}

/** A stream whose cursor lies in the future: it reads nothing and gives its state back. */
export interface AheadOfTime {
  stream: StreamSpec
  state: Readonly<Record<string, unknown>>
  cursor: Time
}

export interface Plan {
  scans: Scan[]
  ahead: AheadOfTime[]
  /** What the catalog names and the manifest does not have. */
  unknown: string[]
}

/** Which lists are read for which streams, and in which order. Throws a config error for a state that does not fit. */
export function planSync(configured: readonly ConfiguredStream[], options: PlanOptions): Plan {
  const scans = new Map<string, Scan>()
  const ahead: AheadOfTime[] = []
  const unknown: string[] = []
  for (const { name, syncMode } of configured) {
    const stream = find(options.manifest, name)
    if (!stream) {
      unknown.push(name)
      continue
    }
    const mode = stream.cursorField === undefined ? 'full_refresh' : syncMode
    const saved = options.states.get(name)
    const state = savedState(stream, mode, saved, options.account)
    const cursor = state?.pending[0]?.[0] ?? -Infinity
    if (saved && cursor > options.account.serverTime) ahead.push({ stream, state: saved, cursor })
    else attach(stream, progressOf(stream, mode, state, options), scans, options)
  }
  return { scans: [...scans.values()].sort(byOldestCursor), ahead, unknown }
}

function attach(
  stream: StreamSpec,
  progress: Progress,
  scans: Map<string, Scan>,
  options: PlanOptions,
): void {
  const list = stream.scan.kind === 'children' ? parentOf(stream.scan, options.manifest) : stream
  const scan = scans.get(list.name) ?? new Scan(list, options.client, options.lookbackMs)
  scans.set(list.name, scan)
  scan.consumers.push(consumerOf(stream, progress, scan, options))
}

function consumerOf(
  stream: StreamSpec,
  progress: Progress,
  scan: Scan,
  { client, account }: PlanOptions,
): Consumer {
  if (stream.scan.kind !== 'children') return new RowConsumer(stream, progress, account.serverTime)
  return new ChildConsumer(stream, stream.scan, progress, client, () => scan.horizon())
}

function savedState(
  stream: StreamSpec,
  mode: StateMode,
  saved: Readonly<Record<string, unknown>> | undefined,
  account: Account,
): StreamState | undefined {
  const { name, cursorField } = stream
  if (cursorField === undefined) return undefined
  const state = parseState(saved, { name, cursorField }, mode)
  if (state?.company === undefined || account.companyId === undefined || state.company === account.companyId)
    return state
  throw configError(
    `The saved state belongs to another Pipedrive company (${state.company}) than the token (${account.companyId}, ${account.companyName}). ` +
      'Use a token of the same company, or clear the data and start over.',
  )
}

function progressOf(
  stream: StreamSpec,
  mode: StateMode,
  state: StreamState | undefined,
  options: PlanOptions,
): Progress {
  const memory: MemoryPolicy = stream.scan.kind === 'whole' ? 'all' : 'recent'
  const { companyId } = options.account
  return new Progress(state ?? initialState(options.startDate), {
    cursorField: stream.cursorField ?? '',
    mode,
    memory,
    ...(companyId !== undefined && { company: companyId }),
  })
}

/** Streams that were cut off are furthest behind; read first, a budget that ends every day starves none of them. */
function byOldestCursor(a: Scan, b: Scan): number {
  return oldestCursor(a) - oldestCursor(b)
}

function oldestCursor({ consumers }: Scan): Time {
  return Math.min(...consumers.map(({ progress }) => progress.cursor))
}

function parentOf({ of }: ChildScan, manifest: readonly StreamSpec[]): StreamSpec {
  const parent = find(manifest, of)
  if (!parent) throw new Error(`The manifest has no stream ${of}.`)
  return parent
}

function find(manifest: readonly StreamSpec[], name: string): StreamSpec | undefined {
  return manifest.find((stream) => stream.name === name)
}
