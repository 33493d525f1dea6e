import type { Time } from '../../common/time.js'
import type { ChildStrategy } from '../../manifest/child-strategy.js'
import type { Allowance } from './allowance.js'
import type { ChildSource } from './children.js'
import type { Families } from './families.js'
import type { LostChildrenOptions } from './lost-children.js'

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
  /** Absent: what the warehouse has of the children is not compared with them. */
  readonly verification?: ChildVerificationOptions | undefined
}

export interface ChildVerificationOptions extends LostChildrenOptions {
  /** The field of a child that holds its parent's key. */
  readonly parentKey: string
  /** The field of a parent that is not zero where it may have children; absent: nothing shows that. */
  readonly impliedBy?: string | undefined
  /** Whether the parent is known to be deleted. */
  readonly isParentGone: (parent: string) => boolean
  /** Records that changed after it are new rather than missing. */
  readonly settledBefore: Time
}
