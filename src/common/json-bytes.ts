/** JSON that need not become a text: valid UTF-8 that someone else keeps until it is copied. */
export interface JsonBytes {
  /** In bytes. */
  readonly length: number
  /** The target has room for the bytes from this place on. */
  copyTo(target: Buffer, at: number): void
  toString(): string
  /** Whether it has more opening brackets than this: no value is nested deeper than it has. */
  hasMoreBracketsThan(most: number): boolean
}
