import { type Comparator, comparator, type Entry, type SortField, sortRows } from './order.js'
import { isArchived, type Row } from './row.js'

interface PendingChange {
  readonly key: string
  readonly row: Row | undefined
  /** The deleted row as the API may still return it by id. */
  readonly tombstone: Row | undefined
  readonly visibleAt: number
  readonly sequence: number
}

export interface Listing {
  readonly entries: readonly Entry[]
  readonly compare: Comparator
}

export interface ListOrder {
  readonly archived: boolean | undefined
  readonly sort: readonly SortField[]
  readonly nulls: 'first' | 'last'
}

/** When a change happens, and from when on readers see it; milliseconds since the epoch. */
export interface Moment {
  readonly now: number
  readonly visibleAt: number
}

/** A row that is asked for by its key. Deleted and hidden rows are in no list. */
export interface Lookup {
  readonly row: Row
  readonly isListed: boolean
}

/** Rows as they are (the truth) and as readers see them, which may be later (switch visibleAfterMs). */
export class Table {
  private readonly rows = new Map<string, Row>()
  private readonly visible = new Map<string, Row>()
  private readonly tombstones = new Map<string, Row>()
  private readonly hidden = new Set<string>()
  private readonly shown = new Map<string, number>()
  private readonly listings = new Map<string, Listing>()
  private pending: PendingChange[] = []
  private sequence = 0
  private topId = 0

  get(key: string): Row | undefined {
    return this.rows.get(key)
  }

  /** Rows by key, hidden ones too. */
  truth(): IterableIterator<[key: string, row: Row]> {
    return this.rows.entries()
  }

  isHidden(key: string): boolean {
    return this.hidden.has(key)
  }

  /** Ids are not used twice, not even after a row was deleted. */
  nextId(): number {
    return this.topId + 1
  }

  /** Writes a row, or deletes it (undefined), and shows that to readers from `visibleAt` on. */
  put(key: string, row: Row | undefined, { now, visibleAt }: Moment, tombstone?: Row): void {
    if (row === undefined) this.rows.delete(key)
    else this.rows.set(key, row)
    if (typeof row?.id === 'number') this.topId = Math.max(this.topId, row.id)
    const change = { key, row, tombstone, visibleAt, sequence: (this.sequence += 1) }
    if (visibleAt <= now) this.show(change)
    else this.pending.push(change)
  }

  /** Takes a row out of all lists, or puts it back, at once. */
  setHidden(key: string, hidden: boolean): void {
    if (hidden) this.hidden.add(key)
    else this.hidden.delete(key)
    this.listings.clear()
  }

  /** The rows that readers see now and that belong to the list, in order; sorted once per change. */
  listing(now: number, list: ListOrder): Listing {
    this.showDue(now)
    const name = JSON.stringify([list.archived ?? null, list.nulls, list.sort])
    const known = this.listings.get(name)
    if (known !== undefined) return known
    const rows: Row[] = []
    for (const [key, row] of this.visible) {
      const belongs = list.archived === undefined || isArchived(row) === list.archived
      if (belongs && !this.hidden.has(key)) rows.push(row)
    }
    const compare = comparator(list.sort, list.nulls)
    const listing = { entries: sortRows(rows, list.sort, compare), compare }
    this.listings.set(name, listing)
    return listing
  }

  lookup(now: number, key: string): Lookup | undefined {
    this.showDue(now)
    const row = this.visible.get(key) ?? this.tombstones.get(key)
    return row && { row, isListed: this.visible.has(key) && !this.hidden.has(key) }
  }

  private showDue(now: number): void {
    if (this.pending.length === 0) return
    const due = this.pending.filter((change) => change.visibleAt <= now)
    if (due.length === 0) return
    this.pending = this.pending.filter((change) => change.visibleAt > now)
    for (const change of due) this.show(change)
  }

  private show({ key, row, tombstone, sequence }: PendingChange): void {
    if (sequence < (this.shown.get(key) ?? 0)) return
    this.shown.set(key, sequence)
    this.listings.clear()
    this.tombstones.delete(key)
    if (row !== undefined) {
      this.visible.set(key, row)
      return
    }
    this.visible.delete(key)
    if (tombstone !== undefined) this.tombstones.set(key, tombstone)
  }
}
