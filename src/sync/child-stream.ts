import type { AirbyteMessage } from '../airbyte/messages.js'
import type { ChildStrategy, StreamSpec } from '../manifest/stream.js'
import { ApiError } from '../pipedrive/http/api-error.js'
import type { RequestFn } from '../pipedrive/http/request.js'
import { ListReader } from '../pipedrive/lists/list-reader.js'
import type { RawRow } from '../pipedrive/lists/page.js'
import type { Account } from './account.js'
import type { Progress } from './progress.js'
import { rowsOf, traitsOf, type Row } from './row.js'
import { StreamRun } from './stream-run.js'
import type { StateMode } from './stream-state.js'
import type { Time } from '../common/time.js'

/** When every one of so many parents is said not to be there, it is the list that is not. */
const TOO_MANY_VANISHED = 3

/**
 * A stream that is read per row of its parents' lists: all children of each parent that changed. A parent's content
 * says nothing of its children's (two line items edited in one second leave the deal the same), so that parents are
 * judged by their times alone, and the fingerprints that are kept are the children's.
 */
export class ChildStream extends StreamRun {
  private readonly reader: ListReader
  private readonly toRow: (data: RawRow) => Row
  private readonly children = new Set<string>()
  private answered = false
  private vanished = 0

  constructor(
    stream: StreamSpec,
    private readonly strategy: ChildStrategy,
    mode: StateMode,
    account: Account,
    request: RequestFn,
    /** A parent that changed after it may have children that its own count does not know yet. */
    private readonly horizon: Time,
  ) {
    super(stream, mode, account)
    this.reader = new ListReader(request, stream, traitsOf(stream), stream.name)
    this.toRow = rowsOf(stream)
  }

  override owes(parent: Row, progress: Progress): boolean {
    return progress.isDue(parent)
  }

  /** The children, each with the time of its parent: for as long as that is pending they may be met again. */
  async *emit(parents: readonly Row[], progress: Progress): AsyncGenerator<AirbyteMessage, Row[]> {
    const fruitful = new Map(
      parents
        .filter((parent) => this.mayHaveChildren(parent))
        .map(({ data, time }) => [String(data.id), time]),
    )
    const ids = [...fruitful.keys()]
    const { batch, parentKey } = this.strategy
    const met: Row[] = []
    for (let at = 0; at < ids.length; at += batch.size) {
      for await (const data of this.readBatch(ids.slice(at, at + batch.size))) {
        const { key, version } = this.toRow(data)
        const child: Row = { key, version, data, time: fruitful.get(String(data[parentKey])) ?? null }
        if (this.children.has(key)) continue
        this.children.add(key)
        if (!progress.knows(child)) yield* this.record(data)
        met.push(child)
      }
    }
    return met
  }

  private mayHaveChildren({ data, time }: Row): boolean {
    if (data.is_deleted === true) return false
    const { countedBy } = this.strategy
    const settled = time !== null && time < this.horizon
    return countedBy === undefined || data[countedBy] !== 0 || !settled
  }

  /** One vanished parent may fail the whole batch: it is halved until that one stands alone, and only it is skipped. */
  private async *readBatch(ids: readonly string[]): AsyncGenerator<RawRow> {
    try {
      const params = { [this.strategy.batch.param]: ids.join(',') }
      for await (const page of this.reader.pages({ params })) {
        this.answered = true
        yield* page.rows
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== 'not_found') throw error
      if (ids.length === 1) {
        this.vanished += 1
        if (!this.answered && this.vanished >= TOO_MANY_VANISHED) throw error
        return
      }
      const middle = Math.ceil(ids.length / 2)
      yield* this.readBatch(ids.slice(0, middle))
      yield* this.readBatch(ids.slice(middle))
    }
  }
}
