import type { Time } from '../../common/time.js'
import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import { KeySet } from './key-set.js'

/**
 * The names by which rows of other lists refer to the rows of a list of settings, as of its last reading. A name that
 * is not known means that the list has changed since.
 */
export class KnownNames {
  /** Names that rows of this run have and the list lacked. */
  private readonly missing = new Set<string>()
  private lookedFor: readonly string[] = []

  constructor(
    /** The field that holds the name. */
    private readonly field: string,
    private readonly facts: ListFacts,
    /** When the list was last read; undefined: never, so that nothing is compared. */
    private readAt: Time | undefined,
    private readonly known: KeySet = new KeySet(),
  ) {}

  /** Whether a row has a name that the list did not have when it was last read. */
  get isLacking(): boolean {
    const lacksSince = this.facts.get('lacksNameOf')
    return lacksSince !== undefined && this.readAt !== undefined && lacksSince >= this.readAt
  }

  /** Whether the list has been read since its names are kept. */
  get areRead(): boolean {
    return this.readAt !== undefined
  }

  /** As a state keeps them. */
  get names(): KeySet {
    return this.known
  }

  /** A row refers to this name. */
  notice(name: string): void {
    if (this.readAt === undefined || this.known.has(name) || this.missing.has(name)) return
    this.missing.add(name)
    this.facts.learn('lacksNameOf', this.readAt)
  }

  readingBegins(): void {
    this.lookedFor = [...this.missing]
  }

  /** Rows of the list. */
  see(rows: readonly { readonly data: Readonly<Record<string, unknown>> }[]): void {
    for (const { data } of rows) for (const name of namesIn(data[this.field])) this.known.add(name)
  }

  /** The whole list has been read, beginning at that time. */
  readingEnded(startedAt: Time): void {
    // Rows keep the names of settings that were deleted: such a name is looked for once, not in every run.
    for (const name of this.lookedFor) this.known.add(name)
    for (const name of this.missing) if (this.known.has(name)) this.missing.delete(name)
    this.readAt = startedAt
    // Noticed while the list was read, which may have been too early for it.
    if (this.missing.size > 0) this.facts.learn('lacksNameOf', startedAt)
    else this.facts.forget('lacksNameOf')
  }
}

/** The names in a field: one, or a list of them. */
export function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}
