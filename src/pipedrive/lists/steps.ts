import { BEGINNING } from '../../common/time.js'
import type { List } from './list.js'
import type { ListQuery } from './list-query.js'
import { nextCursor } from './pagers/cursor.js'
import { nextOffset } from './pagers/offset.js'
import type { Page, PageContext, Step } from './pagers/pager.js'
import { nextSeek } from './pagers/seek.js'
import { nextSingle } from './pagers/single.js'
import type { Position } from './position.js'

type Walked = Pick<List, 'paging'>
type Asked = Pick<ListQuery, 'since' | 'order'>

/** What a page adds to a walk and where the walk continues, by the pager of its kind. Throws PagingError. */
export function stepFrom(position: Position, page: Page, { paging }: Walked, context: PageContext): Step {
  if (paging === 'none') return nextSingle(page)
  switch (position.kind) {
    case 'cursor':
      return nextCursor(position, page, context)
    case 'offset':
      return nextOffset(position, page, context)
    case 'seek':
      return nextSeek(position, page, context)
  }
}

export function firstPosition(list: Walked, query: Asked): Position {
  const kind = kindOf(list, query)
  return kind === 'seek' ? { kind, since: query.since ?? BEGINNING } : { kind: kind ?? 'offset' }
}

/** Whether a saved position is one of this list, read in this way. */
export function isPositionOf(position: Position, list: Walked, query: Asked): boolean {
  return position.kind === kindOf(list, query)
}

/** Inside a second, the place depends on rows that are not in the position: the second is read again. */
export function resumedPosition(position: Position): Position {
  return position.kind === 'seek' ? { kind: 'seek', since: position.since } : position
}

function kindOf({ paging }: Walked, { since, order }: Asked): Position['kind'] | undefined {
  if (paging === 'none') return undefined
  if (paging === 'cursor') return 'cursor'
  return since !== undefined && order === 'oldest-first' ? 'seek' : 'offset'
}
