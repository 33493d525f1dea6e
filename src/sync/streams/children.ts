import type { Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { Allowance } from './allowance.js'
import type { Families } from './families.js'
import type { QueuedParent } from './parent-queue.js'

/** A parent whose children are read. Children before `knownUntil` are known; undefined: none is. */
export type ChildrenOf = Pick<QueuedParent, 'id' | 'value' | 'row'> & {
  readonly knownUntil: Time | undefined
}

/** Where children come from: their rows, parent by parent or many parents at once. */
export interface ChildSource {
  /** How many parents are read at once, and for how many it is worth waiting. */
  readonly most: number
  readonly least: number
  children(
    parents: readonly ChildrenOf[],
  ): AsyncIterable<{ readonly rows: readonly Row[] } | { readonly missing: string }>
}

export interface ChildReaderOptions {
  readonly strategy: ChildStrategy
  readonly source: ChildSource
  /** How many lists of parents there are. */
  readonly lists: number
  /** A parent that changed after it may have children that its own count does not show yet. */
  readonly settledBefore: Time
  /** Children before this time are known, of every parent; undefined: of none. */
  readonly knownUntil: Time | undefined
  /** What the requests for children may cost; absent: what they cost. */
  readonly allowance?: Allowance | undefined
  /** The children of each parent as they were emitted, where all of them are read each time. */
  readonly families?: Families | undefined
}
