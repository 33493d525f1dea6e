import type { Emission } from '../../airbyte/messages.js'
import type { ListScan } from './list-scan.js'

/** By update time ascending, nulls come first or last; which is undocumented. */
type End = 'first' | 'last'
type Ends = 'none' | 'first' | 'last' | 'both'

const ORDERS = { first: 'oldest-first', last: 'newest-first' } as const satisfies Record<End, string>
const OTHER_END = { first: 'last', last: 'first' } as const satisfies Record<End, End>

/** At which ends of the order rows without a time are looked for. A known fact saves the requests until it expires. */
export function endsToRead({ facts, stream }: Pick<ListScan, 'facts' | 'stream'>): readonly End[] {
  if (stream.strategy.kind === 'full-scan' || !('time' in stream.strategy)) return []
  const known = facts.get('undatedRows')
  if (known === 'none') return []
  // The newest rows come first: what they tell of the list helps the reading of slices.
  return known === 'first' || known === 'last' ? [known] : ['last', 'first']
}

/**
 * Rows without an update time are in no slice, and sort before all others or after them: the unfiltered order is read
 * from its ends, up to the first row that has a time.
 */
export async function* readUndated(scan: ListScan): AsyncGenerator<Emission> {
  const found = new Set<End>()
  let [isCertain, sawAll] = [true, false]
  for (const end of endsToRead(scan)) {
    if (sawAll) break
    for await (const { rows, next, isDoubtful } of scan.pages({ order: ORDERS[end], mayBeEmpty: true })) {
      if (end === 'last') scan.outline.seeNewest(rows)
      isCertain &&= !isDoubtful
      // A list that ends on this page shows its other end as well.
      sawAll = next === undefined && !isDoubtful
      if (rows[0]?.time === null) found.add(end)
      if (sawAll && rows.at(-1)?.time === null) found.add(OTHER_END[end])
      const dated = rows.findIndex(({ time }) => time !== null)
      const before = dated === -1 ? rows : rows.slice(0, dated)
      yield* scan.dispatch(sawAll ? rows.filter(({ time }) => time === null) : before)
      // Nothing is learned from a walk that no stream needs any more.
      if (scan.active.length === 0) return
      if (dated !== -1) break
    }
  }
  if (isCertain && endsToRead(scan).length > 0) scan.facts.learn('undatedRows', endsFound([...found]))
}

export function endsFound(found: readonly End[]): Ends {
  const [first, second] = found
  if (first === undefined) return 'none'
  return second === undefined ? first : 'both'
}
