import { PagingError } from '../paging-error.js'
import type { Page, Step } from './pager.js'

/** A list that comes in one response. */
export function nextSingle(page: Page): Step {
  if (page.more || typeof page.nextCursor === 'string') {
    throw new PagingError('A list that has always come in one response now has pages.')
  }
  return { fresh: [...page.rows] }
}
