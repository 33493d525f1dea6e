import type { Emission } from '../../airbyte/messages.js'
import { BEGINNING, type Time } from '../../common/time.js'
import type { ListQuery } from '../../pipedrive/lists/list-query.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { NOTHING, type Checkpoint, type ResumePoint } from '../state/checkpoint.js'
import { learnWhetherEmpty, mayBeEmpty, notingEmptiness } from './emptiness.js'
import type { ListScan } from './list-scan.js'

const HOUR_MS = 3_600_000

/** Reads a list that has no filter from end to end; nothing counts as read before the walk is over. */
export function readWhole(scan: ListScan): AsyncGenerator<Emission> {
  return walk(scan, { mayBeEmpty: mayBeEmpty(scan) }, () => false)
}

/** Reads a list newest first until the oldest cursor: what is edited meanwhile moves to the front, for the next run. */
export function readNewestFirst(scan: ListScan): AsyncGenerator<Emission> {
  const oldest = scan.oldest > BEGINNING ? scan.oldest : -Infinity
  return walk(
    scan,
    { order: 'newest-first', mayBeEmpty: mayBeEmpty(scan) },
    ({ time }) => time !== null && time < oldest,
  )
}

/**
 * Reads a list that comes newest first until the rows that are known, in each of its parts; and whole now and then, for
 * the changes that move no row to the front.
 */
export function readUntilKnown(scan: ListScan, wholeEveryHours: number, now: Time): AsyncGenerator<Emission> {
  // Parents that wait for an allowance do not have the list read for nothing.
  const eager = scan.active.filter(({ backlog }) => !backlog?.isOver).map(({ cursor }) => cursor)
  const resumed = sharedResume(scan.active.map(({ cursor }) => cursor.resume))
  const isDue = eager.some(({ readAt }) => isWholeDue(readAt, wholeEveryHours, now))
  const isWhole = resumed ? resumed.isWhole !== false : isDue
  const oldest = Math.min(...eager.map((cursor) => cursor.oldest))
  const isKnown = ({ time }: Row) => time !== null && time < oldest
  const endsPart = (rows: readonly Row[]) => isNewestFirst(rows) && rows.some(isKnown)
  const query = { mayBeEmpty: true, neverMarksEnd: true, ...(!isWhole && { endsPart }) }
  return walk(scan, query, () => false, isWhole)
}

function isWholeDue(readAt: Time | undefined, everyHours: number, now: Time): boolean {
  return readAt === undefined || Math.abs(now - readAt) >= everyHours * HOUR_MS
}

/** Reads what is newer than the start of a walk that an earlier run could not finish, of a list newest first. */
export async function* readNewerThan(scan: ListScan, since: Time): AsyncGenerator<Emission> {
  for await (const { rows, next, isDoubtful } of scan.pages({ order: 'newest-first', mayBeEmpty: true })) {
    const isOver = next === undefined || rows.some(({ time }) => time !== null && time < since)
    const isProved = isOver && !isDoubtful
    const covered = { kind: 'covered' as const, from: since, until: scan.clock.horizon() }
    // A list that is not newest first is left to its walk.
    if (!isNewestFirst(rows)) return
    yield* scan.dispatch(rows, isProved ? covered : NOTHING)
    if (isOver || scan.active.length === 0) return
  }
}

function walk(
  scan: ListScan,
  query: ListQuery,
  isBeyond: (row: Row) => boolean,
  isWhole = true,
): AsyncGenerator<Emission> {
  return notingEmptiness(scan, walkPages(scan, query, isBeyond, isWhole))
}

async function* walkPages(
  scan: ListScan,
  query: ListQuery,
  isBeyond: (row: Row) => boolean,
  isWhole: boolean,
): AsyncGenerator<Emission> {
  const resumed = sharedResume(scan.active.map(({ cursor }) => cursor.resume))
  let startedAt = resumed?.startedAt
  let fromStart = resumed === undefined
  let inOrder = true
  for await (const { rows, next, times, restarted, isDoubtful } of scan.pages(query, resumed?.position)) {
    if (restarted) {
      fromStart = true
      startedAt = undefined
    }
    startedAt ??= scan.clock.observe(times, rows)
    const covers = scan.clock.horizon(startedAt)
    // A list that is not newest first, though asked for, may have new rows anywhere.
    inOrder &&= isNewestFirst(rows)
    const continues = next !== undefined && !(inOrder && rows.some(isBeyond))
    const isEnd = isWhole && next === undefined
    const sawAll = fromStart && isEnd
    if (sawAll) learnWhetherEmpty(scan)
    const checkpoint: Checkpoint = continues
      ? { kind: 'paused', at: { startedAt, position: next, ...(!isWhole && { isWhole }) }, covers }
      : {
          kind: 'finished',
          covers,
          sawAll,
          ...(isEnd && { readAt: Math.floor(scan.clock.startedAt ?? startedAt) }),
        }
    yield* scan.dispatch(rows, isDoubtful ? NOTHING : checkpoint)
    if (sawAll && !isDoubtful) scan.readWhole()
    if (!continues || scan.active.length === 0) return
  }
}

/** Where every stream's last walk was cut off, if that is one place. */
export function sharedResume<T extends ResumePoint>(points: readonly (T | undefined)[]): T | undefined {
  const [first, ...others] = points
  return others.every((point) => samePoint(point, first)) ? first : undefined
}

function samePoint(a: ResumePoint | undefined, b: ResumePoint | undefined): boolean {
  return a?.startedAt === b?.startedAt && JSON.stringify(a?.position) === JSON.stringify(b?.position)
}

export function isNewestFirst(rows: readonly Row[]): boolean {
  let last = Infinity
  for (const { time } of rows) {
    if (time === null) continue
    if (time > last) return false
    last = time
  }
  return true
}
