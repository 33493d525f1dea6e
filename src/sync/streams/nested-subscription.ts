import type { Emission } from '../../airbyte/messages.js'
import type { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import { nestedRows, type NestedTraits } from './nested-rows.js'
import type { RowSubscription } from './row-subscription.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Subscription } from './subscription.js'

/** Emits the members of lists inside the rows of another stream. */
export class NestedSubscription implements Subscription {
  readonly role = 'own'
  readonly goesOnWithoutList = true

  constructor(
    private readonly members: RowSubscription,
    private readonly traits: NestedTraits,
  ) {}

  get emitter(): StreamEmitter {
    return this.members.emitter
  }

  get list(): string {
    return this.members.list
  }

  get cursor(): StreamCursor {
    return this.members.cursor
  }

  get moving(): KeySet {
    return this.members.moving
  }

  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    yield* this.members.consume({ rows: nestedRows(rows, this.traits), checkpoint })
  }

  end(): void {
    this.members.end()
  }
}
