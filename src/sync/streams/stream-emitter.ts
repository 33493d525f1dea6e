import {
  log,
  state,
  streamStatus,
  type AirbyteMessage,
  type Emission,
  type JsonObject,
} from '../../airbyte/messages.js'
import { BEGINNING, formatTime } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { RecordMapper, Records } from '../records/record-mapper.js'
import type { Conversions } from '../state/conversions.js'
import { FULL_REFRESH_COMPLETE } from '../state/saved-parts.js'
import { CheckpointSchedule } from './checkpoint-schedule.js'
import type { ListPart } from './list-part.js'
import type { References } from './references.js'
import { roomWarnings } from './room-warnings.js'

const PROGRESS_LOG = { everyRecords: 10_000, everyMs: 30_000 } satisfies Record<string, number>

/** What the stream's state says now. */
export type StateSource = () => JsonObject

export interface EmitterOptions {
  readonly mode: 'incremental' | 'full_refresh'
  readonly mapper: RecordMapper
  readonly toState: StateSource
  /** Grows with what the state says beside the positions in the lists. */
  readonly otherChanges: () => number
  /** What the stream's rows refer to; absent: nothing that is watched. */
  readonly references?: References
  /** Which rows of another stream these were; absent: they do not say. */
  readonly conversions?: Conversions | undefined
}

/** One stream in one run: its statuses, records and states, over all lists that it subscribes to. */
export class StreamEmitter {
  private readonly lists: ListPart[] = []
  private readonly schedule = new CheckpointSchedule(() => Date.now())
  private error: unknown
  private failedAt: StreamSpec | undefined
  private records = 0
  private running = false
  private loggedRecords = 0
  private loggedAt = Date.now()

  constructor(
    readonly stream: StreamSpec,
    private readonly options: EmitterOptions,
  ) {}

  /** Its part in each list; the first is the one whose cursor the platform sees. */
  get parts(): readonly ListPart[] {
    return this.lists
  }

  get mode(): EmitterOptions['mode'] {
    return this.options.mode
  }

  get recordCount(): number {
    return this.records
  }

  /** Why the stream does not complete. */
  get failure(): unknown {
    return this.error
  }

  addPart(part: ListPart): void {
    this.lists.push(part)
  }

  /** The list whose reading failed: the stream's own, or that of its parents. */
  get failedList(): StreamSpec {
    return this.failedAt ?? this.stream
  }

  /** The first reason counts. From then on the stream takes no more rows; others on the same list go on. */
  fail(error: unknown, list?: StreamSpec): void {
    if (this.error === undefined) [this.error, this.failedAt] = [error, list]
  }

  started(): AirbyteMessage {
    return streamStatus(this.stream.name, 'STARTED')
  }

  *completed(): Generator<AirbyteMessage> {
    const { name } = this.stream
    yield* this.beginsRunning()
    yield* this.warnings()
    yield* roomWarnings(this.stream, this.parts)
    yield this.options.mode === 'full_refresh' ? state(name, FULL_REFRESH_COMPLETE) : this.currentState()
    yield streamStatus(name, 'COMPLETE')
  }

  *cutOff(): Generator<AirbyteMessage> {
    if (this.resumable && (this.schedule.isPending || this.changes !== this.schedule.changes))
      yield this.currentState()
    yield streamStatus(this.stream.name, 'INCOMPLETE')
  }

  /** The rows as records. Throws what the stream fails with if one of them cannot be a record. */
  async toRecords(rows: readonly Row[]): Promise<Records> {
    this.options.references?.check(rows)
    this.options.conversions?.see(rows)
    return this.options.mapper.map(rows)
  }

  /** The records of one page. What they prove must be applied only after the last message was taken. */
  *emit({ records, size }: Records): Generator<Emission> {
    const count = records.length
    if (count === 0) return
    const { name } = this.stream
    yield* this.warnings()
    yield* this.beginsRunning()
    this.records += count
    yield { type: 'RECORDS', stream: name, emittedAt: Date.now(), records }
    this.schedule.wrote(count, size)
  }

  /** Once, although several units may emit at the same time. */
  private *beginsRunning(): Generator<AirbyteMessage> {
    if (this.running) return
    this.running = true
    yield streamStatus(this.stream.name, 'RUNNING')
  }

  /** A state, where there is something new to keep and one is due. */
  *checkpoint(): Generator<AirbyteMessage> {
    if (this.resumable && this.schedule.isDue(this.changes)) yield this.currentState()
    yield* this.logProgress()
  }

  /**
   * What is known so far, now: for what a later run has to know even if this one is killed at the next line. Not where
   * the state is large beside the records that follow it.
   */
  *keep(following: number): Generator<AirbyteMessage> {
    if (this.resumable && this.schedule.isWorthwhile(following)) yield this.currentState()
  }

  /** Without a cursor there is nothing to go on from: only the end is stated. */
  private get resumable(): boolean {
    return this.stream.cursorField !== undefined
  }

  private get changes(): number {
    return this.parts.reduce((sum, { cursor }) => sum + cursor.changes, this.options.otherChanges())
  }

  private currentState(): AirbyteMessage {
    const value = this.options.toState()
    this.schedule.stated(this.changes, JSON.stringify(value).length)
    return state(this.stream.name, value)
  }

  private warnings(): AirbyteMessage[] {
    return this.options.mapper.takeWarnings().map((text) => log('WARN', `${this.stream.name}: ${text}`))
  }

  private *logProgress(): Generator<AirbyteMessage> {
    const many = this.records - this.loggedRecords >= PROGRESS_LOG.everyRecords
    if (!many && Date.now() - this.loggedAt < PROGRESS_LOG.everyMs) return
    this.loggedRecords = this.records
    this.loggedAt = Date.now()
    const oldest = this.parts[0]?.cursor.oldest ?? BEGINNING
    const upTo = oldest > BEGINNING && Number.isFinite(oldest) ? `, complete up to ${formatTime(oldest)}` : ''
    yield log('INFO', `${this.stream.name}: ${this.records.toLocaleString('en')} records so far${upTo}.`)
  }
}
