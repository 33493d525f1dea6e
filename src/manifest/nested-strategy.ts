/** Members of lists inside the rows of other streams. */
export interface NestedStrategy {
  kind: 'nested'
  /** The streams of the rows around the members, and what tells their members apart. */
  of: Readonly<Record<string, string>>
  /** The field of a member that says so. */
  origin: string
  /** The field of a member that holds the key of the row around it: the first of these fields that the row has. */
  outer: { readonly field: string; readonly from: readonly string[] }
  /** The fields of a row that are lists of members, and what their members get. */
  lists: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** A row for each difference between this reading of the field definitions of other streams and the last one. */
export interface DifferenceStrategy {
  kind: 'differences'
  /** The streams that are compared, and what tells their fields apart. */
  of: Readonly<Record<string, string>>
}
