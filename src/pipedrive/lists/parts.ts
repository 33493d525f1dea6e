import type { List } from './list.js'
import type { ListQuery } from './list-query.js'
import type { Position } from './position.js'
import { firstPosition } from './steps.js'

/** A list that Pipedrive returns in parts, as one list per part; any other list alone. */
export function partsOf(list: List): readonly List[] {
  if (!list.parts?.length) return [list]
  return list.parts.map(({ path = list.path, params = {} }) => ({
    ...list,
    path,
    params: { ...list.params, ...params },
  }))
}

/** Where the walk goes on behind a page of a part; undefined at the end of the last part. */
export function nextInParts(
  parts: readonly List[],
  query: ListQuery,
  part: number,
  next: Position | undefined,
): Position | undefined {
  if (next) return part === 0 ? next : { ...next, part }
  const following = parts[part + 1]
  return following && { ...firstPosition(following, query), part: part + 1 }
}

/** Whether nothing of the part has been read. */
export function isStartOfPart(position: Position): boolean {
  return position.kind === 'cursor'
    ? position.cursor === undefined && position.since === undefined
    : !position.start
}
