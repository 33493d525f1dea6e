import type { Time } from '../../common/time.js'
import type { Row } from '../../pipedrive/lists/row.js'
import type { QueuedParent } from './parent-queue.js'

/** A parent whose children are read. Children before `knownUntil` are known; undefined: none is. */
export type ChildrenOf = Pick<QueuedParent, 'id' | 'value' | 'row'> & {
  readonly knownUntil: Time | undefined
}

/** All children of some parents. */
export interface ChildPart {
  readonly rows: readonly Row[]
  /** Those parents, where the rows are all that they have. */
  readonly of?: readonly string[]
  /** Whether the response says that it ends there. */
  readonly isStated?: boolean
}

/** Where children come from: their rows, parent by parent or many parents at once. */
export interface ChildSource {
  /** How many parents the next batch may have, and for how many it is worth waiting. */
  readonly most: number
  readonly least: number
  children(parents: readonly ChildrenOf[]): AsyncIterable<ChildPart | { readonly missing: string }>
}
