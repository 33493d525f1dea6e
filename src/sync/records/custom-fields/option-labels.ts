import type { FieldDefinition } from './definitions.js'
import type { Labels } from './values.js'

/** Definitions are read again at most once: for options that were created while the sync runs. */
const MOST_READS = 2

/** v1 defines the labels of a row under this key, and rows have them under another one. */
const DEFINED_AS: Readonly<Record<string, string>> = { label_ids: 'label' }

/**
 * The labels of an entity's options in one run, for all streams that show them. Nothing is read before an option is
 * met.
 */
export class OptionLabels {
  private byField: ReadonlyMap<string, Labels> = new Map()
  /** Options that were met and not defined: not yet, or not any more. */
  private readonly undefinedOptions = new Set<string>()
  private hasNew = false
  private reads = 0
  private successes = 0
  private reading: Promise<void> | undefined
  private warning: string | undefined

  /** `read` resolves to undefined where the definitions cannot be read; what it throws, `complete` throws. */
  constructor(
    private readonly source: string,
    private readonly read: () => Promise<readonly FieldDefinition[] | undefined>,
  ) {}

  /** The label of an option of a field; its id while, or if, none is known. */
  of(key: string, id: string): string {
    const labels = this.ofField(key)
    const label = labels?.get(id)
    if (label !== undefined) return label
    const option = `${key}/${id}`
    if (!this.undefinedOptions.has(option)) {
      this.undefinedOptions.add(option)
      const mayBeNew = this.reads === 0 || (this.reads < MOST_READS && labels !== undefined)
      this.hasNew ||= mayBeNew
    }
    return id
  }

  /** Whether an option was met that reading the definitions may explain. */
  get isIncomplete(): boolean {
    return this.hasNew || this.reading !== undefined
  }

  /** How often the definitions have been read. */
  get readings(): number {
    return this.successes
  }

  /** The labels of a field's options, as far as they have been read. */
  ofField(key: string): Labels | undefined {
    return this.byField.get(key) ?? this.byField.get(DEFINED_AS[key] ?? key)
  }

  /** Reads the definitions, once for all callers that wait. */
  complete(): Promise<void> {
    this.reading ??= this.readAll().finally(() => {
      this.reading = undefined
    })
    return this.reading
  }

  /** What the log should say about the labels; once. */
  takeWarning(): string | undefined {
    const { warning } = this
    this.warning = undefined
    return warning
  }

  private async readAll(): Promise<void> {
    const definitions = await this.read()
    this.reads += 1
    this.hasNew = false
    if (definitions) {
      this.successes += 1
      this.byField = new Map(definitions.map(({ key, options }) => [key, options]))
      return
    }
    this.reads = MOST_READS
    this.warning =
      `The definitions of fields (${this.source}) cannot be read: their options are emitted as ids. ` +
      'Add the missing scope to the app and connect again, or use the token of a user with access to them.'
  }
}
