import { randomUUID } from 'node:crypto'
import { blankRow } from './example-rows.js'
import type { Clock } from './clock.js'
import type { SortField } from './order.js'
import type { Row } from './row.js'
import { keyOf, streamDefinition } from './streams.js'
import type { Switches } from './switches.js'
import { type Listing, Table } from './table.js'
import { DAY, formatTime, parseTime } from './times.js'

// "deleted deals are returned up to 30 days after their deletion"
const DELETED_DEALS_LAST = 30 * DAY

/** Rows that go with their deal, and whose changes may move it. */
const DEAL_CHILDREN: readonly string[] = ['deal_products', 'deal_installments']

/** The company's rows and what may happen to them. Changes follow the API's own side effects. */
export class Store {
  readonly #tables = new Map<string, Table>()
  readonly #clock: Clock
  readonly #switches: Switches

  constructor(clock: Clock, switches: Switches) {
    this.#clock = clock
    this.#switches = switches
  }

  seed(stream: string, row: Row): void {
    this.table(stream).put(keyOf(stream, row), row, 0, 0)
  }

  listing(stream: string, sort: readonly SortField[]): Listing {
    const { archived } = streamDefinition(stream)
    return this.table(stream).listing(this.#clock.now(), { archived, sort, nulls: this.#switches.nullsSort })
  }

  /** What lists of the stream can return; deleted deals only when asked for, as in the lists. */
  rows(stream: string, deleted = false): Row[] {
    const { archived } = streamDefinition(stream)
    return [...this.table(stream).truth()].filter(
      (row) =>
        (archived === undefined || (row.is_archived === true) === archived) &&
        (row.is_deleted !== true || (deleted && this.isRecentlyDeleted(row))),
    )
  }

  isRecentlyDeleted(row: Row): boolean {
    const deletedAt = parseTime(row.update_time)
    return row.is_deleted === true && this.#clock.now() - (deletedAt ?? 0) <= DELETED_DEALS_LAST
  }

  find(stream: string, id: string | number): Row | undefined {
    return this.table(stream).get(String(id))
  }

  create(stream: string, data: Row = {}): Row {
    const { updated, added, uuid, key } = streamDefinition(stream)
    const now = this.#time(stream)
    const row = {
      ...blankRow(stream),
      ...this.#unsetCustomFields(stream),
      ...(key[0] === 'id' ? { id: uuid === true ? randomUUID() : this.table(stream).nextId() } : {}),
      ...(added === undefined ? {} : { [added]: now }),
      ...(updated === undefined ? {} : { [updated]: now }),
      ...data,
    }
    this.#put(stream, row)
    this.#afterChild(stream, row)
    return row
  }

  edit(stream: string, id: string | number, changes: Row, touch = true): Row {
    const row = { ...this.#existing(stream, id), ...(touch ? this.#touched(stream) : {}), ...changes }
    this.#put(stream, row)
    this.#afterChild(stream, row)
    return row
  }

  remove(stream: string, id: string | number, hard = false): void {
    const row = this.#existing(stream, id)
    if (streamDefinition(stream).table === 'deals' && !hard) {
      this.edit(stream, id, { is_deleted: true, status: 'deleted' })
      return
    }
    this.table(stream).put(keyOf(stream, row), undefined, this.#visibleAt(), this.#clock.now())
    if (streamDefinition(stream).table === 'deals') this.#removeChildren(row.id)
    this.#afterChild(stream, row)
  }

  setArchived(stream: 'deals' | 'leads', id: string | number, archived: boolean): void {
    const archive_time = archived ? this.#time(stream) : null
    this.edit(stream, id, { is_archived: archived, archive_time }, this.#switches.archivingMovesUpdateTime)
  }

  table(stream: string): Table {
    const name = streamDefinition(stream).table
    const table = this.#tables.get(name) ?? new Table()
    this.#tables.set(name, table)
    return table
  }

  /** Lists return every custom field of the company, null when unset: the ones that the other rows have. */
  #unsetCustomFields(stream: string): Row {
    const [other] = this.table(stream).truth()
    const custom = other?.custom_fields
    if (typeof custom !== 'object' || custom === null) return {}
    return { custom_fields: Object.fromEntries(Object.keys(custom).map((key) => [key, null])) }
  }

  #existing(stream: string, id: string | number): Row {
    const row = this.find(stream, id)
    if (row === undefined) throw new Error(`The sandbox has no row ${id} in ${stream}`)
    return row
  }

  #put(stream: string, row: Row): void {
    this.table(stream).put(keyOf(stream, row), row, this.#visibleAt(), this.#clock.now())
  }

  #time(stream: string): string {
    return formatTime(streamDefinition(stream).times ?? 'v2', this.#clock.now())
  }

  #touched(stream: string): Row {
    const { updated } = streamDefinition(stream)
    return updated === undefined ? {} : { [updated]: this.#time(stream) }
  }

  #visibleAt(): number {
    return this.#clock.now() + this.#switches.visibleAfterMs
  }

  #removeChildren(dealId: unknown): void {
    for (const stream of DEAL_CHILDREN) {
      const children = this.table(stream)
      for (const child of [...children.truth()].filter((row) => row.deal_id === dealId)) {
        children.put(keyOf(stream, child), undefined, this.#visibleAt(), this.#clock.now())
      }
    }
  }

  /** A deal counts its line items, but not its installments. */
  #afterChild(stream: string, child: Row): void {
    if (!DEAL_CHILDREN.includes(stream)) return
    const deal = this.find('deals', String(child.deal_id))
    if (deal === undefined) return
    const count = [...this.table(stream).truth()].filter((row) => row.deal_id === deal.id).length
    const counts = stream === 'deal_products' && 'products_count' in deal
    const counted = counts ? { products_count: count } : {}
    this.edit('deals', String(deal.id), counted, this.#switches.lineItemMovesDeal)
  }
}
