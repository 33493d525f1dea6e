import type { JsonObject } from '../airbyte/messages.js'
import { Memory } from './memory.js'
import type { Row } from './row.js'
import { contains, subtract, type Span } from './spans.js'
import { serializeState, type Pass, type StateMode, type StreamState } from './stream-state.js'
import type { Time } from '../common/time.js'

/** Which of its rows a stream remembers: those it may meet again, or all, where only fingerprints tell what changed. */
export type MemoryPolicy = 'recent' | 'all'

export interface ProgressOptions {
  cursorField: string
  mode: StateMode
  memory: MemoryPolicy
  company?: number
}

/** Room for fingerprints in a state, in characters of JSON: platforms carry states around a lot. */
const MEMORY_ROOM = 180_000
const UNDATED_ROOM = 60_000

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
  private readonly sent: Memory
  private readonly undated: Memory
  private probed: Time | undefined
  private pass: Pass | undefined
  /** Of lists whose rows have two times: what is known of Pipedrive's order. */
  order: StreamState['order']
  /** Whether fingerprints alone decide. Another connector's state has none; the cursor decides then, once. */
  private readonly byVersion: boolean

  constructor(
    from: StreamState,
    private readonly options: ProgressOptions,
  ) {
    this.owed = this.pending = from.pending
    this.sent = new Memory(from.recent, MEMORY_ROOM)
    this.undated = new Memory(from.undated, UNDATED_ROOM)
    this.probed = from.probed
    this.pass = from.pass
    this.order = from.order
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
  get unfinishedPass(): Pass | undefined {
    return this.pass
  }

  /** When rows without a time were last looked for in vain. */
  get lastVainProbe(): Time | undefined {
    return this.undated.size > 0 ? undefined : this.probed
  }

  /** Whether there is more to remember than a state has room for. */
  get overflows(): boolean {
    return this.sent.overflows || this.undated.overflows
  }

  /** Whether the row has to be sent. */
  owes(row: Row): boolean {
    return !this.knows(row) && this.isDue(row)
  }

  /** Whether exactly this version was sent. */
  knows(row: Row): boolean {
    return this.memoryFor(row).knows(row)
  }

  /** Whether the row's time, or its list, makes it this run's business. */
  isDue(row: Row): boolean {
    return this.byVersion || row.time === null || contains(this.owed, row.time)
  }

  /** Rows that were written. */
  wrote(rows: readonly Row[]): void {
    this.remember(rows)
  }

  /** Rows that were met and not owed. Lists without times remember them too: they are no news to the next run. */
  passedOver(rows: readonly Row[]): void {
    if (this.options.memory === 'all') this.remember(rows)
  }

  /** Everything in `[from, until)` is written. */
  covered(from: Time, until: Time): void {
    this.pending = subtract(this.pending, from, until)
    if (this.options.memory === 'all') return
    this.sent.forget((time) => !contains(this.pending, time))
  }

  /** A walk has come this far. Nothing of it counts as read until it ends; then everything before `covers` does. */
  passing(pass: Pass, covers: Time): void {
    this.pass = pass
    this.rememberFrom = covers
  }

  /** The walk turned out to be in an order that does not hold: another one starts from the beginning. */
  abandonPass(): void {
    this.pass = undefined
  }

  /** The walk is over. Rows that a walk from end to end did not meet are gone and need no remembering. */
  finished(covers: Time, metAll: boolean): void {
    this.pass = undefined
    this.covered(this.cursor, covers)
    if (metAll) this.sent.forgetUnmet()
  }

  /** Both ends of the order were searched for rows without a time. */
  probedAt(time: Time): void {
    this.probed = time
    this.undated.forgetUnmet()
  }

  state(): JsonObject {
    const { cursorField, mode, company } = this.options
    const state: StreamState = {
      pending: this.pending,
      recent: this.sent.versions(),
      undated: this.undated.versions(),
      ...(this.probed !== undefined && { probed: this.probed }),
      ...(this.pass && { pass: this.pass }),
      ...(this.order && { order: this.order }),
      ...(company !== undefined && { company }),
    }
    return serializeState(state, cursorField, mode)
  }

  private remember(rows: readonly Row[]): void {
    for (const row of rows) if (this.mayMeetAgain(row)) this.memoryFor(row).remember(row)
  }

  private mayMeetAgain({ time }: Row): boolean {
    if (time === null || this.options.memory === 'all') return true
    return time >= this.rememberFrom && contains(this.pending, time)
  }

  private memoryFor(row: Row): Memory {
    return row.time === null && this.options.memory === 'recent' ? this.undated : this.sent
  }
}
