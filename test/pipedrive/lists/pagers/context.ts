import type { PageContext } from '../../../../src/pipedrive/lists/pagers/pager.js'
import { rowBuilder, type Row } from '../../../../src/pipedrive/lists/row.js'

const toRow = rowBuilder({ name: 'rows', primaryKey: ['id'], timeFields: ['time'] })
const EPOCH = Date.UTC(2026, 5, 1, 12)

export const second = (seconds: number) => EPOCH + seconds * 1000

/** A row with a time; null: without one. */
export function row(id: number, seconds: number | null = id): Row {
  return toRow({ id, time: seconds === null ? null : new Date(second(seconds)).toISOString() })
}

/** Rows whose ids are also the seconds of their times. */
export const rows = (...ids: number[]) => ids.map((id) => row(id))
export const idsOf = (list: readonly Row[]) => list.map(({ data }) => data.id)

/** What a walk knows: by default nothing. `known`: ids of rows that were read. */
export function contextOf({
  known = [],
  ...facts
}: Partial<PageContext> & { known?: number[] } = {}): PageContext {
  return {
    timeOf: ({ time }) => time,
    fullPage: 3,
    isKnown: ({ data }) => known.includes(Number(data.id)),
    inOrder: true,
    stableTies: false,
    served: [],
    filtersUntil: true,
    ...facts,
  }
}
