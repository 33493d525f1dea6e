import type { StaysTraits } from './stays.js'

export interface ChildStrategy {
  kind: 'children'
  /** The streams whose rows are the parents. */
  of: readonly string[]
  /** The field of a child that holds its parent's key. */
  parentKey: string
  read: BatchRead | PathRead
  /**
   * Fields of the parent whose change means that its children are read again, where the list of parents is compared
   * row by row; absent: all of them.
   */
  watch?: readonly string[]
  /** Times of the parent, one of which moves with its children: other changes of the parent cost nothing then. */
  movedBy?: readonly string[]
  /** The parent's own count of these children, where it has one: zero saves the request. */
  countedBy?: string
  /**
   * The parent's count of these children, or of what they cannot be without. Where it is not zero, a parent may have
   * some that its time does not tell.
   */
  impliedBy?: string
  /** What the stream's rows are worked out from; absent: they are the rows that are read. */
  derive?: StaysTraits
  /** What no time tells is found by reading all parents again, after so many days, as far as the allowance goes. */
  rereadDays?: number
  /** Whether a change of a child moves its parent's time: if not, only the parent's next change brings it. */
  bumpsParent: 'yes' | 'no' | 'unknown'
}

/** A request for the children of many parents. */
export interface BatchRead {
  kind: 'batch'
  /** Takes the parents' keys, joined by commas. */
  param: string
  size: number
}

/** A request for the children of one parent, whose key stands for `{id}` in the stream's path. */
export interface PathRead {
  kind: 'path'
  /** The parameter that takes the parent's key, where the path does not. */
  param?: string
  /** The time by which the list comes newest first: it is read until the rows that are known. */
  newestFirst?: string
  /** A field that numbers rows with the same values in other fields: such rows have no key of their own. */
  ordinal?: { readonly field: string; readonly within: readonly string[] }
}
