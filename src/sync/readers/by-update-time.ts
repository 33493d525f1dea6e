import type { Emission } from '../../airbyte/messages.js'
import { ConcurrentMerge } from '../../common/merge-concurrently.js'
import type { Time } from '../../common/time.js'
import { secondOf } from '../../pipedrive/lists/pagers/pager.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { difference, intersect, overlaps, union, type Coverage } from '../state/coverage.js'
import type { ListScan } from './list-scan.js'
import { SlicePool } from './slice-pool.js'
import type { SliceReading } from './slice-reading.js'

/** What is to be read of a list, in two parts: nothing fresh waits for what only a newcomer among its streams lacks. */
export interface SlicePlan {
  /** What every stream has to read: oldest first, the open end last. */
  readonly common: Coverage
  /** What only some streams have to read. */
  readonly backfill: Coverage
}

/** `canEnd`: whether the server filters by time from above as well. If not, one reading has to serve all. */
export function planSlices(pending: readonly Coverage[], canEnd: boolean): SlicePlan {
  const everything = union(...pending)
  const [first] = everything
  if (!first) return { common: [], backfill: [] }
  if (!canEnd) return { common: [[first[0], null]], backfill: [] }
  const common = pending.reduce((a, b) => intersect(a, b))
  return { common, backfill: difference(everything, common) }
}

/** What is still to be read of the list for streams that have not failed. */
export function slicesOf(scan: ListScan): SlicePlan {
  const { strategy } = scan.stream
  const pending = scan.prompt.map(({ cursor }) => cursor.pending).filter((slices) => slices.length > 0)
  return planSlices(pending, strategy.kind === 'by-update-time' && strategy.until)
}

/**
 * Reads slices of a list that the server filters by update time, oldest first: a row that is edited meanwhile moves
 * ahead of the reader and is seen again, at the latest by the next run. Where lanes are free, long slices are split and
 * read side by side.
 */
export async function* readSlices(scan: ListScan, slices: Coverage): AsyncGenerator<Emission> {
  const pool = new SlicePool(slices, () => scan.clock.horizon(), scan.outline)
  const { strategy } = scan.stream
  const canSplit = strategy.kind === 'by-update-time' && strategy.until
  const lanes = scan.lanes.forUnit()
  const recruit = () => {
    // Where to split is asked only where there is a lane for it.
    while (canSplit && lanes.isFree() && pool.hasWork && lanes.take()) readers.add(readInLane(pool.take()))
  }
  async function* readPool(first = pool.take()): AsyncGenerator<Emission> {
    for (let slice = first; slice; slice = pool.take()) {
      // A stream that failed may have been the only one that needed the slice.
      if (isWanted(scan, slice)) yield* readSlice(scan, slice, pool, recruit)
      pool.finish(slice)
    }
  }
  async function* readInLane(first: SliceReading | undefined): AsyncGenerator<Emission> {
    yield* readPool(first)
    lanes.giveBack()
  }
  const readers = new ConcurrentMerge([readPool()], () => Infinity)
  try {
    yield* readers
  } finally {
    lanes.giveAllBack()
  }
}

async function* readSlice(
  scan: ListScan,
  slice: SliceReading,
  pool: SlicePool,
  recruit: () => void,
): AsyncGenerator<Emission> {
  const { from, requestedUntil } = slice
  const query = {
    since: from,
    order: 'oldest-first' as const,
    mayBeEmpty: true,
    turn: scan.lanes.pages.turn,
    ...(requestedUntil !== null && { until: requestedUntil }),
  }
  let inOrder = true
  for await (const { rows, next, isDoubtful } of scan.lanes.pages.hold(scan.pages(query))) {
    const reached = lastTime(rows, slice.reached, from)
    // Should the order ever be broken, older rows may still come: the cursor waits for the end of the slice.
    inOrder &&= reached !== undefined
    // An end that no response states proves nothing of what may come behind the last row.
    const isLast = next === undefined && !isDoubtful
    pool.advance(slice, { times: timesFrom(rows, from), reached: inOrder ? reached : undefined, isLast })
    const safe = isLast ? Infinity : inOrder ? slice.reached : from
    const until = Math.min(safe, slice.until ?? Infinity, scan.clock.horizon())
    recruit()
    yield* scan.dispatch(rows, { kind: 'covered', from, until })
    if ((inOrder && slice.isOver) || !isWanted(scan, slice)) return
  }
}

/** Rows before `from` come along: see `lastTime`. */
function timesFrom(rows: readonly Row[], from: Time): Time[] {
  const times: Time[] = []
  for (const { time } of rows) if (time !== null && time >= from) times.push(time)
  return times
}

function isWanted(scan: ListScan, { from, until }: SliceReading): boolean {
  return scan.active.some(({ cursor }) => overlaps(cursor.pending, from, until))
}

/**
 * The second of the last row, at least `reached`; undefined when the rows are not in order. The API filters by whole
 * seconds and may sort by them: inside a second, rows can come in any order. Rows before `from` come along because the
 * API is asked from a second earlier than needed.
 */
export function lastTime(rows: readonly Row[], reached: Time, from: Time): Time | undefined {
  let last = reached
  for (const { time } of rows) {
    if (time === null || time < from) continue
    const second = secondOf(time)
    if (second < secondOf(last)) return undefined
    last = Math.max(last, second)
  }
  return last
}
