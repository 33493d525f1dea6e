import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ChildReader } from './child-reader.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Subscription } from './subscription.js'

/** Queues the parents of a list whose children are due. They are read beside the list, by the ChildReader. */
export class ParentSubscription implements Subscription {
  readonly role = 'parents'
  readonly moving = new KeySet()

  constructor(
    readonly emitter: StreamEmitter,
    readonly list: string,
    readonly cursor: StreamCursor,
    private readonly children: ChildReader,
  ) {}

  // A generator by contract: the children's records come from the ChildReader.
  // eslint-disable-next-line require-yield
  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    const { cursor } = this
    const due = rows.filter((row) => this.isDue(row))
    const keys = cursor.roster ? rows.map(({ key }) => key) : []
    await this.children.queue(
      due.map(({ data, time }) => ({ id: String(data.id), time, cursor })),
      { checkpoint, cursor, keys },
    )
  }

  end(): void {
    this.children.parentsRead()
  }

  /**
   * A parent's content says nothing of its children's (two line items edited in one second leave the deal the same):
   * parents are judged by their times alone, and the fingerprints that are kept are the children's.
   */
  private isDue(row: Row): boolean {
    return (this.cursor.isDue(row) || this.hasArrived(row)) && this.children.wants(row)
  }

  /** A parent that was archived, perhaps before its children were read from the list where it stood before. */
  private hasArrived({ key }: Row): boolean {
    const { roster } = this.cursor
    return roster?.complete === true && !roster.has(key)
  }
}
