import type { Time } from '../../common/time.js'
import type { Backlog } from '../streams/subscription.js'
import type { ListScan } from './list-scan.js'

/**
 * Reads all parents of a list again, by id, some in each run: changes of children that move no time of their parent are
 * found after days instead of never.
 */
export async function rereadParents(scan: ListScan, backlogs: readonly Backlog[], now: Time): Promise<void> {
  const isSorted = scan.stream.strategy.kind === 'by-update-time'
  const query = { mayBeEmpty: true, ...(isSorted && { order: 'by-id' as const }) }
  for (const { reread } of backlogs) {
    if (!reread?.isDue(now)) continue
    let position = reread.point?.position
    for await (const { rows, next } of scan.pages(query, position)) {
      const startedAt = reread.point?.startedAt ?? scan.clock.startedAt ?? now
      await reread.take(rows, { startedAt, position }, next)
      position = next
      if (reread.isOver) break
    }
  }
}
