import type { Emission } from '../../airbyte/messages.js'
import { explainDoubt, judgeMissing, sightOf } from '../streams/missing-rows.js'
import type { Subscription } from '../streams/subscription.js'
import type { ListScan } from './list-scan.js'

const POLICY = {
  /** More rows that the token's owner may not see are forgotten: their keys would have no room in a state. */
  mostHidden: 1_000,
} satisfies Record<string, number>

/**
 * Rows that are neither in the archive nor in the list that they were archived from. Those that two complete walks have
 * not found are gone. Returns the keys that the next walk has to look for.
 */
export function* settleArchived(
  { stream, onlooker }: ListScan,
  subscription: Subscription,
  keys: readonly string[],
): Generator<Emission, readonly string[]> {
  const { cursor, role } = subscription
  const { roster, verified } = cursor
  if (!roster?.complete || role === 'parents' || !onlooker) return []
  const missing = keys.filter((key) => roster.has(key))
  if (!onlooker.seesAll && missing.length > POLICY.mostHidden) return []
  const wasMissing = (key: string) => verified.suspects.has(key)
  const sight = sightOf(onlooker, verified.seenBy)
  const verdict = judgeMissing({ missing, wasMissing, known: roster.size, sight, isDoubtful: false })
  yield* explainDoubt(stream.name, verdict, missing.length)
  const gone = verdict.toConfirm.filter(wasMissing)
  if (subscription.disappeared) yield* subscription.disappeared(gone)
  return missing.filter((key) => !gone.includes(key))
}

/** Whether the last walk did not find the row either, perhaps as the token's owner may not see it. */
export function isHidden({ active, onlooker }: ListScan, key: string): boolean {
  return onlooker?.seesAll === false && active.some(({ cursor }) => cursor.verified.suspects.has(key))
}
