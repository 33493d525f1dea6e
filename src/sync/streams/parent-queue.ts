import type { Time } from '../../common/time.js'
import type { RawRow, Row } from '../../pipedrive/lists/row.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { StreamCursor } from '../state/stream-cursor.js'

/** A parent whose children are to be read, and the cursor of the list that it came from. */
export interface QueuedParent {
  readonly id: string
  /** The id as the list returned it. */
  readonly value: unknown
  /** The parent's fields that the stream's rows are worked out from, where they are. */
  readonly row?: RawRow | undefined
  /** Says that its children were read, where nothing more can happen at its time. */
  readonly done?: Row | undefined
  /** Whether it shows no change. */
  readonly isReread?: boolean
  /** Whether the children that the stream knows include those of this parent. */
  readonly isKnown: boolean
  /** What of the parent is compared, where its time does not tell. */
  readonly version?: Row | undefined
  readonly time: Time | null
  readonly cursor: StreamCursor
}

/** What a page of parents proves once the children of all parents before it are written. */
interface Marker {
  readonly checkpoint: Checkpoint
  readonly cursor: StreamCursor
  /** The keys of all rows of the page, where the list has a roster. */
  readonly keys?: readonly string[]
}

export interface Batch {
  readonly parents: readonly QueuedParent[]
  /** To be applied, in order, when the children of `parents` are written. */
  readonly markers: readonly Marker[]
}

/** The batch without parents that show no change, and what they would prove. */
export function withoutUnchanged({ parents, markers }: Batch): Batch {
  return {
    parents: parents.filter(({ isReread }) => !isReread),
    markers: markers.filter(({ checkpoint: { kind } }) => kind !== 'rereading' && kind !== 'reread'),
  }
}

/** Reading parents waits when so many are queued: about 40 pages of parents, some 100 bytes each. */
export const ROOM = 20_000

/** The same for parents that wait for an allowance: it may end at any of them. */
export const BACKLOG_ROOM = 500

/** A batch that so many pages could not fill is taken as it is: otherwise their progress would be lost at a cut-off. */
const PAGES_PER_BATCH = 20

/**
 * Parents that wait for their children to be read, with the checkpoints of their pages in between. Batches are filled
 * across pages, and a page of parents need not wait for the requests of its children.
 */
export class ParentQueue {
  private readonly entries: (QueuedParent | Marker)[] = []
  private parents = 0
  private markers = 0
  private open: number
  private abandoned = false
  private wake: () => void = () => undefined
  private changed = this.nextChange()

  /** `lists`: how many lists of parents fill the queue. `room`: pushing waits while so many parents are queued. */
  constructor(
    lists: number,
    private readonly room: number = ROOM,
  ) {
    this.open = lists
  }

  /** Resolves when there is room for more. */
  async push(parents: readonly QueuedParent[], marker: Marker): Promise<void> {
    this.entries.push(...parents, marker)
    this.parents += parents.length
    this.markers += 1
    this.wake()
    while (this.parents >= this.room && !this.abandoned) await this.changed
  }

  /** One of the lists has been read. */
  close(): void {
    this.open -= 1
    this.wake()
  }

  /** Nothing is read from the queue any more. */
  abandon(): void {
    this.abandoned = true
    this.wake()
  }

  /** Up to `most` parents. Waits for `least`, until all lists are read; undefined at the end. */
  async take(most: number, least = most): Promise<Batch | undefined> {
    while (this.mustWait(least) && !this.startsWithMarker()) await this.changed
    if (this.entries.length === 0) return undefined
    const batch = this.shift(most, least)
    this.wake()
    return batch
  }

  private startsWithMarker(): boolean {
    const [first] = this.entries
    return first !== undefined && 'checkpoint' in first
  }

  /** Up to `size` parents from the front, and the markers before, between and right behind them. */
  private shift(size: number, least: number): Batch {
    const parents: QueuedParent[] = []
    const markers: Marker[] = []
    const mustWait = this.mustWait(least)
    let taken = 0
    for (const entry of this.entries) {
      if ('checkpoint' in entry) markers.push(entry)
      else if (parents.length === size || mustWait) break
      else parents.push(entry)
      taken += 1
    }
    this.entries.splice(0, taken)
    this.parents -= parents.length
    this.markers -= markers.length
    return { parents, markers }
  }

  /** Leading markers may be taken at once; the parents behind them wait until a batch is full. */
  private mustWait(least: number): boolean {
    return this.parents < least && this.markers < PAGES_PER_BATCH && this.open > 0
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.changed = this.nextChange()
        resolve()
      }
    })
  }
}
