import { log, record, state, streamStatus, type AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { RawRow } from '../pipedrive/lists/page.js'
import type { Account } from './account.js'
import type { Consumer } from './consumer.js'
import type { KeySet } from './key-set.js'
import type { Progress } from './progress.js'
import { loadSchema, toRecord, type RecordSchema } from './record-schema.js'
import type { Row } from './row.js'
import { stampOf } from './stamp.js'
import { fullRefreshOver, joinStates, type StateMode } from './stream-state.js'
import { formatTime } from '../common/time.js'

/** The platform takes a stream for dead that shows neither records nor states for long; it gives it an hour and more. */
const HEARTBEAT_MS = 10 * 60_000

const PROGRESS_LOG = { everyRecords: 10_000, everyMs: 30_000 } satisfies Record<string, number>

/** One stream in one run: what it sends, over all the lists that it lives on. */
export abstract class StreamRun {
  /** Its part in each list; the first is the one whose cursor the platform sees. */
  readonly consumers: Consumer[] = []
  /** Keys sent by this run, each once: what changes meanwhile comes with the next. */
  readonly sent = new Set<string>()
  private readonly schema: RecordSchema
  private readonly stamp: Readonly<Record<string, string>>
  private records = 0
  private recordsInState = 0
  private recordsInLog = 0
  private lastState = Date.now()
  private lastLog = Date.now()

  constructor(
    readonly stream: StreamSpec,
    private readonly mode: StateMode,
    private readonly account: Account,
    /** Rows that the warehouse has as archived; only for streams whose rows move to an archive and back. */
    readonly archived?: KeySet,
  ) {
    this.schema = loadSchema(stream.schema)
    this.stamp = stampOf(stream, account.serverTime)
  }

  /** Sends what the rows stand for; returns the rows whose versions are to be remembered. */
  abstract emit(
    rows: readonly Row[],
    progress: Progress,
  ): Generator<AirbyteMessage, readonly Row[]> | AsyncGenerator<AirbyteMessage, readonly Row[]>

  /** Whether a row of the list has to be looked into. */
  owes(row: Row, progress: Progress): boolean {
    return progress.owes(row)
  }

  /** The row's record, or its children's, are on their way. */
  wrote(row: Row): void {
    this.sent.add(row.key)
  }

  /** Why it is not complete. */
  get failure(): unknown {
    return this.consumers.find(({ failure }) => failure !== undefined)?.failure
  }

  get recordCount(): number {
    return this.records
  }

  started(): AirbyteMessage {
    return streamStatus(this.stream.name, 'STARTED')
  }

  *completed(): Generator<AirbyteMessage> {
    const { name } = this.stream
    if (this.records === 0) yield streamStatus(name, 'RUNNING')
    if (this.consumers.some(({ progress }) => progress.overflows)) {
      const what =
        'more rows changed lately than the state has room for; the next sync sends some of them again'
      yield log('WARN', `${name}: ${what}.`)
    }
    yield this.mode === 'full_refresh' ? state(name, fullRefreshOver) : this.newState()
    yield streamStatus(name, 'COMPLETE')
  }

  *cutOff(): Generator<AirbyteMessage> {
    if (this.resumable && this.records > this.recordsInState) yield this.newState()
    yield streamStatus(this.stream.name, 'INCOMPLETE')
  }

  /** A state where there is something new to keep, and now and then as a sign of life. */
  *checkpoint(): Generator<AirbyteMessage> {
    if (this.resumable) {
      const silent = Date.now() - this.lastState >= HEARTBEAT_MS
      if (this.records > this.recordsInState || silent) yield this.newState()
    }
    yield* this.report()
  }

  /** What there is to keep so far, now. */
  protected *keep(): Generator<AirbyteMessage> {
    if (this.resumable) yield this.newState()
  }

  protected *record(row: RawRow): Generator<AirbyteMessage> {
    if (this.records === 0) yield streamStatus(this.stream.name, 'RUNNING')
    this.records += 1
    yield record(this.stream.name, { ...toRecord(row, this.schema), ...this.stamp })
  }

  /** Without a cursor there is nothing to go on from: only the end is stated. */
  private get resumable(): boolean {
    return this.stream.cursorField !== undefined
  }

  private newState(): AirbyteMessage {
    this.recordsInState = this.records
    this.lastState = Date.now()
    const parts = new Map(this.consumers.map(({ list, progress }) => [list, progress.state()]))
    return state(this.stream.name, joinStates(parts, this.account.viewer, this.archived))
  }

  private *report(): Generator<AirbyteMessage> {
    const many = this.records - this.recordsInLog >= PROGRESS_LOG.everyRecords
    if (!many && Date.now() - this.lastLog < PROGRESS_LOG.everyMs) return
    this.recordsInLog = this.records
    this.lastLog = Date.now()
    const cursor = this.consumers[0]?.progress.cursor ?? 0
    const upTo = cursor > 0 ? `, complete up to ${formatTime(cursor)}` : ''
    yield log('INFO', `${this.stream.name}: ${this.records.toLocaleString('en')} records so far${upTo}.`)
  }
}
