import { log, type AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { ApiResponse, RequestFn } from '../pipedrive/http/request.js'
import { ListReader } from '../pipedrive/lists/list-reader.js'
import type { RawRow } from '../pipedrive/lists/page.js'
import type { Consumer, Interest } from './consumer.js'
import type { Progress } from './progress.js'
import { orderShownBy, rowsOf, traitsOf, type Order, type Row } from './row.js'
import { isCredible, startOf, type Time } from '../common/time.js'

/** The reading of one list of the API, once per sync, for every stream that lives on its rows. */
export class Scan {
  readonly consumers: Consumer[] = []
  readonly reader: ListReader
  /** The list that this one's rows are archived from, where that is read too. */
  live: Scan | undefined
  private readonly toRow: (data: RawRow) => Row
  private start: Time | undefined
  private credible = true
  private newest: Time = -Infinity

  constructor(
    readonly stream: StreamSpec,
    request: RequestFn,
    /** What is younger than this when a scan begins may still become visible: cursors stay behind it. */
    private readonly lookbackMs: number,
  ) {
    this.reader = new ListReader(request, stream, traitsOf(stream), stream.name)
    this.toRow = rowsOf(stream)
  }

  /** Consumers that have not failed. */
  get active(): Consumer[] {
    return this.consumers.filter(({ failure }) => failure === undefined)
  }

  /** How far back the stream goes that is furthest behind. */
  get oldestCursor(): Time {
    return Math.min(...this.active.map(({ progress }) => progress.cursor))
  }

  /** The scan starts with its first answer. */
  startedBy(answer: ApiResponse): Time {
    this.credible &&= isCredible(answer)
    return (this.start ??= startOf(answer))
  }

  /** No cursor of this run passes it. Whole seconds, as that is what the API filters by. */
  horizon(start = this.start): Time {
    if (start === undefined) return -Infinity
    // Where the server does not tell the time, ours may be ahead of it: only what rows say is certain.
    const certain = this.credible ? start : Math.min(start, this.newest)
    return Math.floor((certain - this.lookbackMs) / 1000) * 1000
  }

  /** Of lists whose rows have two times: whether Pipedrive's order by the first holds for the later of both. */
  get order(): Order | undefined {
    const known = this.consumers.map(({ progress }) => progress.order)
    return known.includes('broken') ? 'broken' : known.find((order) => order !== undefined)
  }

  rows(page: { rows: readonly RawRow[] }): Row[] {
    const rows = page.rows.map(this.toRow)
    for (const { time } of rows) this.newest = Math.max(this.newest, time ?? -Infinity)
    const shown = orderShownBy(rows, this.stream)
    if (shown && this.order !== 'broken') for (const { progress } of this.consumers) progress.order = shown
    return rows
  }

  /** Hands rows to every consumer. One that fails (a child that the token may not read) leaves the others be. */
  async *give(
    rows: readonly Row[],
    move: (progress: Progress) => void,
    owes?: (consumer: Consumer) => Interest,
  ): AsyncGenerator<AirbyteMessage> {
    for (const consumer of this.active) {
      try {
        yield* consumer.take(rows, move, owes?.(consumer))
      } catch (error) {
        consumer.failure = error
        yield log('DEBUG', `${consumer.run.stream.name} takes no more rows: ${String(error)}`)
      }
    }
  }
}
