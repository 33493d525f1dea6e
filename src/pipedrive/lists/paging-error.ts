/** The API did what its documents rule out; reading on could lose rows or never end. */
export class PagingError extends Error {
  override name = 'PagingError' as const
}

/** A response without rows, twice in a row, that does not say whether the list ends there. */
export class UnstatedEnd extends PagingError {
  constructor() {
    super('An empty response does not say whether the list ends with it.')
  }
}
