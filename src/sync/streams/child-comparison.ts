import type { Emission } from '../../airbyte/messages.js'
import { timeOrNull } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { ChildVerificationOptions } from './child-reader-options.js'
import type { ChildRecords } from './child-records.js'
import type { ChildPart } from './children.js'
import type { LostChild } from './confirm-lost.js'
import type { StreamEmitter } from './stream-emitter.js'

/** Compares the children of some parents with those that the warehouse has. */
export class ChildComparison {
  private lacked = 0

  constructor(
    private readonly emitter: StreamEmitter,
    private readonly records: ChildRecords,
    private readonly options: ChildVerificationOptions,
  ) {}

  /** How many children the warehouse lacked although they were not new. */
  get missing(): number {
    return this.lacked
  }

  /** Whether the warehouse has children of the parent. */
  knows(parent: string): boolean {
    return this.roster.childrenOf(parent).length > 0
  }

  /** Notes which children the parents have, and returns those that they had and lack. */
  compare({ rows, of = [] }: ChildPart): LostChild[] {
    const { compared, gone, parentKey, noticedAt } = this.options
    const present = new Set(rows.map(({ key }) => key))
    for (const { key, data } of rows) {
      this.roster.add(key, String(data[parentKey]))
      compared.walk?.missing.delete(key)
      gone.returned(key, noticedAt)
    }
    return of.flatMap((parent) =>
      this.roster.childrenOf(parent).flatMap((key) => (present.has(key) ? [] : [{ key, parent }])),
    )
  }

  /** Emits what the warehouse lacks of the parents' children, and returns what the parents lack of those it has. */
  async *read(parents: readonly string[]): AsyncGenerator<Emission, LostChild[]> {
    const { compared, parentKey } = this.options
    const lost: LostChild[] = []
    for await (const part of this.options.source.children(parents.map(refTo))) {
      // A parent that cannot be read says nothing about its children.
      if ('missing' in part) continue
      const unknown = part.rows.filter(({ key }) => this.roster.parentOf(key) === undefined)
      // The warehouse may have what is older than the knowledge of its children.
      const lacking = unknown.filter(
        (row) => compared.isComplete || this.knows(String(row.data[parentKey])) || this.isDue(row),
      )
      this.lacked += lacking.filter((row) => this.isMissing(row)).length
      yield* this.records.emitMissing(lacking)
      lost.push(...this.compare(part))
    }
    return lost
  }

  /** Whether the child is newer than the cursor that the run began with. */
  private isDue({ data }: Row): boolean {
    const time = timeOrNull(data[this.cursorField])
    const [main] = this.emitter.parts
    return time !== null && main?.cursor.isDueAt(time) === true
  }

  private isMissing({ key, data }: Row): boolean {
    const { gone, settledBefore } = this.options
    return !gone.has(key) && (timeOrNull(data[this.cursorField]) ?? -Infinity) < settledBefore
  }

  private get cursorField(): string {
    return this.emitter.stream.cursorField ?? ''
  }

  private get roster() {
    return this.options.compared.roster
  }
}

function refTo(id: string) {
  return { id, value: id, knownUntil: undefined }
}
