import { Changes, type Archivable } from './changes.js'
import type { Clock } from './clock.js'
import { presentRow } from './present-row.js'
import { streamOf } from './registry.js'
import type { Row } from './row.js'
import type { Store } from './store.js'
import type { Switches } from './switches.js'

/** A test's access to the company's rows. */
export interface RowAccess {
  /** The truth of a stream now, without hidden rows; without include fields and deleted deals unless asked for. */
  rows(stream: string, options?: { deleted?: boolean; includeFields?: boolean }): readonly Row[]
  /** touch: false sets no time but those of `data`, and does not change the row's parent. */
  create(stream: string, data?: Row, options?: { touch?: boolean }): Row
  /** Moves the update time, unless `changes` has one or touch is false. */
  edit(stream: string, id: string | number, changes: Row, options?: { touch?: boolean }): Row
  /** Deals and projects get the status deleted; other rows leave their lists. hard: nothing is left, not even by id. */
  remove(stream: string, id: string | number, options?: { hard?: boolean }): void
  /** archiveTime: ms since the epoch, under the switch archiveTime: 'free'; default now. */
  archive(stream: Archivable, id: string | number, options?: { archiveTime?: number }): void
  restore(stream: Archivable, id: string | number): void
  /** The token's owner may no longer see the row: it leaves all lists, and its update_time does not move. */
  hide(stream: string, id: string | number): void
  reveal(stream: string, id: string | number): void
  /** The lead leaves both lists of leads; returns the deal that it became, with source_lead_id. */
  convertLead(id: string): Row
  /** `from` leaves its list; `into` gets its rows and a new update_time, and is returned. */
  mergePersons(from: number, into: number): Row
}

export function rowAccess(store: Store, clock: Clock, switches: Switches): RowAccess {
  const changes = new Changes(store, clock, switches)
  return {
    rows: (stream, { deleted = false, includeFields = false } = {}) => {
      const optional = streamOf(stream).route.includeFields ?? []
      const asked = includeFields ? optional : []
      return store.rows(stream, deleted).map((row) => presentRow(row, { optional, asked }))
    },
    create: (stream, data, { touch = true } = {}) => changes.create(stream, data, touch),
    edit: (stream, id, values, { touch = true } = {}) => changes.edit(stream, id, values, touch),
    remove: (stream, id, { hard = false } = {}) => {
      changes.remove(stream, id, hard)
    },
    archive: (stream, id, { archiveTime } = {}) => {
      changes.archive(stream, id, archiveTime)
    },
    restore: (stream, id) => {
      changes.restore(stream, id)
    },
    hide: (stream, id) => {
      changes.setHidden(stream, id, true)
    },
    reveal: (stream, id) => {
      changes.setHidden(stream, id, false)
    },
    convertLead: (id) => changes.convertLead(id),
    mergePersons: (from, into) => changes.mergePersons(from, into),
  }
}
