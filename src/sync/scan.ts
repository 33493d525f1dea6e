import { log, type AirbyteMessage } from '../airbyte/messages.js'
import type { StreamSpec } from '../manifest/stream.js'
import type { ApiAnswer, Client } from '../pipedrive/client.js'
import { ListReader } from '../pipedrive/list-reader.js'
import type { RawRow } from '../pipedrive/page.js'
import type { Consumer } from './consumer.js'
import type { Progress } from './progress.js'
import { rowsOf, traitsOf, type Row } from './row.js'
import { startOf, type Time } from './time.js'

/** The reading of one list of the API, once per sync, for every stream that lives on its rows. */
export class Scan {
  readonly consumers: Consumer[] = []
  readonly reader: ListReader
  private readonly toRow: (data: RawRow) => Row
  private start: Time | undefined

  constructor(
    readonly stream: StreamSpec,
    client: Client,
    /** What is younger than this when a scan begins may still become visible: cursors stay behind it. */
    private readonly lookbackMs: number,
  ) {
    this.reader = new ListReader(client, stream, traitsOf(stream), stream.name)
    this.toRow = rowsOf(stream)
  }

  /** Consumers that have not failed. */
  get active(): Consumer[] {
    return this.consumers.filter(({ failure }) => failure === undefined)
  }

  /** The scan starts with its first answer. */
  startedBy(answer: ApiAnswer): Time {
    return (this.start ??= startOf(answer))
  }

  /** No cursor of this run passes it. Whole seconds, as that is what the API filters by. */
  horizon(start = this.start): Time {
    return start === undefined ? -Infinity : Math.floor((start - this.lookbackMs) / 1000) * 1000
  }

  rows(page: { rows: readonly RawRow[] }): Row[] {
    return page.rows.map(this.toRow)
  }

  /** Hands rows to every consumer. One that fails (a child that the token may not read) leaves the others be. */
  async *give(rows: readonly Row[], move: (progress: Progress) => void): AsyncGenerator<AirbyteMessage> {
    for (const consumer of this.active) {
      try {
        yield* consumer.take(rows, move)
      } catch (error) {
        consumer.failure = error
        yield log('DEBUG', `${consumer.stream.name} takes no more rows: ${String(error)}`)
      }
    }
  }
}
