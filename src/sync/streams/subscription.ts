import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { Position } from '../../pipedrive/lists/position.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Checkpoint, RereadPoint } from '../state/checkpoint.js'
import type { Coverage, Slice } from '../state/coverage.js'
import type { ListPart } from './list-part.js'
import type { RowVerification } from './row-verification.js'
import type { RowReread } from './row-reread.js'
import type { StreamEmitter } from './stream-emitter.js'

/** Rows of one page, and what reading them has proved. */
export interface PageOfRows {
  readonly rows: readonly Row[]
  readonly checkpoint: Checkpoint
}

/** Rows that wait until the list has been read for other streams, and then for an allowance, newest first. */
export interface Backlog {
  /** What is still to be read beside what the other units of the list have read. */
  readonly pending: Coverage
  /** Whether those units have read anything. */
  readonly hasRead: boolean
  /** Whether nothing more is taken in this run. */
  readonly isOver: boolean
  /** The other units of the list have ended. Resolves when there is room for more rows. */
  release(): Promise<void>
  /** Rows in descending order of time; when all of them are done, the slice is covered. Resolves as above. */
  take(rows: readonly Row[], covers: Slice): Promise<void>
  /** What is left waits for a later run. */
  leave(): void
  /** Absent: what no time tells is not looked for. */
  readonly reread?: Reread | undefined
}

/** The reading of all rows of a list, whether they show a change or not, some in each run. */
export interface Reread {
  /** Where it goes on; undefined: it begins. */
  readonly point: RereadPoint | undefined
  /** When the last one began. */
  readonly lastAt: Time | undefined
  /** Whether nothing more is taken in this run. */
  readonly isOver: boolean
  isDue(now: Time): boolean
  /** The rows of the page at that position; undefined: it is the last one. Resolves when there is room for more. */
  take(rows: readonly Row[], at: RereadPoint, next: Position | undefined): Promise<void>
}

/** A stream's part in the reading of one list. */
export interface Subscription extends ListPart {
  readonly emitter: StreamEmitter
  /** Whether its stream goes on where the account lacks the feature that the list belongs to. */
  readonly goesOnWithoutList?: boolean
  /** Absent: the rows are dealt with as they come. */
  readonly backlog?: Backlog
  /** Absent: what the stream has of the list is not compared with it. */
  readonly verification?: RowVerification
  /** Absent: changes that no time tells are not looked for. */
  readonly rowReread?: RowReread | undefined
  /** Looks for what rows show that have not changed, in walks over the whole list. Absent: they show nothing. */
  readonly notice?: ((rows: readonly Row[]) => void) | undefined
  /** Emits what the page holds for the stream, then applies the checkpoint. Throws what the stream fails with. */
  consume(page: PageOfRows): AsyncGenerator<Emission>
  /** The rows are gone, from this list and its twin. Absent: the stream has no rows of the list. */
  disappeared?(keys: readonly string[]): Generator<Emission>
  /** The list has been read as far as this run reads it. */
  end(): void
}
