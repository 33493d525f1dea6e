import type { CustomFieldEntity } from '../../../manifest/custom-fields.js'
import type { StreamSpec } from '../../../manifest/stream.js'
import type { RequestFn } from '../../../pipedrive/http/request.js'
import type { ColumnMapping } from './column-mapping.js'
import { columnsIn, type Column } from './columns.js'
import { OptionLabels } from './option-labels.js'
import { readDefinitions } from './read-definitions.js'

/** The columns of a stream that are computed, and where the labels of their options come from. */
export interface MappedColumns {
  readonly columns: readonly Column[]
  readonly labels: OptionLabels
}

/** The same, with what has changed since earlier syncs. */
export interface TrackedColumns extends MappedColumns {
  readonly mapping: ColumnMapping
}

/** The option labels of each entity, shared by all streams of a run. */
export class LabelBook {
  private readonly labels = new Map<CustomFieldEntity, OptionLabels>()

  constructor(
    private readonly manifest: readonly StreamSpec[],
    private readonly request: RequestFn,
  ) {}

  /** The columns that a configured stream's schema asks for; undefined if there are none. */
  columnsOf(stream: StreamSpec, properties: Readonly<Record<string, unknown>>): MappedColumns | undefined {
    const columns = stream.customFields && columnsIn(properties)
    if (!stream.customFields || !columns || columns.length === 0) return undefined
    return { columns, labels: this.of(stream.customFields) }
  }

  private of(entity: CustomFieldEntity): OptionLabels {
    const known = this.labels.get(entity) ?? this.open(entity)
    this.labels.set(entity, known)
    return known
  }

  private open(entity: CustomFieldEntity): OptionLabels {
    const source = this.manifest.find(({ defines }) => defines === entity)
    if (!source) throw new Error(`The manifest has no stream that defines the fields of ${entity}.`)
    return new OptionLabels(source.path, () => readDefinitions(source, this.request))
  }
}
