import type { Emission } from '../../airbyte/messages.js'
import type { Time } from '../../common/time.js'
import { NOTHING, type Checkpoint } from '../state/checkpoint.js'
import type { Backlog } from '../streams/subscription.js'
import type { ListScan } from './list-scan.js'

export function isRereadDue({ active }: ListScan, now: Time): boolean {
  return active.some(({ rowReread }) => rowReread?.isDue(now))
}

/** Reads all rows again, by id, some in each run: changes that move no time are found after days instead of never. */
export async function* rereadRows(scan: ListScan, now: Time): AsyncGenerator<Emission> {
  for (const subscription of scan.active) {
    const { rowReread: reread } = subscription
    if (!reread?.isDue(now)) continue
    const pages = scan.pages({ order: 'by-id', mayBeEmpty: true }, reread.point?.position)
    for await (const { rows, next, isDoubtful } of pages) {
      reread.spendPage()
      const startedAt = reread.point?.startedAt ?? Math.floor(scan.clock.startedAt ?? now)
      const checkpoint: Checkpoint = next
        ? { kind: 'rereading', at: { startedAt, position: next } }
        : { kind: 'reread', startedAt }
      yield* scan.dispatch(rows, isDoubtful ? NOTHING : checkpoint, (other) => other === subscription)
      if (reread.isOver) break
    }
  }
}

/**
 * Reads all parents of a list again, by id, some in each run: changes of children that move no time of their parent are
 * found after days instead of never.
 */
export async function rereadParents(scan: ListScan, backlogs: readonly Backlog[], now: Time): Promise<void> {
  const isSorted = scan.stream.strategy.kind === 'by-update-time'
  const query = { mayBeEmpty: true, ...(isSorted && { order: 'by-id' as const }) }
  // Should one take longer than its days, the others come before it begins anew.
  const inTurn = backlogs
    .flatMap(({ reread }) => reread ?? [])
    .sort((a, b) => (a.lastAt ?? now) - (b.lastAt ?? now))
  for (const reread of inTurn) {
    if (!reread.isDue(now)) continue
    let position = reread.point?.position
    for await (const { rows, next } of scan.pages(query, position)) {
      const startedAt = reread.point?.startedAt ?? scan.clock.startedAt ?? now
      await reread.take(rows, { startedAt, position }, next)
      position = next
      if (reread.isOver) break
    }
  }
}
