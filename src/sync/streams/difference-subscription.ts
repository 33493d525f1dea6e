import type { Emission } from '../../airbyte/messages.js'
import { rowBuilder, type RawRow, type Row } from '../../pipedrive/lists/row.js'
import { changesBetween, fieldsIn, packFields, unpackFields } from '../records/custom-fields/field-changes.js'
import type { FieldChange, FieldVersion } from '../records/custom-fields/field-changes.js'
import { KeySet } from '../state/key-set.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { Snapshots } from './snapshots.js'
import type { StreamEmitter } from './stream-emitter.js'
import type { PageOfRows, Subscription } from './subscription.js'

export interface DifferenceTraits {
  /** The name of the stream of the list. */
  readonly list: string
  /** What tells its fields apart from those of other lists. */
  readonly entity: string
}

/** Emits what is different in a list of field definitions since the last run that read all of it. */
export class DifferenceSubscription implements Subscription {
  readonly role = 'own'
  readonly goesOnWithoutList = true
  readonly moving = new KeySet()
  private readonly rows: RawRow[] = []

  constructor(
    readonly emitter: StreamEmitter,
    readonly cursor: StreamCursor,
    private readonly snapshots: Snapshots,
    private readonly traits: DifferenceTraits,
  ) {}

  get list(): string {
    return this.traits.list
  }

  async *consume({ rows, checkpoint }: PageOfRows): AsyncGenerator<Emission> {
    this.rows.push(...rows.map(({ data }) => data))
    if (checkpoint.kind === 'finished' && checkpoint.sawAll) yield* this.compare()
    this.cursor.apply(checkpoint)
    yield* this.emitter.checkpoint()
  }

  end(): void {
    if (this.emitter.failure === undefined) this.cursor.endRun()
  }

  private async *compare(): AsyncGenerator<Emission> {
    const saved = this.snapshots.get(this.list)
    const now = fieldsIn(this.rows)
    const changes = changesBetween(saved === undefined ? undefined : unpackFields(saved), now)
    yield* this.emitter.emit(await this.emitter.toRecords(changes.map((change) => this.rowOf(change))))
    this.snapshots.set(this.list, packFields(now))
  }

  private rowOf({ key, change, before, after }: FieldChange): Row {
    const { name, primaryKey } = this.emitter.stream
    const data = { entity: this.traits.entity, field_key: key, change }
    const field_name = (after ?? before)?.name
    // The time of the change is that of the run, which the record mapper adds.
    const keys = primaryKey.filter((field) => field in data)
    return rowBuilder({ name, primaryKey: keys, timeFields: [] })({
      ...data,
      field_name,
      before: shown(before),
      after: shown(after),
    })
  }
}

function shown(version: FieldVersion | undefined): object | null {
  if (!version) return null
  const { name, type, options = [] } = version
  return { name, type, options: options.map(([id, label]) => ({ id, label })) }
}
