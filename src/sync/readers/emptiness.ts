import type { Emission } from '../../airbyte/messages.js'
import { UnstatedEnd } from '../../pipedrive/lists/paging-error.js'
import type { ListScan } from './list-scan.js'

/** A list that had rows is believed to be empty after it has come back so for a day. */
const BELIEVED_AFTER_MS = 24 * 3_600_000

/**
 * Whether an empty list would be no surprise although no response says that it is: it was empty before, was never read,
 * or has come back empty for a day.
 */
export function mayBeEmpty({ facts, active }: ListScan): boolean {
  const since = facts.get('emptySince')
  const isSettled = since !== undefined && Date.now() - since >= BELIEVED_AFTER_MS
  if (isSettled || facts.get('wasEmpty') === true) return true
  return active.every(({ cursor }) => cursor.isNew || cursor.roster?.size === 0)
}

export function learnWhetherEmpty({ facts, hasRows }: ListScan): void {
  facts.forget('emptySince')
  if (hasRows) facts.forget('wasEmpty')
  else facts.learn('wasEmpty', true)
}

/** A list that has lost its last row must not fail in every run. */
export async function* notingEmptiness(
  scan: ListScan,
  pages: AsyncGenerator<Emission>,
): AsyncGenerator<Emission> {
  const { facts } = scan
  try {
    yield* pages
  } catch (error) {
    if (error instanceof UnstatedEnd && !scan.hasRows) {
      facts.learn('emptySince', facts.get('emptySince') ?? Date.now())
    }
    throw error
  }
}
