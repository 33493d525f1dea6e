import type { StreamSpec } from './stream.js'

/** The streams whose lists are read for the rows of this one. */
export function listedIn({ strategy }: Pick<StreamSpec, 'strategy'>): readonly string[] {
  if (strategy.kind === 'children') return strategy.of
  return Object.keys('of' in strategy ? strategy.of : {})
}

/** Whether the stream has a list of its own. */
export function hasOwnList(stream: Pick<StreamSpec, 'strategy'>): boolean {
  return listedIn(stream).length === 0 && stream.strategy.kind !== 'disappearances'
}
