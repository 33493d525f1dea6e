import {
  log,
  record,
  state,
  streamStatus,
  type AirbyteMessage,
  type JsonObject,
} from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { Progress } from './progress.js'
import type { Row } from './row.js'
import { formatTime } from './time.js'

/** The platform takes a stream for dead that shows neither records nor states for long; it gives it an hour and more. */
const HEARTBEAT_MS = 10 * 60_000

const PROGRESS_LOG = { everyRecords: 10_000, everyMs: 30_000 } satisfies Record<string, number>

/** A stream that lives on a list's rows: its own, or its parents'. */
export abstract class Consumer {
  /** Why it takes no more rows; the others on the same list go on. */
  failure: unknown
  private records = 0
  private recordsInState = 0
  private recordsInLog = 0
  private lastState = Date.now()
  private lastLog = Date.now()

  constructor(
    readonly stream: StreamSpec,
    readonly progress: Progress,
  ) {}

  /** Writes what the owed rows stand for. */
  protected abstract emit(owed: readonly Row[]): Iterable<AirbyteMessage> | AsyncIterable<AirbyteMessage>

  /** Takes a page of the list: records first, then what is covered by them, then the state. */
  async *take(rows: readonly Row[], move: (progress: Progress) => void): AsyncGenerator<AirbyteMessage> {
    if (this.failure !== undefined) return
    const owed: Row[] = []
    const keys = new Set<string>()
    for (const row of rows) {
      if (keys.has(row.key) || !this.progress.owes(row)) continue
      keys.add(row.key)
      owed.push(row)
    }
    yield* this.emit(owed)
    move(this.progress)
    this.progress.wrote(owed)
    this.progress.passedOver(rows.filter((row) => !keys.has(row.key)))
    yield* this.checkpoint()
    yield* this.report()
  }

  started(): AirbyteMessage {
    return streamStatus(this.stream.name, 'STARTED')
  }

  *completed(): Generator<AirbyteMessage> {
    if (this.records === 0) yield streamStatus(this.stream.name, 'RUNNING')
    if (this.progress.overflows) {
      yield log(
        'WARN',
        `${this.stream.name}: more rows changed lately than the state has room for; the next sync sends some of them again.`,
      )
    }
    yield state(this.stream.name, this.progress.finalState())
    yield streamStatus(this.stream.name, 'COMPLETE')
  }

  *cutOff(): Generator<AirbyteMessage> {
    if (this.resumable && this.records > this.recordsInState) yield this.newState()
    yield streamStatus(this.stream.name, 'INCOMPLETE')
  }

  get recordCount(): number {
    return this.records
  }

  protected *record(data: JsonObject): Generator<AirbyteMessage> {
    if (this.records === 0) yield streamStatus(this.stream.name, 'RUNNING')
    this.records += 1
    yield record(this.stream.name, data)
  }

  private *checkpoint(): Generator<AirbyteMessage> {
    if (!this.resumable) return
    const silent = Date.now() - this.lastState >= HEARTBEAT_MS
    if (this.records > this.recordsInState || silent) yield this.newState()
  }

  /** Without a cursor there is nothing to go on from: only the end is stated. */
  private get resumable(): boolean {
    return this.stream.cursorField !== undefined
  }

  private newState(): AirbyteMessage {
    this.recordsInState = this.records
    this.lastState = Date.now()
    return state(this.stream.name, this.progress.state())
  }

  private *report(): Generator<AirbyteMessage> {
    const many = this.records - this.recordsInLog >= PROGRESS_LOG.everyRecords
    if (!many && Date.now() - this.lastLog < PROGRESS_LOG.everyMs) return
    this.recordsInLog = this.records
    this.lastLog = Date.now()
    const upTo = this.progress.cursor > 0 ? `, complete up to ${formatTime(this.progress.cursor)}` : ''
    yield log('INFO', `${this.stream.name}: ${this.records.toLocaleString('en')} records so far${upTo}.`)
  }
}
