import { type Comparator, comparator, type Entry, type SortField, sortRows } from './order.js'
import type { Row } from './row.js'

interface PendingChange {
  readonly key: string
  readonly row: Row | undefined
  readonly visibleAt: number
  readonly sequence: number
}

export interface Listing {
  readonly entries: readonly Entry[]
  readonly compare: Comparator
}

/** Rows as they are (the truth) and as readers see them, which may be later (switch visibleAfterMs). */
export class Table {
  readonly #truth = new Map<string, Row>()
  readonly #visible = new Map<string, Row>()
  readonly #shown = new Map<string, number>()
  readonly #listings = new Map<string, Listing>()
  #pending: PendingChange[] = []
  #sequence = 0
  #topId = 0

  get(key: string): Row | undefined {
    return this.#truth.get(key)
  }

  truth(): IterableIterator<Row> {
    return this.#truth.values()
  }

  /** Ids are not used twice, also not after a row has gone. */
  nextId(): number {
    return this.#topId + 1
  }

  /** Writes a row, or takes it away (undefined), and shows that to readers from `visibleAt` on. */
  put(key: string, row: Row | undefined, visibleAt: number, now: number): void {
    if (row === undefined) this.#truth.delete(key)
    else this.#truth.set(key, row)
    if (typeof row?.id === 'number') this.#topId = Math.max(this.#topId, row.id)
    const change = { key, row, visibleAt, sequence: (this.#sequence += 1) }
    if (visibleAt <= now) this.#show(change)
    else this.#pending.push(change)
  }

  /** The rows that readers see now and that belong to the list, in order; sorted once per change. */
  listing(now: number, list: ListOrder): Listing {
    this.#showDue(now)
    const name = JSON.stringify([list.archived ?? null, list.nulls, list.sort])
    const known = this.#listings.get(name)
    if (known !== undefined) return known
    const rows = [...this.#visible.values()].filter(
      (row) => list.archived === undefined || (row.is_archived === true) === list.archived,
    )
    const compare = comparator(list.sort, list.nulls)
    const listing = { entries: sortRows(rows, list.sort, compare), compare }
    this.#listings.set(name, listing)
    return listing
  }

  #showDue(now: number): void {
    if (this.#pending.length === 0) return
    const due = this.#pending.filter((change) => change.visibleAt <= now)
    if (due.length === 0) return
    this.#pending = this.#pending.filter((change) => change.visibleAt > now)
    for (const change of due) this.#show(change)
  }

  #show({ key, row, sequence }: PendingChange): void {
    if (sequence < (this.#shown.get(key) ?? 0)) return
    this.#shown.set(key, sequence)
    this.#listings.clear()
    if (row === undefined) this.#visible.delete(key)
    else this.#visible.set(key, row)
  }
}

export interface ListOrder {
  readonly archived: boolean | undefined
  readonly sort: readonly SortField[]
  readonly nulls: 'first' | 'last'
}
