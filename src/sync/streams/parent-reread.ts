import type { Time } from '../../common/time.js'
import type { Position } from '../../pipedrive/lists/position.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { RereadPoint } from '../state/checkpoint.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ChildReader } from './child-reader.js'
import type { Reread } from './subscription.js'

/** Queues parents that show no change, in the order of their list. */
export class ParentReread implements Reread {
  constructor(
    private readonly cursor: StreamCursor,
    private readonly children: ChildReader,
    /** So many days lie between two readings of all parents. */
    private readonly days: number,
  ) {}

  get point(): RereadPoint | undefined {
    return this.cursor.reread.point
  }

  get lastAt(): Time | undefined {
    return this.cursor.reread.lastAt
  }

  get isOver(): boolean {
    return !this.children.rereads
  }

  isDue(now: Time): boolean {
    return !this.isOver && this.cursor.reread.isDue(now, this.days)
  }

  async take(rows: readonly Row[], at: RereadPoint, next: Position | undefined): Promise<void> {
    const { cursor } = this
    for (const row of this.behind(rows, at)) {
      if (this.isOver) return
      if (!this.children.mayHaveNew(row, false) || !this.children.claim(row)) continue
      const { data, time, key } = row
      const parent = { id: String(data.id), value: data.id, isKnown: false, isReread: true, time, cursor }
      const checkpoint = { kind: 'rereading', at: { ...at, after: key } } as const
      await this.children.queue([parent], { checkpoint, cursor })
    }
    const { startedAt } = at
    const checkpoint = next
      ? ({ kind: 'rereading', at: { startedAt, position: next } } as const)
      : ({ kind: 'reread', startedAt } as const)
    await this.children.queue([], { checkpoint, cursor })
  }

  /** On the page where the last run stopped: the rows that it did not get to. */
  private behind(rows: readonly Row[], { position }: RereadPoint): readonly Row[] {
    const { point } = this
    const isSamePage = JSON.stringify(point?.position) === JSON.stringify(position)
    const last = isSamePage ? rows.findIndex(({ key }) => key === point?.after) : -1
    return rows.slice(last + 1)
  }
}
