import { PagingError } from '../paging-error.js'
import type { SeekPosition } from '../position.js'
import { nextOffset } from './offset.js'
import { leadsOn, secondsOf, type Page, type PageContext, type Step } from './pager.js'

/**
 * v1 lists with a time filter, oldest first: asks again from the last second that was read. Nothing can shift there.
 * Offsets are needed only where the rows of a second or two fill whole pages.
 */
export function nextSeek(position: SeekPosition, page: Page, context: PageContext): Step {
  if (!context.inOrder) throw new PagingError('A list that was requested oldest first is not in that order.')
  const step = nextOffset(position, page, context)
  const seconds = secondsOf(page.rows, context)
  const steppedBack = step.next?.kind === 'seek' && step.next.back !== undefined
  if (!step.next || steppedBack || !seconds || !leadsOn(seconds, position.since)) return step
  return { fresh: step.fresh, next: { kind: 'seek', since: seconds.last } }
}
