import type { StreamSpec } from './stream.js'

/** After how many days all rows of the stream's list, or all its parents, are read again; undefined: never. */
export function rereadDays({ strategy }: Pick<StreamSpec, 'strategy'>): number | undefined {
  if (strategy.kind === 'children') return strategy.rereadDays
  return strategy.kind === 'by-update-time' ? strategy.reread?.days : undefined
}
