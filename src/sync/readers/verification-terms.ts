import type { RowVerification } from '../streams/row-verification.js'
import type { Subscription } from '../streams/subscription.js'
import type { Terms } from '../streams/verification-terms.js'
import type { ListScan } from './list-scan.js'

/** What the rolling verification of lists may cost in a run, and who looks at them. */
export interface VerificationTerms extends Terms {
  /** The archive of a list; 'unread': this run does not read it; undefined: the list has no archive. */
  readonly archiveOf: (scan: ListScan) => ListScan | 'unread' | undefined
}

/** A stream whose list is verified. */
export interface Verified {
  readonly subscription: Subscription
  readonly verification: RowVerification
}

export function verifiedOf({ active }: Pick<ListScan, 'active'>): Verified | undefined {
  const [found] = active.flatMap((subscription): Verified[] => {
    const { verification } = subscription
    return verification ? [{ subscription, verification }] : []
  })
  return found
}
