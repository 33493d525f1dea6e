import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.js'
import { keyOf, streamOf, streams } from './registry.js'
import type { Row } from './row.js'
import type { Store } from './store.js'
import { blankRow } from './stream.js'
import type { Switches } from './switches.js'
import type { Moment } from './table.js'
import { formatTime } from './times.js'

/** The streams whose rows can be archived. */
export type Archivable = 'deals' | 'leads' | 'projects'

/** What may happen to the company's rows, with the API's own side effects. */
export class Changes {
  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly switches: Switches,
  ) {}

  /** Without touch, the row has only the times that are given, and its parent stays as it is. */
  create(stream: string, data: Row = {}, touch = true): Row {
    const definition = streamOf(stream)
    const { added, uuid, key } = definition
    const id = uuid === true ? randomUUID() : this.store.table(stream).nextId()
    const row = {
      ...blankRow(definition),
      ...this.unsetCustomFields(stream),
      ...(key[0] === 'id' ? { id } : {}),
      ...(touch && added !== undefined ? { [added]: this.time(stream) } : {}),
      ...(touch ? this.touched(stream) : {}),
      ...data,
    }
    this.put(stream, row)
    if (touch) this.afterChild(stream, row)
    return row
  }

  edit(stream: string, id: string | number, changes: Row, touch = true): Row {
    const before = this.store.existing(stream, id)
    const row = { ...before, ...(touch ? this.touched(stream) : {}), ...changes }
    this.put(stream, row)
    if (touch) this.log(stream, before, row)
    this.afterChild(stream, row)
    return row
  }

  /** With `hard` no trace is left. */
  remove(stream: string, id: string | number, hard = false): void {
    const row = this.store.existing(stream, id)
    const { deletedAs } = streamOf(stream)
    if (deletedAs !== undefined && !hard) {
      this.edit(stream, id, deletedAs)
      return
    }
    const tombstone = hard ? undefined : { ...row, ...this.touched(stream), ...deletedMark(row) }
    this.store.table(stream).put(keyOf(stream, row), undefined, this.moment(), tombstone)
    this.removeChildren(stream, row.id)
    this.afterChild(stream, row)
  }

  archive(stream: Archivable, id: string | number, archivedAt?: number): void {
    if (archivedAt !== undefined && this.switches.archiveTime === 'now')
      throw new Error("archive_time can be chosen only under the switch archiveTime: 'free'")
    const archive_time = formatTime(streamOf(stream).times ?? 'v2', archivedAt ?? this.clock.now())
    this.setArchived(stream, id, true, archive_time)
  }

  restore(stream: Archivable, id: string | number): void {
    this.setArchived(stream, id, false, null)
  }

  setHidden(stream: string, id: string | number, hidden: boolean): void {
    const key = keyOf(stream, this.store.existing(stream, id))
    this.store.table(stream).setHidden(key, hidden)
  }

  /** "The lead is marked as deleted": it leaves both lists of leads, and a deal names it. */
  convertLead(id: string): Row {
    const lead = this.store.existing('leads', id)
    this.remove('leads', id)
    return this.create('deals', {
      title: lead.title,
      owner_id: lead.owner_id,
      creator_user_id: lead.creator_id,
      person_id: lead.person_id,
      org_id: lead.organization_id,
      source_lead_id: id,
    })
  }

  /** The survivor gets the other person's rows, whose own times do not move. */
  mergePersons(from: number, into: number): Row {
    this.store.existing('persons', into)
    this.remove('persons', from)
    for (const stream of streams.values()) {
      if (stream.archived === true || stream.name === 'persons') continue
      const linked = [...this.store.table(stream.name).truth()].filter(([, row]) => row.person_id === from)
      for (const [, row] of linked) this.put(stream.name, { ...row, person_id: into })
    }
    return this.edit('persons', into, {})
  }

  /** Lists return every custom field of the company, null when unset: those that other rows have. */
  private unsetCustomFields(stream: string): Row {
    const [other] = this.store.table(stream).truth()
    const custom = other?.[1].custom_fields
    if (typeof custom !== 'object' || custom === null) return {}
    return { custom_fields: Object.fromEntries(Object.keys(custom).map((key) => [key, null])) }
  }

  private setArchived(
    stream: Archivable,
    id: string | number,
    is_archived: boolean,
    archive_time: string | null,
  ): void {
    const flag = 'is_archived' in streamOf(stream).exampleRow ? { is_archived } : {}
    this.edit(stream, id, { ...flag, archive_time }, this.switches.archivingMovesUpdateTime)
  }

  /** Adds what the change logs of the row have of the edit. */
  private log(stream: string, before: Row, after: Row): void {
    const { table } = streamOf(stream)
    for (const { name, logs, parent, added = 'time' } of streams.values()) {
      if (logs === undefined || parent === undefined || streamOf(parent.stream).table !== table) continue
      for (const entry of logs(before, after)) {
        const id = this.store.table(name).nextId()
        this.put(name, { id, [parent.field]: after.id, [added]: this.time(name), ...entry })
      }
    }
  }

  private put(stream: string, row: Row): void {
    this.store.table(stream).put(keyOf(stream, row), row, this.moment())
  }

  private time(stream: string): string {
    return formatTime(streamOf(stream).times ?? 'v2', this.clock.now())
  }

  private touched(stream: string): Row {
    const { updated } = streamOf(stream)
    return updated === undefined ? {} : { [updated]: this.time(stream) }
  }

  private moment(): Moment {
    const now = this.clock.now()
    return { now, visibleAt: now + this.switches.visibleAfterMs }
  }

  private removeChildren(stream: string, id: unknown): void {
    const { table } = streamOf(stream)
    for (const { name, parent } of streams.values()) {
      if (parent === undefined || streamOf(parent.stream).table !== table) continue
      const children = this.store.table(name)
      const theirs = [...children.truth()].filter(([, row]) => row[parent.field] === id)
      for (const [key] of theirs) children.put(key, undefined, this.moment())
    }
  }

  /** Counts the children of the parent, and moves its update_time if the switch says so. */
  private afterChild(stream: string, child: Row): void {
    const { parent } = streamOf(stream)
    if (parent === undefined) return
    const owner = this.store.find(parent.stream, String(child[parent.field]))
    if (owner === undefined) return
    const siblings = () => this.store.rows(stream).filter((row) => row[parent.field] === owner.id)
    const { count } = parent
    const counted = count !== undefined && count in owner ? { [count]: siblings().length } : {}
    const moves = parent.moves !== 'never' && this.switches.lineItemMovesDeal
    this.edit(parent.stream, String(owner.id), counted, moves)
  }
}

/** How a deleted row that is asked for by id shows that it is deleted. */
function deletedMark(row: Row): Row {
  return 'active_flag' in row ? { active_flag: false } : { is_deleted: true }
}
