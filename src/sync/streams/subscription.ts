import type { Emission } from '../../airbyte/messages.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { ListPart } from './list-part.js'
import type { StreamEmitter } from './stream-emitter.js'

/** Rows of one page, and what reading them has proved. */
export interface PageOfRows {
  readonly rows: readonly Row[]
  readonly checkpoint: Checkpoint
}

/** A stream's part in the reading of one list. */
export interface Subscription extends ListPart {
  readonly emitter: StreamEmitter
  /** Emits what the page holds for the stream, then applies the checkpoint. Throws what the stream fails with. */
  consume(page: PageOfRows): AsyncGenerator<Emission>
  /** The list has been read as far as this run reads it. */
  end(): void
}
