import { enumerate } from '../../../common/wording.js'
import type { Column } from './columns.js'
import { columnHashes, labelHashes, newColumns, renamedIn, type SavedMapping } from './mapping.js'
import type { OptionLabels } from './option-labels.js'

const HOW_TO_BACKFILL =
  'To read all rows again, set custom_fields_backfill to true in the config, or refresh the stream.'

/** The state that a stream continues from, as far as its columns are concerned. */
export interface Continued {
  readonly mapping?: SavedMapping | undefined
}

/** Whether rows of earlier syncs lack something that records have now. A stream without a state has no such rows. */
export function isOutdated(columns: readonly Column[], continued: Continued | undefined): boolean {
  if (!continued) return false
  const { mapping = { columns: '' } } = continued
  return mapping.outdated === true || newColumns(columns, mapping).length > 0
}

/**
 * What a stream's columns hold, compared with what they held in earlier syncs. Pipedrive moves no row's time when a
 * field or an option is renamed, so that the rows of earlier syncs stay as they are.
 */
export class ColumnMapping {
  private readonly added: readonly Column[]
  private readonly columns: string
  private renamed: readonly Column[] = []
  private labels: string | undefined
  private comparedReadings = 0
  private warnings: string[] = []
  private changeCount = 0

  /** `continued`: undefined for a stream that is read from the start. */
  constructor(
    private readonly mapped: { readonly columns: readonly Column[]; readonly labels: OptionLabels },
    private readonly continued: Continued | undefined,
  ) {
    const { columns } = mapped
    this.columns = columnHashes(columns)
    this.added = continued ? newColumns(columns, continued.mapping ?? { columns: '' }) : []
    this.labels = continued?.mapping?.labels
    if (this.added.length === 0) return
    this.changeCount = 1
    this.warnings.push(
      `The columns ${names(this.added)} were not in the catalog of the last sync: records of earlier syncs do not have ` +
        `them. ${HOW_TO_BACKFILL}`,
    )
  }

  /** Grows with what the state says differently. */
  get changes(): number {
    this.compareLabels()
    return this.changeCount
  }

  /** What the log should say; each text once. */
  takeWarnings(): readonly string[] {
    this.compareLabels()
    const { warnings } = this
    this.warnings = []
    return warnings
  }

  saved(): SavedMapping {
    this.compareLabels()
    const { columns, labels } = this
    const isBehind =
      this.continued?.mapping?.outdated === true || this.added.length > 0 || this.renamed.length > 0
    return { columns, ...(labels !== undefined && { labels }), ...(isBehind && { outdated: true }) }
  }

  /** Whenever the definitions have been read. */
  private compareLabels(): void {
    const { columns, labels } = this.mapped
    if (labels.readings === this.comparedReadings) return
    this.comparedReadings = labels.readings
    const labelsOf = (key: string) => labels.ofField(key)
    const now = labelHashes(columns, labelsOf)
    if (now === this.labels) return
    const renamed = renamedIn(columns, labelsOf, { columns: '', labels: this.labels ?? '' })
    this.labels = now
    this.changeCount += 1
    if (renamed.length === 0) return
    this.renamed = [...this.renamed, ...renamed]
    this.warnings.push(
      `Options of ${names(renamed)} were renamed in Pipedrive: records of earlier syncs have the former labels. ` +
        HOW_TO_BACKFILL,
    )
  }
}

/** Ten names show which columns are meant; hundreds would fill the log. */
function names(columns: readonly Column[]): string {
  return enumerate(
    columns.map(({ name }) => name),
    10,
  )
}
