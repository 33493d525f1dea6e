/** The same items. The first one is asked for at once, not when it is needed. */
export function started<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = items.next()
  // It is thrown when the item is asked for.
  first.catch(() => undefined)
  async function* all(): AsyncGenerator<T> {
    try {
      const item = await first
      if (item.done) return
      yield item.value
      yield* items
    } finally {
      await items.return(undefined)
    }
  }
  return all()
}
