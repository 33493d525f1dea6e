import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { ChildReader } from './child-reader.js'
import { keptOf, versionOf, type Comparison } from './parent-version.js'
import type { QueuedParent } from './parent-queue.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Subscription } from './subscription.js'

/** Queues the parents of a list whose children are due. They are read beside the list, by the ChildReader. */
export class ParentSubscription implements Subscription {
  readonly role = 'parents'
  readonly moving = new KeySet()
  readonly notice: Subscription['notice']

  constructor(
    readonly emitter: StreamEmitter,
    readonly list: string,
    readonly cursor: StreamCursor,
    private readonly children: ChildReader,
    private readonly comparison: Comparison,
  ) {
    if (children.verification?.notices !== true) return
    this.notice = (rows) => {
      children.notice(rows)
    }
  }

  // A generator by contract: the children's records come from the ChildReader.
  // eslint-disable-next-line require-yield
  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    const { cursor } = this
    const due = rows.flatMap((row) => this.queued(row) ?? [])
    this.notice?.(rows)
    const keys = cursor.roster ? rows.map(({ key }) => key) : []
    await this.children.queue(due, { checkpoint, cursor, keys })
  }

  end(): void {
    this.children.parentsRead()
  }

  private queued(row: Row): QueuedParent | undefined {
    const parent = judgeParent(row, this.cursor, this.comparison)
    return parent && this.children.wants(row, parent.isKnown) ? parent : undefined
  }
}

/**
 * The parent, if its children are due. A parent's content says nothing of its children's (two line items edited in one
 * second leave the deal the same): parents that have a time are judged by it alone, unless their list is compared row
 * by row.
 */
export function judgeParent(
  row: Row,
  cursor: StreamCursor,
  comparison: Comparison,
): QueuedParent | undefined {
  const version = versionOf(row, comparison)
  const hasArrived = hasArrivedIn(cursor, row)
  const isDue = cursor.isDue(row) && !(version && cursor.hasEmitted(version))
  if (!isDue && !hasArrived) return undefined
  const isKnown = version ? cursor.fingerprints.get(version.key) !== undefined : !hasArrived
  const { data, time } = row
  return { id: String(data.id), value: data.id, row: keptOf(row, comparison), isKnown, time, cursor, version }
}

/** A parent that was archived, perhaps before its children were read from the list where it stood before. */
function hasArrivedIn({ roster }: StreamCursor, { key }: Row): boolean {
  return roster?.complete === true && !roster.has(key)
}
