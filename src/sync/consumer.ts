import type { AirbyteMessage } from '../airbyte/messages.js'
import type { Progress } from './progress.js'
import type { Row } from './row.js'
import type { StreamRun } from './stream-run.js'

/** Which rows of a list are a stream's business, beside what its progress owes. */
export type Interest = (row: Row) => boolean

/** A stream's part in one list: which of the list's rows it owes, and how far it has come. */
export class Consumer {
  /** Why it takes no more rows; the others on the same list go on. */
  failure: unknown

  constructor(
    readonly run: StreamRun,
    /** The list's stream. */
    readonly list: string,
    readonly progress: Progress,
    private readonly interest: Interest = () => true,
  ) {}

  /** Takes a page of the list: records first, then what is covered by them, then the state. */
  async *take(
    rows: readonly Row[],
    move: (progress: Progress) => void,
    owes: Interest = (row) => this.interest(row) && this.run.owes(row, this.progress),
  ): AsyncGenerator<AirbyteMessage> {
    const owed = new Map<string, Row>()
    for (const row of rows) {
      if (!owed.has(row.key) && !this.run.sent.has(row.key) && owes(row)) owed.set(row.key, row)
    }
    const written = [...owed.values()]
    const remembered = yield* this.run.emit(written, this.progress)
    for (const row of written) this.run.wrote(row)
    move(this.progress)
    this.progress.wrote(remembered)
    this.progress.passedOver(rows.filter((row) => !this.run.sent.has(row.key)))
    yield* this.run.checkpoint()
  }
}
