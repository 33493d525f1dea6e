/**
 * The children are the changes of single fields of their parent. A row of the stream is a stay: how long one of these
 * fields had a value. A parent whose field never changed has one, which costs no request.
 */
export interface StaysTraits {
  /** The field of the parent, as its changes name it. */
  readonly field: string
  /** Fields that are recorded as they were during the stay. */
  readonly along: readonly string[]
  /** Times of the parent: when its field got its first value, and its last one if it ever changed. */
  readonly since: string
  readonly movedAt: string
}
