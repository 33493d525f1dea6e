import type { Time } from '../../common/time.js'
import { changesAreCompared, type StreamSpec } from '../../manifest/stream.js'
import { rowBuilder, type RawRow, type Row } from '../../pipedrive/lists/row.js'

/** Which parents are compared with what they were when their children were last read, and by which fields. */
export interface Comparison {
  readonly of: 'all' | 'without time' | 'none'
  /** Absent: all. */
  readonly fields?: readonly string[] | undefined
  /** What the stream's rows are worked out from, where they are. */
  readonly kept?: readonly string[] | undefined
}

const KEY = 'key'

const build = rowBuilder({ name: 'parents', primaryKey: [KEY], timeFields: [] })

/** What of the parent is compared, under a key that no child has; undefined: its time tells. */
export function versionOf({ key, time, data }: Row, { of, fields }: Comparison): Row | undefined {
  if (of === 'none' || (of === 'without time' && time !== null)) return undefined
  const watched = fields ? Object.fromEntries(fields.map((field) => [field, data[field]])) : data
  return build({ ...watched, [KEY]: `parent ${key}` })
}

/** What is kept of a parent that is queued: no more than is needed, as there may be many. */
export function keptOf({ data }: Row, { kept }: Comparison): RawRow | undefined {
  return kept && Object.fromEntries(kept.map((field) => [field, data[field]]))
}

/** That the children of a parent were read, kept while its time is pending: the allowance may end in its second. */
export function doneVersion({ key, time }: Row): Row {
  return withTime(build({ time, [KEY]: `done ${key}` }), time)
}

/** A child with the time of its parent: while that is pending, it may be seen again. */
export function withTime(row: Row, time: Time | null): Row {
  return {
    key: row.key,
    time,
    data: row.data,
    get fingerprint() {
      return row.fingerprint
    },
  }
}

/** Lists that are compared row by row say by their content which parents have changed. */
export function comparisonOf(list: StreamSpec, { strategy }: StreamSpec): Comparison {
  if (strategy.kind !== 'children' || strategy.read.kind === 'batch') return { of: 'none' }
  const { watch: fields, derive } = strategy
  const kept = derive && [derive.field, ...derive.along, derive.since, derive.movedAt]
  return { of: changesAreCompared(list) ? 'all' : 'without time', fields, kept }
}
