import type { ListFacts } from '../../pipedrive/lists/list-facts.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Subscription } from '../streams/subscription.js'

interface Archive {
  readonly facts: ListFacts
  readonly active: readonly Subscription[]
}

/**
 * Rows of an archive that have entered it: has their update time moved with it? Counted however the archive is read,
 * before the streams add the rows to their rosters.
 */
export function learnWhatMoves({ facts, active }: Archive, rows: readonly Row[]): void {
  const subscription = active.find(({ cursor }) => cursor.roster?.complete)
  const roster = subscription?.cursor.roster
  if (!subscription || !roster) return
  const entered = rows.filter(({ key, time }) => time !== null && !roster.has(key))
  if (entered.length === 0) return
  const moved = entered.filter((row) => subscription.cursor.isDue(row)).length
  const known = facts.get('archivingMovesTime') ?? { moved: 0, unmoved: 0 }
  facts.learn('archivingMovesTime', {
    moved: known.moved + moved,
    unmoved: known.unmoved + entered.length - moved,
  })
}
