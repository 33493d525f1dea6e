/** Where the rows of a list stand in `data` of a response. */
export type RecordPath =
  /** `data` is the list. */
  | { readonly kind: 'data' }
  /** The list is a member of `data`. */
  | { readonly kind: 'member'; readonly name: string }
  /** `data` is a list of envelopes; the row is a member of each. */
  | { readonly kind: 'envelopes'; readonly member: string }
  /** `data` is one row. */
  | { readonly kind: 'object' }
  /**
   * Members of `data` are objects with the same keys, such as currencies: a row per key, which holds the key as `key`
   * and its values as members. What else stands in `data` makes one more row, whose key is `rest`.
   */
  | {
      readonly kind: 'keyed'
      readonly members: readonly string[]
      readonly key: string
      readonly rest: string
    }
