import { hasOwnList } from './listed-in.js'
import type { StreamSpec } from './stream.js'

/** Whether responses hold all children of their parents, so that a child that one lacks is not there any more. */
export function areChildrenCompared({ strategy }: Pick<StreamSpec, 'strategy'>): boolean {
  return strategy.kind === 'children' && strategy.read.kind === 'batch'
}

/** Whether records of the stream that disappear are found. */
export function isCompared(stream: StreamSpec): boolean {
  return stream.cursorField !== undefined && (hasOwnList(stream) || areChildrenCompared(stream))
}
