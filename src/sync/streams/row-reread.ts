import type { Time } from '../../common/time.js'
import type { StreamSpec } from '../../manifest/stream.js'
import { rowBuilder, type Row } from '../../pipedrive/lists/row.js'
import type { RereadPoint } from '../state/checkpoint.js'
import type { StreamCursor } from '../state/stream-cursor.js'
import type { Allowance } from './allowance.js'
import type { Families } from './families.js'

const KEY = 'key'

const build = rowBuilder({ name: 'rows', primaryKey: [KEY], timeFields: [] })

export interface RowRereadOptions {
  readonly stream: Pick<StreamSpec, 'name' | 'cost'>
  readonly days: number
  /** Whose changes move no time. */
  readonly fields: readonly string[]
  readonly allowance: Allowance
  /** These fields of each row, as they were emitted. */
  readonly known: Families
}

/** Finds rows of which fields have changed that move no time, when all rows are read again. */
export class RowReread {
  constructor(
    private readonly cursor: Pick<StreamCursor, 'reread'>,
    private readonly options: RowRereadOptions,
  ) {}

  /** Where it goes on; undefined: it begins. */
  get point(): RereadPoint | undefined {
    return this.cursor.reread.point
  }

  /** Whether nothing more is read in this run. */
  get isOver(): boolean {
    return !this.options.allowance.allowsReread
  }

  isDue(now: Time): boolean {
    return !this.isOver && this.cursor.reread.isDue(now, this.options.days)
  }

  /** A page was read that no other stream needs. */
  spendPage(): void {
    const { allowance, stream } = this.options
    allowance.spend(stream.name, stream.cost)
  }

  hasChanged(row: Row): boolean {
    return !this.options.known.isKnown(row.key, [this.watched(row)])
  }

  /** The rows' records are written. */
  record(rows: readonly Row[]): void {
    for (const row of rows) this.options.known.record(row.key, [this.watched(row)])
  }

  private watched({ key, data }: Row): Row {
    const fields = this.options.fields.map((field): [string, unknown] => [field, data[field] ?? null])
    return build(Object.fromEntries([...fields, [KEY, key]]))
  }
}

/** Undefined: every change of the stream’s rows moves a time, or nothing is kept of those that do not. */
export function rowReread(
  stream: StreamSpec,
  cursor: StreamCursor,
  allowance: Allowance,
  known: Families | undefined,
): RowReread | undefined {
  const { strategy } = stream
  if (strategy.kind !== 'by-update-time' || !strategy.reread || !known) return undefined
  return new RowReread(cursor, { stream, ...strategy.reread, allowance, known })
}
