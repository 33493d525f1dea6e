import type { Clock } from './clock.js'
import type { SortField } from './order.js'
import { keyOf, streamOf } from './registry.js'
import { isArchived, type Row } from './row.js'
import type { SandboxStream } from './stream.js'
import type { Switches } from './switches.js'
import { type Listing, type Lookup, Table } from './table.js'
import { DAY, parseTime } from './times.js'

// "deleted deals are returned up to 30 days after their deletion"
const DELETED_DEALS_LAST = 30 * DAY

/** Deals say so twice, projects by their status. */
function isDeleted({ is_deleted, status }: Row): boolean {
  return is_deleted === true || status === 'deleted'
}

/** A stream, or one of its lists. */
type Listed = Pick<SandboxStream, 'name' | 'archived'>

/** The company's rows: as they are, and as the API shows them now. */
export class Store {
  private readonly tables = new Map<string, Table>()

  constructor(
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {}

  seed(stream: string, row: Row): void {
    this.table(stream).put(keyOf(stream, row), row, { now: 0, visibleAt: 0 })
  }

  table(stream: string): Table {
    const name = streamOf(stream).table
    const table = this.tables.get(name) ?? new Table()
    this.tables.set(name, table)
    return table
  }

  /** What readers see of a list now, in order. */
  listing({ name, archived }: Listed, sort: readonly SortField[]): Listing {
    return this.table(name).listing(this.clock.now(), { archived, sort, nulls: this.switches.nullsSort })
  }

  /** What readers see of one row now, in whichever list of the table it is. */
  lookup(stream: string, key: string): Lookup | undefined {
    const found = this.table(stream).lookup(this.clock.now(), key)
    if (found === undefined || !isDeleted(found.row)) return found
    return this.isRecentlyDeleted(found.row) ? { row: found.row, isListed: false } : undefined
  }

  /** The truth of what lists of the stream can return; deleted deals only when asked for, as in the lists. */
  rows(stream: string, deleted = false): Row[] {
    const { archived } = streamOf(stream)
    const table = this.table(stream)
    const rows: Row[] = []
    for (const [key, row] of table.truth()) {
      if (archived !== undefined && isArchived(row) !== archived) continue
      if (isDeleted(row) && !(deleted && this.isRecentlyDeleted(row))) continue
      if (!table.isHidden(key)) rows.push(row)
    }
    return rows
  }

  isRecentlyDeleted(row: Row): boolean {
    const deletedAt = parseTime(row.update_time)
    return isDeleted(row) && this.clock.now() - (deletedAt ?? 0) <= DELETED_DEALS_LAST
  }

  find(stream: string, id: string | number): Row | undefined {
    return this.table(stream).get(String(id))
  }

  existing(stream: string, id: string | number): Row {
    const row = this.find(stream, id)
    if (row === undefined) throw new Error(`The sandbox has no row ${id} in ${stream}`)
    return row
  }
}
