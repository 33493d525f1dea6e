import type { JsonObject } from '../airbyte/messages.js'
import type { Row } from './row.js'
import { contains, subtract, type Span } from './spans.js'
import { fullRefreshOver, serializeState, type StateMode, type StreamState } from './stream-state.js'
import type { Time } from './time.js'

/** Which of its rows a stream remembers: those it may meet again, or all, where only fingerprints tell what changed. */
export type MemoryPolicy = 'recent' | 'all'

export interface ProgressOptions {
  cursorField: string
  mode: StateMode
  memory: MemoryPolicy
  company?: number
}

/** A version that was sent, and the row's time once this run has met it: a saved state does not tell. */
interface Sent {
  version: string
  time?: Time | null
}

/** Room for fingerprints in a state, in characters of JSON: platforms carry states around a lot. */
const MEMORY_ROOM = 180_000
const UNDATED_ROOM = 60_000

/** Quotes, colon and comma around a key and its version. */
const ENTRY_OVERHEAD = 6

/**
 * How far a stream has come: what it owes, what it has sent, what its state says. It follows the rows, never leads
 * them: they are written, then it is told what is covered and which rows those were, then the state is taken.
 */
export class Progress {
  /** What was pending when the run began. Rows are judged by it, so that one that is met late is not lost. */
  private readonly owed: readonly Span[]
  private pending: readonly Span[]
  /** Rows that are older are covered when the walk ends; there is no need to remember them until then. */
  private rememberFrom: Time = -Infinity
  private readonly sent: Map<string, Sent>
  private readonly undated: Map<string, Sent>
  private probed: Time | undefined
  private pass: StreamState['pass']
  /** Keys sent by this run, each once: what changes meanwhile comes with the next run. */
  private readonly thisRun = new Set<string>()
  /** Whether fingerprints alone decide. Another connector's state has none; the cursor decides then, once. */
  private readonly byVersion: boolean

  constructor(
    from: StreamState,
    private readonly options: ProgressOptions,
  ) {
    this.owed = this.pending = from.pending
    this.sent = remembered(from.recent)
    this.undated = remembered(from.undated)
    this.probed = from.probed
    this.pass = from.pass
    this.byVersion = options.memory === 'all' && from.recent !== undefined
  }

  get spans(): readonly Span[] {
    return this.pending
  }

  /** Where the first pending span starts. */
  get cursor(): Time {
    return this.pending[0]?.[0] ?? Infinity
  }

  /** The walk that an earlier run could not finish. */
  get unfinishedPass(): StreamState['pass'] {
    return this.pass
  }

  /** When rows without a time were last looked for in vain. */
  get lastVainProbe(): Time | undefined {
    return this.undated.size > 0 ? undefined : this.probed
  }

  /** Whether there is more to remember than a state has room for. */
  get overflows(): boolean {
    return sizeOf(this.sent) > MEMORY_ROOM || sizeOf(this.undated) > UNDATED_ROOM
  }

  /** Whether the row has to be sent. */
  owes(row: Row): boolean {
    if (this.thisRun.has(row.key)) return false
    const known = this.memoryFor(row).get(row.key)
    if (known?.version === row.version) {
      known.time = row.time
      return false
    }
    return this.byVersion || row.time === null || contains(this.owed, row.time)
  }

  /** Rows that were written. A key that is met again in this run is not: its new version is the next run's. */
  wrote(rows: readonly Row[]): void {
    for (const row of rows) this.thisRun.add(row.key)
    this.remember(rows)
  }

  /** Rows that were met and not owed. Lists without times remember them too: they are no news to the next run. */
  passedOver(rows: readonly Row[]): void {
    if (this.options.memory === 'all') this.remember(rows.filter((row) => !this.thisRun.has(row.key)))
  }

  /** Everything in `[from, until)` is written. */
  covered(from: Time, until: Time): void {
    this.pending = subtract(this.pending, from, until)
    if (this.options.memory === 'all') return
    for (const [key, { time }] of this.sent) {
      if (typeof time === 'number' && !contains(this.pending, time)) this.sent.delete(key)
    }
  }

  /** A walk has come this far. Nothing of it counts as read until it ends; then everything before `covers` does. */
  passing(pass: NonNullable<StreamState['pass']>, covers: Time): void {
    this.pass = pass
    this.rememberFrom = covers
  }

  /** The walk is over. Rows that a walk from end to end did not meet are gone and need no remembering. */
  finished(covers: Time, metAll: boolean): void {
    this.pass = undefined
    this.covered(this.cursor, covers)
    if (metAll) forgetUnmet(this.sent)
  }

  /** Both ends of the order were searched for rows without a time. */
  probedAt(time: Time): void {
    this.probed = time
    forgetUnmet(this.undated)
  }

  state(): JsonObject {
    const { cursorField, mode, company } = this.options
    const state: StreamState = {
      pending: this.pending,
      recent: newest(this.sent, MEMORY_ROOM),
      undated: newest(this.undated, UNDATED_ROOM),
      ...(this.probed !== undefined && { probed: this.probed }),
      ...(this.pass && { pass: this.pass }),
      ...(company !== undefined && { company }),
    }
    return serializeState(state, cursorField, mode)
  }

  /** The state that ends the stream. */
  finalState(): JsonObject {
    return this.options.mode === 'full_refresh' ? fullRefreshOver : this.state()
  }

  private remember(rows: readonly Row[]): void {
    for (const row of rows) {
      if (!this.mayMeetAgain(row)) continue
      const memory = this.memoryFor(row)
      memory.delete(row.key)
      memory.set(row.key, { version: row.version, time: row.time })
    }
  }

  private mayMeetAgain({ time }: Row): boolean {
    if (time === null || this.options.memory === 'all') return true
    return time >= this.rememberFrom && contains(this.pending, time)
  }

  private memoryFor(row: Row): Map<string, Sent> {
    return row.time === null && this.options.memory === 'recent' ? this.undated : this.sent
  }
}

function remembered(versions: ReadonlyMap<string, string> = new Map()): Map<string, Sent> {
  return new Map([...versions].map(([key, version]) => [key, { version }]))
}

function forgetUnmet(memory: Map<string, Sent>): void {
  for (const [key, { time }] of memory) if (time === undefined) memory.delete(key)
}

function sizeOf(memory: ReadonlyMap<string, Sent>): number {
  let size = 0
  for (const [key, { version }] of memory) size += key.length + version.length + ENTRY_OVERHEAD
  return size
}

/** What fits, newest first; what does not fit is sent again rather than lost. */
function newest(memory: ReadonlyMap<string, Sent>, room: number): Map<string, string> {
  const kept: [string, string][] = []
  let used = 0
  for (const [key, { version }] of [...memory].reverse()) {
    used += key.length + version.length + ENTRY_OVERHEAD
    if (used > room) break
    kept.push([key, version])
  }
  return new Map(kept.reverse())
}
