/** The same items. `count` gets 1 when the first one is asked for, and -1 when no further one will be. */
export async function* counting<T>(
  items: AsyncIterable<T>,
  count: (change: 1 | -1) => void,
): AsyncGenerator<T, void, undefined> {
  count(1)
  try {
    yield* items
  } finally {
    count(-1)
  }
}
