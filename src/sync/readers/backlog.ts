import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import { intersect, openFrom, union, type Coverage, type Slice } from '../state/coverage.js'
import { secondAfter } from '../streams/newest-first.js'
import type { Backlog } from '../streams/subscription.js'
import type { ListScan } from './list-scan.js'
import { rereadParents } from './reread.js'
import { isNewestFirst } from './walk.js'

/**
 * Queues parents whose children cost a request each, behind all else that is read of their list: what has changed
 * first, then older ones, newest first, until the allowance is spent.
 */
// eslint-disable-next-line require-yield -- a generator as all units are: the records come from the readers of children
export async function* readBacklog(scan: ListScan, now: Time): AsyncGenerator<Emission> {
  await scan.unitsEnded
  // Side by side: each waits until most of its parents are read, and alone it uses half of the rate limit.
  await Promise.all(waiting(scan).map((backlog) => backlog.release()))
  const slices = scan.stream.strategy.kind === 'by-update-time' ? slicesOf(scan) : []
  for (const slice of [...slices].reverse()) {
    if (await readNewestOf(scan, slice)) continue
    for (const backlog of waiting(scan)) backlog.leave()
    return
  }
  await rereadParents(scan, eager(scan), now)
}

/** Streams that wait for an allowance. */
function waiting({ active }: ListScan): Backlog[] {
  return active.flatMap(({ backlog }) => backlog ?? [])
}

/** Those that still have some of it. */
function eager(scan: ListScan): Backlog[] {
  return waiting(scan).filter(({ isOver }) => !isOver)
}

/** What the other units of the list have left. */
function slicesOf(scan: ListScan): Coverage {
  return union(...waiting(scan).map((backlog) => leftOf(backlog, scan.clock.horizon())))
}

/** Units that have read up to the horizon have seen what is newer, too. */
function leftOf({ pending, hasRead }: Backlog, horizon: Time): Coverage {
  const sawNewest = hasRead && openFrom(pending) >= horizon
  return sawNewest ? intersect(pending, [[-Infinity, horizon]]) : pending
}

/**
 * Reads a slice from its end on; returns whether all of it was read. What is edited meanwhile moves out of it, to the
 * front of the list.
 */
async function readNewestOf(scan: ListScan, [from, until]: Slice): Promise<boolean> {
  const { strategy } = scan.stream
  const filtersUntil = strategy.kind === 'by-update-time' && strategy.until
  const query = {
    since: from,
    order: 'newest-first' as const,
    mayBeEmpty: true,
    ...(until !== null && filtersUntil && { until }),
  }
  if (eager(scan).length === 0) return waiting(scan).length === 0
  let above: Time | undefined
  let inOrder = true
  for await (const { rows, next, isDoubtful } of scan.pages(query)) {
    above ??= Math.min(until ?? Infinity, scan.clock.horizon())
    inOrder &&= isNewestFirst(rows)
    const isEnd = next === undefined && !isDoubtful
    const reached = inOrder ? bottomOf(rows) : undefined
    const bottom = isEnd ? from : Math.max(from, reached ?? above)
    const covers: Slice = [bottom, above]
    await Promise.all(eager(scan).map((backlog) => backlog.take(rows, covers)))
    above = Math.min(above, bottom)
    if (!isEnd && eager(scan).length === 0) return waiting(scan).length === 0
  }
  return true
}

/** Everything that is newer lies on this page, or before it. */
function bottomOf(rows: readonly Row[]): Time | undefined {
  const last = rows.findLast(({ time }) => time !== null)
  return last?.time === undefined || last.time === null ? undefined : secondAfter(last.time)
}
