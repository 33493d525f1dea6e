import type { Emission } from '../../airbyte/messages.js'
import type { ListScan } from './list-scan.js'

/** By update time ascending, nulls come first or last; which is undocumented. */
type End = 'first' | 'last'
type Ends = 'none' | 'first' | 'last' | 'both'

const ORDERS = { first: 'oldest-first', last: 'newest-first' } as const satisfies Record<End, string>

/** At which ends of the order rows without a time are looked for. A known fact saves the requests until it expires. */
export function endsToRead({ facts, stream }: Pick<ListScan, 'facts' | 'stream'>): readonly End[] {
  if (stream.strategy.kind === 'full-scan' || !('time' in stream.strategy)) return []
  const known = facts.get('undatedRows')
  if (known === 'none') return []
  return known === 'first' || known === 'last' ? [known] : ['first', 'last']
}

/**
 * Rows without an update time are in no slice, and sort before all others or after them: the unfiltered order is read
 * from its ends, up to the first row that has a time.
 */
export async function* readUndated(scan: ListScan): AsyncGenerator<Emission> {
  const found: End[] = []
  let isCertain = true
  for (const end of endsToRead(scan)) {
    for await (const { rows, isDoubtful } of scan.pages({ order: ORDERS[end], mayBeEmpty: true })) {
      const dated = rows.findIndex(({ time }) => time !== null)
      const undated = dated === -1 ? rows : rows.slice(0, dated)
      if (undated.length > 0 && !found.includes(end)) found.push(end)
      isCertain &&= !isDoubtful
      yield* scan.dispatch(undated)
      // Nothing is learned from a walk that no stream needs any more.
      if (scan.active.length === 0) return
      if (dated !== -1) break
    }
  }
  if (isCertain && endsToRead(scan).length > 0) scan.facts.learn('undatedRows', endsFound(found))
}

export function endsFound(found: readonly End[]): Ends {
  const [first, second] = found
  if (first === undefined) return 'none'
  return second === undefined ? first : 'both'
}
